#!/bin/sh
# Which names of files does smbd show in another form with “mangled names = illegal”, its default?
#
# Guess before the run: those with a sign that Windows does not allow, such as a:b and a\b; not con.txt or a name with a dot at its end.
# con.txt can be opened by its own name.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11):
#
#   on the disk    shown           opened by the one on the disk   by the one shown
#   plain.txt      plain.txt       SUCCESS                         SUCCESS
#   a:b            A4WTMA~A        OBJECT_NAME_INVALID             SUCCESS
#   con.txt        CSHOFG~F.TXT    SUCCESS                         SUCCESS
#   trail.         TZHRWN~N        SUCCESS                         SUCCESS
#   lpt1           LK8OWQ~K        SUCCESS                         SUCCESS
#   com10.txt      com10.txt       SUCCESS                         SUCCESS
#
# Names of devices count with any ending. smbclient ends a whole listing with INVALID_NETWORK_RESPONSE when “mangled names = no” lets a
# name with a backslash through.
# Lesson: a CREATE of CSHOFG~F.TXT in a recording is con.txt on the server. A program that compares a folder of both sides, and copies what
# is missing, finds such a file missing each time.
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
  samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install smbprotocol==1.17.0
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, smbclient, socket, subprocess, sys, time
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.open import CreateDisposition, ImpersonationLevel, Open
from smbprotocol.tree import TreeConnect
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
NAMES = "plain.txt", "a:b", "con.txt", "trail.", "lpt1", "com10.txt"
def visible(): return [one for one in smbclient.listdir(SHARE, port=port)]
def opened(name):
    tree = TreeConnect(session, SHARE)
    tree.connect()
    file = Open(tree, name)
    try:
        file.create(ImpersonationLevel.Impersonation, 1, 0, 7, CreateDisposition.FILE_OPEN, 0)
        file.close()
        return "SUCCESS"
    except SMBResponseException as error: return re.search(r"STATUS_(\w+)", str(error))[1]
    finally: tree.disconnect()
SHARE = "\\\\127.0.0.1\\share"
write("", "[share]\npath = FOLDER/share\n[raw]\npath = FOLDER/raw\nmangled names = no\n")
os.mkdir("raw")
os.chmod("raw", 0o755)
open("raw/a\\b", "w").close()
# games is a user of each Debian.
add("games")
server = start()
seen = {}
try:
    session = smbclient.register_session("127.0.0.1", port=port, username="games", password="secret")
    for name in NAMES:
        open("share/" + name, "w").close()
        os.chmod("share/" + name, 0o644)
        shown, = visible()
        seen[name] = shown, opened(name), opened(shown)
        os.remove("share/" + name)
    smbclient.reset_connection_cache(fail_on_error=False)
    raw = visit("raw", "ls")
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
print(raw)
good = "SUCCESS", "SUCCESS"
assert seen == {
    "plain.txt": ("plain.txt", *good), "a:b": ("A4WTMA~A", "OBJECT_NAME_INVALID", "SUCCESS"), "con.txt": ("CSHOFG~F.TXT", *good),
    "trail.": ("TZHRWN~N", *good), "lpt1": ("LK8OWQ~K", *good), "com10.txt": ("com10.txt", *good)}, "this has changed"
assert raw == "INVALID_NETWORK_RESPONSE", "the listing has changed"
P
v/bin/python look.py "$libraries" "$folder"
