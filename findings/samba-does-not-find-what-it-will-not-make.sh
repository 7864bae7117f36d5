#!/bin/sh
# Which status does a client get that makes a file where smb.conf forbids it?
#
# Guess before the run: ACCESS_DENIED for a new file with a name of “veto files”, and in a share that is read only.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), “veto files = /veto/”:
#
#   CREATE, file                       share that can be written   read only
#   FILE_CREATE, veto                  OBJECT_NAME_NOT_FOUND       OBJECT_NAME_NOT_FOUND
#   FILE_OPEN_IF, veto                 OBJECT_NAME_NOT_FOUND       OBJECT_NAME_NOT_FOUND
#   FILE_CREATE, new                   SUCCESS                     OBJECT_NAME_NOT_FOUND
#   FILE_OPEN_IF, new, to read         SUCCESS                     OBJECT_NAME_NOT_FOUND
#   FILE_CREATE, old                   OBJECT_NAME_COLLISION       OBJECT_NAME_COLLISION
#   FILE_OVERWRITE, old                SUCCESS                     ACCESS_DENIED
#
# Lesson: OBJECT_NAME_NOT_FOUND as the answer to a CREATE that makes the file (disposition 2, 3 or 5) has no folder missing and no
# race: it is a name that smb.conf hides, or a share that is read only. The client's user reads “file not found” when saving.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install smbprotocol==1.17.0
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time, uuid
from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.open import ImpersonationLevel, Open
from smbprotocol.session import Session
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
def connect():
    connection = Connection(uuid.uuid4(), "127.0.0.1", port)
    connection.connect()
    session = Session(connection, "games", "secret", require_encryption=False)
    session.connect()
    return connection, session

def make(tree, disposition, name):
    file = Open(tree, name)
    try:
        file.create(ImpersonationLevel.Impersonation, 1, 0, 7, disposition, 0)
        file.close()
    except SMBResponseException as error: return re.search(r"STATUS_(\w+)", str(error))[1]
    if name == "new": os.remove("share/new")
    return "SUCCESS"
write("veto files = /veto/", "[writable]\npath = FOLDER/share\nread only = no\n[plain]\npath = FOLDER/share\n")
open("share/old", "w").close()
os.chmod("share/old", 0o666)
# games is a user of each Debian.
add("games")
server = start()
seen = {}
try:
    connection, session = connect()
    trees = [TreeConnect(session, "\\\\127.0.0.1\\" + share) for share in ("writable", "plain")]
    for tree in trees: tree.connect()
    for disposition, name in ((2, "veto"), (3, "veto"), (2, "new"), (3, "new"), (2, "old"), (4, "old")):
        seen[disposition, name] = [make(tree, disposition, name) for tree in trees]
    connection.disconnect()
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
missing = "OBJECT_NAME_NOT_FOUND"
assert list(seen.values()) == [
    [missing] * 2, [missing] * 2, ["SUCCESS", missing], ["SUCCESS", missing], ["OBJECT_NAME_COLLISION"] * 2,
    ["SUCCESS", "ACCESS_DENIED"]], "this has changed"
P
v/bin/python look.py "$libraries" "$folder"
