#!/bin/sh
# When does Samba give a durable handle, which outlives a lost connection, and who may have it back?
#
# Guess before the run: none in a share with default settings: smb.conf(5) has them with “posix locking = no” alone, which is “yes” by
# default, and none for a file that is deleted on close. The client gets it back with the same ClientGuid, as the same user and under the
# same name; another user gets ACCESS_DENIED.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), a share with a path alone, a batch oplock:
#
#   request DH2Q (version 2)             granted, 60 seconds; 300 for each longer wish
#   request DH2Q, “delete on close”      granted
#
#   the second connection has              DHnC (version 1) and DH2C (version 2)
#   the same ClientGuid                    SUCCESS
#   another ClientGuid                     SUCCESS
#   the name of a file that is not there   SUCCESS
#   another user                           OBJECT_NAME_NOT_FOUND
#   the file was written on the host       OBJECT_NAME_NOT_FOUND
#
# The answer to DHnC and DH2C names no context, so that nothing in it tells that a handle came back.
# Lesson: OBJECT_NAME_NOT_FOUND to a CREATE with DHnC or DH2C is no missing file: the handle is gone. The name in such a CREATE does not
# count.
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
def ask(kind, guid): return (b"DH2Q", struct.pack("<IIQ", 0, 0, 0) + guid) if kind == 2 else (b"DHnQ", bytes(16))
def again(kind, guid, file): return (b"DH2C", file + guid + bytes(4)) if kind == 2 else (b"DHnC", file)
def reconnect(kind, same=True, name="kept.txt", user="games", between=lambda: None):
    client, guid = uuid.uuid4(), os.urandom(16)
    first = connect(guid=client)
    _, file, found = create(first, "kept.txt", oplock=9, wanted=[ask(kind, guid)])
    assert len(found) == 1, "the first handle is not durable any more"
    first.session.connection.transport.close()
    # The server keeps the handle as soon as it notices the end.
    time.sleep(1)
    between()
    second = connect(user=user, guid=client if same else None)
    answer = create(second, name, disposition=1, oplock=9, wanted=[again(kind, guid, file)])
    if not isinstance(answer, str):
        close(second, answer[1])
        answer = "SUCCESS " + " ".join(map(str, answer[2]))
    second.session.connection.disconnect()
    return answer.strip()
def append():
    with open("share/kept.txt", "a") as file: file.write("more")
write("", "[share]\npath = FOLDER/share\nread only = no\n")
add("games")
add("man")
server = start()
try:
    tree = connect()
    granted = []
    for timeout, options, access in (0, 0, 0x12019F), (600000, 0, 0x12019F), (0, 0x1000, 0x13019F):
        wish = b"DH2Q", struct.pack("<IIQ", timeout, 0, 0) + os.urandom(16)
        _, file, found = create(tree, "first.txt", access=access, options=options, oplock=9, wanted=[wish])
        granted.append({name.decode(): struct.unpack_from("<I", data)[0] for name, data in found.items()})
        close(tree, file)
    seen = {kind: [
        reconnect(kind), reconnect(kind, same=False), reconnect(kind, name="none.txt"), reconnect(kind, user="man"),
        reconnect(kind, between=append)] for kind in (1, 2)}
finally: server.terminate()
server.wait()
print(granted)
for one in seen.items(): print(*one)
gone = "OBJECT_NAME_NOT_FOUND"
assert granted == [{"DH2Q": 60000}, {"DH2Q": 300000}, {"DH2Q": 60000}], "what is granted has changed"
assert seen == {kind: ["SUCCESS", "SUCCESS", "SUCCESS", gone, gone] for kind in (1, 2)}, "who gets it has changed"
P
v/bin/python look.py "$libraries" "$folder"
