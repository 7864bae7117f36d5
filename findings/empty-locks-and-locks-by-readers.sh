#!/bin/sh
# Which locks of parts of a file (SMB2 LOCK) does a server grant?
#
# Guess before the run: a lock of no bytes disturbs no other handle; impacket's server grants all. Nothing was guessed about a handle for
# attributes alone, a second lock of the same handle, and a file that is cut.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, smbprotocol 1.17.0, Python 3.11), two handles a and b:
#
#                                                              Samba                    impacket's server
#   a locks 0 bytes at 10, b locks 5 to 25                     LOCK_NOT_GRANTED         SUCCESS
#   a locks 0 bytes at 10, b locks 10 to 25                    SUCCESS                  SUCCESS
#   a locks 100 to 110, b too                                  LOCK_NOT_GRANTED         SUCCESS
#   a again, exclusive, then shared                            LOCK_NOT_GRANTED, SUCCESS
#   b reads there                                              FILE_LOCK_CONFLICT       the data
#   b cuts the file to 10 bytes                                SUCCESS
#   a handle for reading locks 400 to 405, exclusive           SUCCESS; a's WRITE gets FILE_LOCK_CONFLICT
#   a handle for attributes alone                              INVALID_HANDLE
#   unlock of what is not locked                               RANGE_NOT_LOCKED         SUCCESS
#
# Lesson: whoever may read a file can keep all others from writing it; look for LOCK by readers when FILE_LOCK_CONFLICT comes. SUCCESS to
# LOCK from a server in Python is no promise.
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
v/bin/pip -q install smbprotocol==1.17.0 impacket==0.13.1
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, socket, struct, subprocess, sys, time, uuid
from collections import OrderedDict
from smbprotocol.connection import Connection, Dialects
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.header import Commands
from smbprotocol.session import Session
from smbprotocol.structure import BytesField, Structure
from smbprotocol.tree import TreeConnect
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("force create mode = 0666\nforce directory mode = 0777\nlog file = %s/state/log\n" % folder)
        file.write("".join("%s = %s/state\n" % (place, folder) for place in places))
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
def connect(share="share", user="games", guid=None):
    connection = Connection(guid or uuid.uuid4(), "127.0.0.1", port, require_signing=True)
    connection.connect()
    session = Session(connection, user, "secret", require_encryption=False)
    session.connect()
    tree = TreeConnect(session, "\\\\127.0.0.1\\" + share)
    tree.connect()
    return tree
def send(tree, command, body):
    """Sends the body of a request as it is."""
    class Request(Structure):
        COMMAND = command
        def __init__(self):
            self.fields = OrderedDict([("body", BytesField(default=body))])
            super().__init__()
    return tree.session.connection.send(Request(), tree.session.session_id, tree.tree_connect_id)
def receive(tree, request, timeout=20):
    """The body of the answer, or the name of its status."""
    try: return tree.session.connection.receive(request, timeout=timeout)["data"].get_value()
    except SMBResponseException as error:
        named = re.search(r"STATUS_(\w+)", str(error))
        return named[1] if named else "%08X" % error.status
# These bodies cost one credit.
Connection._calculate_credit_charge = lambda self, message: 1
def contexts(wanted):
    out = b""
    for place, (name, data) in enumerate(wanted):
        start = (16 + len(name) + 7) // 8 * 8
        one = struct.pack("<IHHHHI", 0, 16, len(name), 0, start if data else 0, len(data)) + name
        one = one.ljust(start, b"\0") + data
        if place < len(wanted) - 1:
            one = one.ljust((len(one) + 7) // 8 * 8, b"\0")
            one = struct.pack("<I", len(one)) + one[4:]
        out += one
    return out
def create(tree, name, access=0x12019F, disposition=3, options=0, oplock=0, wanted=()):
    """The status, or the oplock, FileId and contexts of the answer."""
    name, more = name.encode("utf-16-le"), contexts(list(wanted))
    room = name.ljust((max(len(name), 1) + 7) // 8 * 8, b"\0")
    answer = receive(tree, send(tree, Commands.SMB2_CREATE, struct.pack(
        "<HBBIQQIIIIIHHII", 57, 0, oplock, 2, 0, 0, access, 0x80, 7, disposition, options, 120, len(name),
        120 + len(room) if more else 0, len(more)) + room + more))
    if isinstance(answer, str): return answer
    found, (place, size) = {}, struct.unpack_from("<II", answer, 80)
    place -= 64
    while size:
        after, name_at, name_size, _, data_at, data_size = struct.unpack_from("<IHHHHI", answer, place)
        found[answer[place + name_at:place + name_at + name_size]] = answer[place + data_at:place + data_at + data_size]
        if not after: break
        place += after
    return answer[2], answer[64:80], found
def close(tree, file): return receive(tree, send(tree, Commands.SMB2_CLOSE, struct.pack("<HHI", 24, 0, 0) + file))
SERVE = """
import sys
from impacket.ntlm import compute_nthash
from impacket.smbserver import SimpleSMBServer
server = SimpleSMBServer("127.0.0.1", int(sys.argv[1]))
server.addShare("share", "share")
server.setSMB2Support(True)
server.addCredential("games", 0, "", compute_nthash("secret").hex())
server.start()
"""
SHARED, EXCLUSIVE, UNLOCK, AT_ONCE = 1, 2, 4, 16
def name(answer):
    known = {"C0000054": "FILE_LOCK_CONFLICT", "C0000055": "LOCK_NOT_GRANTED", "C000007E": "RANGE_NOT_LOCKED"}
    return known.get(answer, answer) if isinstance(answer, str) else "SUCCESS"
def lock(file, place, size, flags=EXCLUSIVE | AT_ONCE):
    return name(receive(tree, send(tree, Commands.SMB2_LOCK, struct.pack("<HHI", 48, 1, 0) + file + struct.pack(
        "<QQII", place, size, flags, 0))))
def read(file, place):
    return name(receive(tree, send(tree, Commands.SMB2_READ, struct.pack("<HBBIQ", 49, 0x50, 0, 10, place) + file + bytes(17))))
def put(file, place):
    return name(receive(tree, send(tree, Commands.SMB2_WRITE, struct.pack("<HHIQ", 49, 0x70, 1, place) + file + bytes(16) + b"x")))
def cut(file, size):
    return name(receive(tree, send(tree, Commands.SMB2_SET_INFO, struct.pack("<HBBIHHI", 33, 1, 20, 8, 96, 0, 0) + file + struct.pack(
        "<Q", size))))
def look():
    a, b = (create(tree, "file")[1] for _ in range(2))
    seen = [lock(a, 10, 0), lock(b, 5, 20), lock(b, 10, 15)]
    return a, b, seen + [lock(a, 100, 10), lock(b, 100, 10), read(b, 100), lock(a, 900, 10, UNLOCK)]
with open("share/file", "wb") as file: file.write(bytes(1000))
os.chmod("share/file", 0o666)
write("", "[share]\npath = FOLDER/share\nread only = no\n")
add("games")
server = start()
try:
    tree = connect()
    a, b, samba = look()
    more = [lock(a, 100, 10), lock(a, 100, 10, SHARED | AT_ONCE)]
    reader, looker = create(tree, "file", access=0x120089)[1], create(tree, "file", access=0x100100)[1]
    more += [lock(reader, 400, 5), put(a, 402), lock(looker, 500, 5), cut(b, 10)]
finally: server.terminate()
server.wait()
with open("share/file", "wb") as file: file.write(bytes(1000))
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            break
        except ConnectionRefusedError: time.sleep(0.2)
    # This server has no dialect 3.1.1.
    connection = Connection(uuid.uuid4(), "127.0.0.1", port, require_signing=True)
    connection.connect(Dialects.SMB_2_0_2)
    session = Session(connection, "games", "secret", require_encryption=False)
    session.connect()
    tree = TreeConnect(session, "\\\\127.0.0.1\\share")
    tree.connect()
    other = look()[2]
finally: server.terminate()
server.wait()
print(samba, more, other)
good, refused = "SUCCESS", "LOCK_NOT_GRANTED"
assert samba == [good, refused, good, good, refused, "FILE_LOCK_CONFLICT", "RANGE_NOT_LOCKED"], "Samba has changed"
assert more == [refused, good, good, "FILE_LOCK_CONFLICT", "INVALID_HANDLE", good], "Samba's other answers have changed"
assert other == [good] * 7, "impacket's server has changed"
P
v/bin/python look.py "$libraries" "$folder"
