#!/bin/sh
# Does crossrename of Samba rename a file whose new place is on another file system, as its manual says?
#
# Guess before the run: a file up to the limit of its size is copied and deleted, with its times; a larger one and a folder are refused with
# NOT_SAME_DEVICE, as without the module.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a share with another file system in the folder “t”, crossrename:sizelimit = 1:
#
#                                   without the module   with it
#   a file, into t                  NOT_SAME_DEVICE      OBJECT_NAME_NOT_FOUND
#   a file, out of t                NOT_SAME_DEVICE      OBJECT_NAME_NOT_FOUND
#   a file of 2 MB                  NOT_SAME_DEVICE      INVALID_PARAMETER
#   a folder                        NOT_SAME_DEVICE      OBJECT_NAME_NOT_FOUND
#   a file, within t                renamed              renamed
#
# Nothing is lost: each file is where it was.
# Lesson: with the module a move across is still refused, and the client no longer hears why: NOT_SAME_DEVICE is the status at which a client
# copies instead. Leave the module away.
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
  libwbclient0=$version samba-vfs-modules=$version libuid-wrapper >&2
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
def smbclient(share, *words):
    return run("root/usr/bin/smbclient", "-s", "/dev/null", "//127.0.0.1/" + share, "-U", "games%secret", *words)
shares = {"plain": "", "cross": "vfs objects = crossrename\ncrossrename:sizelimit = 1"}
server = start(shares, "force create mode = 0666\nforce directory mode = 0777")
try:
    with open("file", "w") as file: file.write("good")
    with open("large", "w") as file: file.write("x" * 2000000)
    seen = {}
    for share in "plain", "cross":
        os.mkdir("shares/%s/t" % share)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0777", "tmpfs", "shares/%s/t" % share], check=True)
        assert smbclient(share, "-c", "put file a; put file t/b; put large c; mkdir d; put file t/e")[0] == 0
        moves = [smbclient(share, "-c", "rename " + words)[1].split(" ")[0] for words in ("a t/a", "t/b b", "c t/c", "d t/d", "t/e t/f")]
        seen[share] = moves, sorted(os.listdir("shares/" + share)), sorted(os.listdir("shares/%s/t" % share))
finally: server.terminate()
server.wait()
for each in seen.items(): print(*each)
places = ["a", "c", "d", "t"], ["b", "f"]
missing = "NT_STATUS_OBJECT_NAME_NOT_FOUND"
assert seen == {
    "plain": (["NT_STATUS_NOT_SAME_DEVICE"] * 4 + [""], *places),
    "cross": ([missing, missing, "NT_STATUS_INVALID_PARAMETER", missing, ""], *places)}, "this has changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
