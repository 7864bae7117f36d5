#!/bin/sh
# What does smbget leave behind, and does its status tell, when a file is there already (-r), is missing, or cannot be read?
#
# Guess before the run: -r of a whole file is done at once; the status is 1 when one of several files is missing; -R goes on behind a file that
# cannot be read. Nothing was guessed about a local file that is longer.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a file of 30 bytes on the share:
#
#   -r, the local file has 5 bytes, right or wrong   status 0, all 30 bytes are fetched
#   -r, the local file has 30 other bytes            status 0, “Downloaded 0b”: they stay
#   -r, the local file has 40 other bytes            status 0, 40 bytes: those of the share, and the last 10 of the local file
#   two names, the first is missing                  status 0
#   two names, the last is missing                   status 1
#   -R of a folder, some files of which are closed   status 1; nothing behind the first of them, in the server's order
#
# Lesson: a file that became shorter on the share is a mixture after -r. Compare sizes, or delete the local file before; give smbget one name
# for each call.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version samba-common-bin=$version smbclient=$version libsmbclient=$version \
  libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
mkdir state
cat > look.py <<'P'
import os, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def start(shares, settings="", users=("games",)):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = 445\nnetbios name = FS\n")
        file.write("log file = %s/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places) + settings + "\n")
        for name, more in shares.items():
            os.makedirs("shares/" + name, exist_ok=True)
            os.chmod("shares/" + name, 0o777)
            file.write("[%s]\npath = %s/shares/%s\nread only = no\n%s\n" % (name, folder, name, more))
    for user in users:
        subprocess.run(
            ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", user], env=root, input="secret\nsecret\n", text=True,
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 445), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def run(*words, env=loader, **more):
    out = subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, **more)
    return out.returncode, out.stdout.strip()
def smbget(*words):
    status, said = run(folder + "/root/usr/bin/smbget", "-U", "games%secret", *words, cwd="here", env=dict(loader, HOME=folder + "/here"))
    return status, sorted(name for name in os.listdir("here"))
def text(name):
    with open(name) as file: return file.read()
def local(data):
    with open("here/a", "w") as file: file.write(data)
U, DATA = "smb://127.0.0.1/share/", "0123456789" * 3
server = start({"share": ""})
try:
    os.mkdir("here")
    os.makedirs("shares/share/d")
    os.chmod("shares/share/d", 0o755)
    for name in ("a", *("d/%s%d" % (kind, number) for kind in ("open", "closed") for number in range(20))):
        with open("shares/share/" + name, "w") as file: file.write(DATA)
        os.chmod("shares/share/" + name, 0o600 if "closed" in name else 0o644)
    seen = {}
    for data in "01234", "XXXXX", "L" * 40, "M" * 30:
        local(data)
        seen["-r", data[:5]] = smbget("-r", U + "a")[0], text("here/a")
    os.remove("here/a")
    seen["missing first"] = smbget(U + "nosuch", U + "a")
    os.remove("here/a")
    seen["missing last"] = smbget(U + "a", U + "nosuch")
    os.remove("here/a")
    seen["-R"] = smbget("-R", U + "d")
finally: server.terminate()
server.wait()
status, came = seen.pop("-R")
print(status, came)
for each in seen.items(): print(*each)
assert seen == {
    ("-r", "01234"): (0, DATA), ("-r", "XXXXX"): (0, DATA), ("-r", "LLLLL"): (0, DATA + "L" * 10), ("-r", "MMMMM"): (0, "M" * 30),
    "missing first": (0, ["a"]), "missing last": (1, ["a"])}, "this has changed"
assert status == 1 and len(came) < 20, "-R has changed"
P
# In a namespace with a network of its own, for port 445, and of processes, which ends those of smbd.
unshare -rnpf sh -c 'ip link set lo up; exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
