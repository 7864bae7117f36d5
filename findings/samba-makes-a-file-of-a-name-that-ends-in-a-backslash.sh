#!/bin/sh
# Which paths does Samba take in CREATE that MS-SMB2 and Windows do not have?
#
# Guess before the run: none: a slash, a backslash at the end and a dot in the middle are OBJECT_NAME_INVALID, “..” is
# OBJECT_PATH_SYNTAX_BAD, and access to nothing (0) is ACCESS_DENIED.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), the file f.txt and the folder d with g:
#
#   f.txt\           SUCCESS, the file f.txt         d/g          SUCCESS
#   new\             SUCCESS, makes a file new       d\\g         SUCCESS
#   d\..\f.txt       SUCCESS, the file f.txt         d\..         SUCCESS, the share's own folder
#   d\.\g           OBJECT_PATH_NOT_FOUND           .            OBJECT_NAME_INVALID
#   ..               OBJECT_PATH_SYNTAX_BAD          \f.txt       INVALID_PARAMETER
#   f.txt, access 0  SUCCESS
#
# Lesson: OBJECT_NAME_INVALID from a Windows server for a program that works against Samba may be about the form of its paths. “new\” asks
# for a folder in most minds; without the option for it, Samba makes a file.
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
def look(tree, name, disposition=1, access=0x12019F):
    answer = create(tree, name, access=access, disposition=disposition)
    if isinstance(answer, str): return answer
    close(tree, answer[1])
    return "SUCCESS"
write("", "[share]\npath = FOLDER/share\nread only = no\n")
add("games")
server = start()
try:
    tree = connect()
    close(tree, create(tree, "f.txt")[1])
    close(tree, create(tree, "d", access=0x120089, options=1)[1])
    close(tree, create(tree, "d\\g")[1])
    names = "f.txt\\", "d/g", "d\\\\g", "d\\..\\f.txt", "d\\..", "d\\.\\g", ".", "..", "\\f.txt"
    seen = [look(tree, name, access=0x120089) for name in names] + [look(tree, "f.txt", access=0)]
    made = look(tree, "new\\", disposition=2), os.path.isfile("share/new")
finally: server.terminate()
server.wait()
for one in zip(names + ("access 0",), seen): print(*one)
print(*made)
good = "SUCCESS"
assert seen == [good] * 5 + ["OBJECT_PATH_NOT_FOUND", "OBJECT_NAME_INVALID", "OBJECT_PATH_SYNTAX_BAD", "INVALID_PARAMETER", good], \
    "the paths have changed"
assert made == (good, True), "a name with a backslash at its end has changed"
P
v/bin/python look.py "$libraries" "$folder"
