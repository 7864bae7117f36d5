#!/bin/sh
# Which status does TREE_CONNECT get for a share that a setting closes?
#
# Guess before the run: ACCESS_DENIED for most of them, REQUEST_NOT_ACCEPTED for “max connections”, BAD_NETWORK_NAME for
# “available = no”. Of “force user” and “force group” nothing was guessed.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a user with the right password:
#
#   force user = nosuch, no such user of the host        NO_SUCH_USER
#   force group = nosuch                                 NO_SUCH_GROUP
#   max connections = 1, the second session              INSUFFICIENT_RESOURCES
#   available = no                                       BAD_NETWORK_NAME
#   preexec = /bin/false with preexec close = yes        ACCESS_DENIED
#   hosts deny, invalid users, valid users = another     ACCESS_DENIED
#
# Lesson: NO_SUCH_USER at TREE_CONNECT is not about the user who logged on; that was settled before. Look at “force user”, and
# at what names the host knows (getent passwd). INSUFFICIENT_RESOURCES is a setting too, and not the server's memory.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version samba-common-bin=$version \
  libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
        file.write("smb ports = %d\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write(shares.replace("PATH", folder + "/share"))
def start():
    return subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def wait():
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def visit(share, user="games%secret"):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", user, "-c", "quit"], env=loader,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status else "SUCCESS" if out.returncode == 0 else out.stdout
LINES = {
    "plain": "", "user": "force user = nosuch", "group": "force group = nosuch", "limit": "max connections = 1", "shut": "available = no",
    "preexec": "preexec = /bin/false\npreexec close = yes", "hosts": "hosts deny = ALL", "invalid": "invalid users = games",
    "valid": "valid users = nobody"}
write("".join("[%s]\npath = PATH\n%s\n" % one for one in LINES.items()))
# games is a user of each Debian.
subprocess.run(
    ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
    check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
server = start()
try:
    wait()
    seen = {name: visit(name) for name in LINES}
    first = subprocess.Popen(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/limit", "-U", "games%secret"], env=loader,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # It keeps its session until its commands end.
    for _ in range(50):
        seen["second session"] = visit("limit")
        if seen["second session"] != "SUCCESS": break
        time.sleep(0.2)
    first.communicate()
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
assert list(seen.values()) == [
    "SUCCESS", "NO_SUCH_USER", "NO_SUCH_GROUP", "SUCCESS", "BAD_NETWORK_NAME", *["ACCESS_DENIED"] * 4, "INSUFFICIENT_RESOURCES"], (
    "this has changed")
P
python3 look.py "$libraries" "$folder"
