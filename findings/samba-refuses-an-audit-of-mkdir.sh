#!/bin/sh
# What happens to a share whose list for full_audit has an operation that does not exist?
#
# Guess before the run: all operations are logged. Of the names that guides have, open, mkdir, rename, unlink, rmdir and chmod are gone;
# opendir and pwrite are there.
# Seen (samba, samba-vfs-modules and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), “full_audit:success = NAME”:
#
#   NAME                                                       TREE_CONNECT
#   connect, open, close, pwrite, ftruncate, all               SUCCESS
#   openat, mkdirat, renameat, unlinkat, fchmod                SUCCESS
#   mkdir, rename, unlink, rmdir, opendir, chmod, get_nt_acl   UNSUCCESSFUL
#   all !pwrite                                                SUCCESS
#   all !mkdir                                                 UNSUCCESSFUL
#
# The operations got other names when samba's own functions did. One old name in the list shuts the share; the others are fine.
# Lesson: UNSUCCESSFUL at TREE_CONNECT behind an upgrade of Samba: look for full_audit, and for “Could not find opname” in the log. testparm
# does not see it.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version \
  samba-common-bin=$version samba-vfs-modules=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("log file = %s/state/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write((settings + "\n" + shares).replace("FOLDER", folder))
def add(user):
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", user], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def start():
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def visit(share, commands="quit", user="games%secret", *more):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", user, "-c", commands, *more],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status else "SUCCESS" if out.returncode == 0 else out.stdout
GOOD = "connect", "open", "close", "pwrite", "ftruncate", "all", "openat", "mkdirat", "renameat", "unlinkat", "fchmod", "all !pwrite"
BAD = "mkdir", "rename", "unlink", "rmdir", "opendir", "chmod", "get_nt_acl", "all !mkdir"
text = "[share%d]\npath = FOLDER/share\nvfs objects = full_audit\nfull_audit:success = %s\nfull_audit:failure = none\n"
write("", "".join(text % one for one in enumerate(GOOD + BAD)))
# games is a user of each Debian.
add("games")
server = start()
try: seen = {name: visit("share%d" % number) for number, name in enumerate(GOOD + BAD)}
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
assert list(seen.values()) == ["SUCCESS"] * len(GOOD) + ["UNSUCCESSFUL"] * len(BAD), "this has changed"
with open("state/log") as file: assert "Could not find opname mkdir" in file.read(), "the log has changed"
test = subprocess.run(["root/usr/bin/testparm", "-s", "smb.conf"], env=loader, capture_output=True, text=True)
assert test.returncode == 0 and "opname" not in test.stderr, "testparm has changed"
P
# smbd looks for its modules in one place alone; a namespace has them there.
unshare -rm sh -c 'mount -t overlay overlay -o "lowerdir=$1/root/usr/lib:/usr/lib" /usr/lib && exec python3 look.py "$0" "$1"' \
  "$libraries" "$folder"
