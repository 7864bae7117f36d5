#!/bin/sh
# How large is the disk that a client sees under a quota of its user, and what does smbcquotas make of the limits that it is given?
#
# Guess before the run: the hard limit is the size, and what is left of it is free; a limit is passed on as it is typed.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), “get quota command” answers for all users; in KiB:
#
#   used    soft limit   hard limit   the client sees: size, free
#      5            10           20   10, 5
#     15            10           20   15, 0: full, below the hard limit
#      5             0           20   20, 15
#      0             0            0   no quota: the disk
#
#   smbcquotas -S UQLIM:games:1000/2000       “set quota command” gets 1 and 1 (KiB); 10240/20480 are 10 and 20
#   -S UQLIM:games:0/0, nothing allowed       1 and 1
#   -S UQLIM:games:-1/-1, no limit            0 and 0
#   the share of these commands               “.” to get, its path to set
#
# Lesson: “disk full” at a client (or DISK_FULL in a program that looks first) may be a soft limit that is no limit at the server. The numbers of
# smbcquotas are bytes, and the server keeps whole KiB.
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
def smbclient(share, *words):
    return run("root/usr/bin/smbclient", "-s", "/dev/null", "//127.0.0.1/" + share, "-U", "games%secret", *words)
import re
commands = {"get": "cat FOLDER/limits", "set": "echo 1"}
for name, answer in commands.items():
    with open(name, "w") as file: file.write(('#!/bin/sh\necho "$@" >> FOLDER/asked.%s\n%s\n' % (name, answer)).replace("FOLDER", folder))
    os.chmod(name, 0o755)
def limits(used, soft, hard):
    with open("limits", "w") as file: file.write("2 %d %d %d 0 0 0 1024\n" % (used, soft, hard))
def size():
    found = re.search(r"(\d+) blocks of size 1024\. (\d+) blocks", smbclient("share", "-c", "ls")[1])
    return int(found[1]), int(found[2])
def quota(value):
    """The status of smbcquotas, and the limits that the command was given."""
    status = run("root/usr/bin/smbcquotas", "-s", "/dev/null", "-U", "games%secret", "//127.0.0.1/share", "-S", "UQLIM:games:" + value)[0]
    with open("asked.set") as file: words = file.read().splitlines()[-1].split()
    return status, words[4:6]
limits(5, 10, 20)
server = start({"share": "admin users = games"}, "get quota command = %s/get\nset quota command = %s/set" % (folder, folder))
try:
    seen = {}
    for numbers in (5, 10, 20), (15, 10, 20), (5, 0, 20), (0, 0, 0):
        limits(*numbers)
        seen[numbers] = size()
    changes = {value: quota(value) for value in ("1000/2000", "10240/20480", "0/0", "-1/-1")}
    with open("asked.get") as file: asked = sorted({line.split()[0] for line in file})
    with open("asked.set") as file: written = {line.split()[0] for line in file}
finally: server.terminate()
server.wait()
for each in (*seen.items(), *changes.items()): print(*each)
print(asked, written)
disk = seen.pop((0, 0, 0))
assert disk[0] > 1000 and seen == {(5, 10, 20): (10, 5), (15, 10, 20): (15, 0), (5, 0, 20): (20, 15)}, "the size of the disk has changed"
assert changes == {
    "1000/2000": (0, ["1", "1"]), "10240/20480": (0, ["10", "20"]), "0/0": (0, ["1", "1"]), "-1/-1": (0, ["0", "0"])}, "the limits have changed"
assert asked == ["."] and written == {folder + "/shares/share"}, "the folder has changed"
P
# In a namespace with a network of its own, for port 445, and of processes, which ends those of smbd.
unshare -rnpf sh -c 'ip link set lo up; exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
