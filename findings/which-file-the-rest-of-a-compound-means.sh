#!/bin/sh
# A compound of related requests has two CREATE, of which the second fails. Which file do READ and CLOSE behind it mean?
#
# Guess before the run: none; each gets the status of the failed CREATE, as it is when there is one CREATE. impacket's server says
# OBJECT_NAME_NOT_FOUND and FILE_CLOSED. Without the flag “related”, a FileId of FF bytes means nothing.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, smbprotocol 1.17.0, Python 3.11), the file one; none is not there:
#
#                                                       Samba                             impacket's server
#   CREATE none, READ, CLOSE                            OBJECT_NAME_NOT_FOUND each        NO_SUCH_FILE, INVALID_HANDLE, INVALID_HANDLE
#   CREATE one, CREATE none, READ, CLOSE                READ gets the data of one         the same
#   CREATE one, READ, CLOSE, not related                FILE_CLOSED for both              SUCCESS for both
#
# Lesson: in a compound look for the last CREATE that succeeded, not for the one in front of a request, to name the file of a READ, a WRITE
# or a SET_INFO. NO_SUCH_FILE to CREATE is a sign of impacket's server.
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
LAST = b"\xff" * 16
def body(command, data):
    class Request(Structure):
        COMMAND = command
        def __init__(self):
            self.fields = OrderedDict([("body", BytesField(default=data))])
            super().__init__()
    return Request()
def opened(name):
    name = name.encode("utf-16-le")
    return body(Commands.SMB2_CREATE, struct.pack(
        "<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x120089, 0x80, 7, 1, 0, 120, len(name), 0, 0) + name.ljust(16, b"\0"))
def read(): return body(Commands.SMB2_READ, struct.pack("<HBBIQ", 49, 0x50, 0, 9, 0) + LAST + bytes(17))
def closed(): return body(Commands.SMB2_CLOSE, struct.pack("<HHI", 24, 0, 0) + LAST)
def ask(tree, requests, related=True):
    """The statuses, and for READ the data."""
    session, answers = tree.session, []
    for request, sent in zip(requests, session.connection.send_compound(requests, session.session_id, tree.tree_connect_id, related=related)):
        answer = receive(tree, sent)
        if isinstance(answer, str): answers.append({"C000000F": "NO_SUCH_FILE"}.get(answer, answer))
        elif request.COMMAND == Commands.SMB2_READ: answers.append(answer[answer[2] - 64:][:struct.unpack_from("<I", answer, 4)[0]])
        else: answers.append("SUCCESS")
    return answers
def look(tree):
    return [
        ask(tree, [opened("none"), read(), closed()]), ask(tree, [opened("one"), opened("none"), read(), closed()]),
        ask(tree, [opened("one"), read(), closed()], related=False)]
with open("share/one", "w") as file: file.write("data of 1")
os.chmod("share/one", 0o666)
write("", "[share]\npath = FOLDER/share\n")
add("games")
server = start()
try: samba = look(connect())
finally: server.terminate()
server.wait()
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
    other = look(tree)
finally: server.terminate()
server.wait()
for one in samba + other: print(*one)
good, missing, data = "SUCCESS", "OBJECT_NAME_NOT_FOUND", b"data of 1"
assert samba == [
    [missing] * 3, [good, missing, data, good], [good, "FILE_CLOSED", "FILE_CLOSED"]], "Samba has changed"
assert other == [
    ["NO_SUCH_FILE", "INVALID_HANDLE", "INVALID_HANDLE"], [good, "NO_SUCH_FILE", data, good], [good, data, good]], \
    "impacket's server has changed"
P
v/bin/python look.py "$libraries" "$folder"
