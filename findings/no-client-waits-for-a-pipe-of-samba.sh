#!/bin/sh
# What does a server say to a client that waits for a named pipe (FSCTL_PIPE_WAIT), as programs do that connect to a busy service?
#
# Guess before the run: SUCCESS for srvsvc, which is there, at once, and IO_TIMEOUT or OBJECT_NAME_NOT_FOUND for a pipe that is not there.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0 and impacket 0.13.1, its waitNamedPipe, Python 3.11):
#
#                                     srvsvc                    nopipe                    on a share, not IPC$
#   Samba                             FS_DRIVER_REQUIRED        FS_DRIVER_REQUIRED        INVALID_DEVICE_REQUEST
#   impacket's server                 INVALID_DEVICE_REQUEST    INVALID_DEVICE_REQUEST
#
# The pipe srvsvc can be opened nevertheless, without waiting.
# Lesson: FS_DRIVER_REQUIRED (C000019C) to this FSCTL means that Samba does not know it, not that a driver is missing on either side. A
# program that waits before it opens a pipe works against Windows alone.
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
from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.header import Commands
from smbprotocol.session import Session
from smbprotocol.structure import BytesField, Structure
from smbprotocol.tree import TreeConnect
from impacket.smbconnection import SessionError, SMBConnection
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
def wait(tree, name):
    name = name.encode("utf-16-le")
    asked = struct.pack("<qIBx", 10000000, len(name), 1) + name
    return receive(tree, send(tree, Commands.SMB2_IOCTL, struct.pack("<HHI", 57, 0, 0x110018) + b"\xff" * 16 + struct.pack(
        "<IIIIIIII", 120, len(asked), 0, 0, 0, 65536, 1, 0) + asked))
def impacket(place, name):
    client = SMBConnection("127.0.0.1", "127.0.0.1", sess_port=place)
    client.login("games", "secret")
    try: return client.waitNamedPipe(client.connectTree("IPC$"), name)
    except SessionError as error: return re.search(r"STATUS_(\w+)", str(error))[1]
write("", "[share]\npath = FOLDER/share\nread only = no\n")
add("games")
server = start()
try:
    pipes = connect("IPC$")
    seen = [wait(pipes, "srvsvc"), wait(pipes, "nopipe"), wait(connect(), "srvsvc"), impacket(port, "srvsvc"), impacket(port, "nopipe")]
    opened = create(pipes, "srvsvc", disposition=1), create(pipes, "nopipe", disposition=1)
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
    other = [impacket(port, name) for name in ("srvsvc", "nopipe")]
finally: server.terminate()
server.wait()
print(seen, opened, other)
assert seen == ["FS_DRIVER_REQUIRED"] * 2 + ["INVALID_DEVICE_REQUEST"] + ["FS_DRIVER_REQUIRED"] * 2, "Samba has changed"
assert not isinstance(opened[0], str) and opened[1] == "OBJECT_NAME_NOT_FOUND", "the pipes have changed"
assert other == ["INVALID_DEVICE_REQUEST"] * 2, "impacket's server has changed"
P
# smbd starts the services behind its pipes from one place alone; a namespace has them there, and ends them.
unshare -rmnpf --kill-child --mount-proc sh -c 'mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && ip link set lo up
v/bin/python look.py "$0" "$1"' "$libraries" "$folder"
