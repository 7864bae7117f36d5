#!/bin/sh
# Does MaximalAccess in the answer to TREE_CONNECT tell whether a user may change something in a share?
#
# Guess before the run: yes: 0x001F01FF where the share can be written, 0x001200A9, to read and to run, where it cannot.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), CREATE of a file that all may write:
#
#   share                                       MaximalAccess   to read   to write        for DELETE
#   read only = no                              0x001F01FF      SUCCESS   SUCCESS         SUCCESS
#   read only = yes                             0x001F00A9      SUCCESS   ACCESS_DENIED   ACCESS_DENIED
#   read only = no, “read list” has the user    0x001F00A9      SUCCESS   ACCESS_DENIED   ACCESS_DENIED
#   read only = no, sharesec “Everyone: READ”   0x001200A9      SUCCESS   ACCESS_DENIED   ACCESS_DENIED
#   read only = no, a folder closed to all      0x001F01FF      -         -               -
#
# A setting takes only the bits of writing out of the number; DELETE (0x00010000), WRITE_DAC and WRITE_OWNER stay, and are refused
# nevertheless. A list of the share itself (sharesec) gives the number for reading. The folder on the disk is not asked.
# Lesson: 0x001F00A9 is a share that smb.conf makes read only. An ACCESS_DENIED to a CREATE with DELETE there is no matter of the file's
# permissions; and 0x001F01FF does not promise that anything can be written.
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
import os, socket, struct, subprocess, sys, time, uuid
from smbprotocol.connection import Connection
from smbprotocol.exceptions import AccessDenied
from smbprotocol.header import Commands
from smbprotocol.open import CreateDisposition, ImpersonationLevel, Open
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

def look(connection, session, share):
    tree = TreeConnect(session, "\\\\127.0.0.1\\" + share)
    tree.connect()
    row = ["%08X" % answers[-1]]
    for right in () if share == "closed" else (1, 2, 0x10000):
        file = Open(tree, "file")
        try:
            file.create(ImpersonationLevel.Impersonation, right, 0, 7, CreateDisposition.FILE_OPEN, 0)
            file.close()
            row.append("SUCCESS")
        except AccessDenied: row.append("ACCESS_DENIED")
    return row
# smbprotocol does not hand over MaximalAccess; it is in the answer.
answers, receive = [], Connection.receive
def remember(self, request, *more, **options):
    response = receive(self, request, *more, **options)
    if response["command"].get_value() == Commands.SMB2_TREE_CONNECT:
        answers.append(struct.unpack_from("<I", response["data"].get_value(), 12)[0])
    return response
Connection.receive = remember
LINES = {
    "writable": "read only = no", "plain": "", "readers": "read only = no\nread list = games", "acl": "read only = no",
    "closed": "read only = no\npath = FOLDER/closed"}
write("", "".join("[%s]\npath = FOLDER/share\n%s\n" % one for one in LINES.items()))
open("share/file", "w").close()
os.mkdir("closed", 0)
# games is a user of each Debian.
add("games")
subprocess.run(
    ["root/usr/bin/sharesec", "-s", folder + "/smb.conf", "acl", "-R", "S-1-1-0:ALLOWED/0x0/READ"], env=root, check=True,
    stdout=subprocess.DEVNULL)
os.chmod("share/file", 0o666)
server = start()
try:
    ends = connect()
    seen = {share: look(*ends, share) for share in LINES}
    ends[0].disconnect()
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
reader = ["SUCCESS", "ACCESS_DENIED", "ACCESS_DENIED"]
assert list(seen.values()) == [
    ["001F01FF"] + ["SUCCESS"] * 3, ["001F00A9", *reader], ["001F00A9", *reader], ["001200A9", *reader], ["001F01FF"]], "this has changed"
P
v/bin/python look.py "$libraries" "$folder"
