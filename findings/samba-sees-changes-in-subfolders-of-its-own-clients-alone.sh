#!/bin/sh
# A client asks Samba to tell of changes in a folder and in all below it (CHANGE_NOTIFY, WATCH_TREE). Which changes does it hear of?
#
# Guess before the run: each change, be it another client's or made on the server itself, for Samba asks the kernel (inotify), and “change
# notify = no” in the share ends it with an error. Nothing was guessed about two requests of one handle and about a filter of 0.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), a handle of the share's own folder:
#
#                                        by a client of SMB     by a program on the server
#   a new file in the folder             told                   told
#   a new file in a folder below it      told                   not told
#
#   two requests wait on one handle, one file is made     both are answered with the same change
#   “change notify = no” in the share                     told, as without the line: it is a setting of [global]
#   a filter of 0, which asks for nothing                 NOT_IMPLEMENTED (C0000002)
#
# Lesson: a program that watches a whole share (a scanner, a sync client) is blind for what a web server, NFS or a job on the server writes
# into its subfolders. An open CHANGE_NOTIFY without an answer in a recording does not show that nothing changed.
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
from smbprotocol.exceptions import SMBException
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
def watch(tree, file, flags=1, kinds=0x17F):
    return send(tree, Commands.SMB2_CHANGE_NOTIFY, struct.pack("<HHI", 32, flags, 4096) + file + struct.pack("<II", kinds, 0))
def told(tree, request):
    try: answer = receive(tree, request, timeout=3)
    except SMBException: return "not told"
    if isinstance(answer, str): return answer
    size, = struct.unpack_from("<I", answer, 16)
    return answer[20:20 + size].decode("utf-16-le")
def one(tree, change, **settings):
    file = create(tree, "", access=0x120089, disposition=1, options=1)[1]
    request = watch(tree, file, **settings)
    time.sleep(0.5)
    change()
    seen = told(tree, request)
    if seen != "not told": close(tree, file)
    return seen
def by_client(name): return lambda: close(other, create(other, name)[1])
def by_host(name): return lambda: open("share/" + name, "w").close()
write("", "[share]\npath = FOLDER/share\nread only = no\n[deaf]\npath = FOLDER/share\nread only = no\nchange notify = no\n")
add("games")
server = start()
try:
    tree, other = connect(), connect()
    create(other, "below", access=0x120089, options=1)
    seen = [one(tree, act) for act in (by_client("a"), by_host("b"), by_client("below\\c"), by_host("below/d"))]
    deaf = connect("deaf")
    seen += [one(deaf, by_client("e")), one(deaf, by_client("f"), kinds=0)]
    file = create(tree, "", access=0x120089, disposition=1, options=1)[1]
    requests = [watch(tree, file), watch(tree, file)]
    by_client("two")()
    both = [told(tree, request) for request in requests]
finally: server.terminate()
server.wait()
print(seen, both)
assert seen == ["a", "b", "below\\c", "not told", "e", "C0000002"], "what is told has changed"
assert both == ["two", "two"], "two requests have changed"
P
v/bin/python look.py "$libraries" "$folder"
