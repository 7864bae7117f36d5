#!/bin/sh
# What does Samba answer for the object id of a volume (QUERY_INFO, FileFsObjectIdInformation), which Windows keeps for tracking links?
#
# Guess before the run: an id of 16 bytes, the same for two shares of one disk, and zeros. Nothing was guessed about the label.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), two folders of one disk as shares:
#
#   bytes 0 to 15     an id, another one for each share, the same one after a new start
#   bytes 16 to 19    aBmS
#   bytes 20 to 23    00 0c 11 04: 4.17.12
#   bytes 36 to 63    “4.17.12-Debian” and zeros
#
#   FileFsLabelInformation   share, one byte a letter, where MS-FSCC has two; it is a level to set alone
#
# tshark shows these 64 bytes as four GUIDs, whose parts are turned around, so that the text cannot be seen.
# Lesson: a recording of a client that asks for level 8 names the server's exact version. The id tells shares from each other, not disks.
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
import os, re, socket, struct, subprocess, sys, time, uuid
from collections import OrderedDict
from smbprotocol.connection import Connection
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
def query(tree, level):
    """An answer about the file system."""
    file = create(tree, "", access=0x120089, disposition=1, options=1)[1]
    answer = receive(tree, send(tree, Commands.SMB2_QUERY_INFO, struct.pack(
        "<HBBIHHIII", 41, 2, level, 65536, 0, 0, 0, 0, 0) + file + b"\0"))
    place, size = struct.unpack_from("<HI", answer, 2)
    return answer[place - 64:place - 64 + size]
write("", "[share]\npath = FOLDER/share\n[other]\npath = FOLDER/other\n")
os.mkdir("other")
os.chmod("other", 0o755)
add("games")
seen = []
for _ in range(2):
    server = start()
    try:
        seen.append([query(connect(name), 8) for name in ("share", "other")])
        label = query(connect(), 2)
    finally: server.terminate()
    server.wait()
for one in seen: print(*(data.hex() for data in one))
print(label)
assert seen[0] == seen[1] and seen[0][0][:16] != seen[0][1][:16], "the ids have changed"
for data in seen[0]:
    assert data[16:36] == b"aBmS" + bytes([0, 12, 17, 4]) + bytes(12), "the version has changed"
    assert data[36:].rstrip(b"\0") == b"4.17.12-Debian", "the text of the version has changed"
assert label == struct.pack("<I", 5) + b"share", "the label has changed"
P
v/bin/python look.py "$libraries" "$folder"
