#!/bin/sh
# Which files does Samba's recycle bin (vfs objects = recycle) keep?
#
# Guess before the run: each deleted file; the second of one name as “Copy #1 of a.txt”. “recycle:exclude = *.tmp” means small letters
# alone. A file that a rename puts another one in the place of is not deleted, and may be lost.
# Seen (samba and samba-vfs-modules 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), no setting but exclude:
#
#   d1\a.txt is deleted, then d2\a.txt      .recycle/a.txt alone, and it is the one of d2
#   b.tmp, A.TMP are deleted                neither is kept
#   a file of no bytes, .hidden, noending   kept
#   x takes the place of y by a rename      the old y is gone
#   y is opened with OVERWRITE_IF           the old y is gone
#
# With “recycle:versions = yes” there are a.txt and “Copy #1 of a.txt”, with “recycle:keeptree = yes” d1/a.txt and d2/a.txt.
# Lesson: most programs save by a rename over the old file or an overwrite; the bin has neither. A file in it may be another one than its
# name says. In a recording, look for the disposition of CREATE and for ReplaceIfExists before you say that the bin has it.
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
  samba-common-bin=$version libwbclient0=$version libuid-wrapper samba-vfs-modules=$version >&2
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
def touch(tree, name, **settings):
    answer = create(tree, name, **settings)
    if isinstance(answer, str): return answer
    close(tree, answer[1])
    return "SUCCESS"
def put(tree, name, data, **settings):
    answer = create(tree, name, **settings)
    if isinstance(answer, str): return answer
    result = receive(tree, send(tree, Commands.SMB2_WRITE, struct.pack("<HHIQ", 49, 0x70, len(data), 0) + answer[1] + bytes(16) + data))
    close(tree, answer[1])
    return result if isinstance(result, str) else "SUCCESS"
def set_file(tree, name, kind, data, **settings):
    """SET_INFO of a level for files, by a handle that may delete."""
    answer = create(tree, name, access=0x110080, disposition=1, **settings)
    if isinstance(answer, str): return answer
    result = receive(tree, send(tree, Commands.SMB2_SET_INFO, struct.pack("<HBBIHHI", 33, 1, kind, len(data), 96, 0, 0) + answer[1] + data))
    close(tree, answer[1])
    return result if isinstance(result, str) else "SUCCESS"
def delete(tree, name, **settings): return set_file(tree, name, 13, b"\1", **settings)
def rename(tree, name, new, replace=0, **settings):
    new = new.encode("utf-16-le")
    return set_file(tree, name, 10, struct.pack("<B7xQI", replace, 0, len(new)) + new, **settings)
def bin_of(share):
    top = "share/" + share + "/.recycle"
    return sorted(os.path.relpath(os.path.join(path, name), top) for path, _, names in os.walk(top) for name in names)
SHARE = "[%s]\npath = FOLDER/share/%s\nread only = no\nvfs objects = recycle\n"
shares = {"plain": "recycle:exclude = *.tmp\n", "versions": "recycle:versions = yes\n", "tree": "recycle:keeptree = yes\n"}
write("", "".join(SHARE % (name, name) + more for name, more in shares.items()))
for name in shares:
    os.mkdir("share/" + name)
    os.chmod("share/" + name, 0o777)
add("games")
server = start()
try:
    seen = {}
    for name in shares:
        tree = connect(name)
        for place in "d1", "d2":
            touch(tree, place, access=0x120089, options=1)
            put(tree, place + "\\a.txt", place.encode())
            assert delete(tree, place + "\\a.txt") == "SUCCESS"
        seen[name] = bin_of(name)
    with open("share/plain/.recycle/a.txt") as file: kept = file.read()
    tree = connect("plain")
    for name in "b.tmp", "A.TMP", "none", ".hidden", "noending":
        if name == "none": touch(tree, name)
        else: put(tree, name, b"x")
        assert delete(tree, name) == "SUCCESS"
    more = bin_of("plain")
    for name in "x", "y", "z": put(tree, name, b"old " + name.encode())
    replaced = rename(tree, "x", "y", replace=1), touch(tree, "z", disposition=5)
    after = bin_of("plain")
finally: server.terminate()
server.wait()
print(seen, kept, more, replaced, after)
assert seen == {"plain": ["a.txt"], "versions": ["Copy #1 of a.txt", "a.txt"], "tree": ["d1/a.txt", "d2/a.txt"]}, "the names have changed"
assert kept == "d2" and more == [".hidden", "a.txt", "noending", "none"], "what is kept has changed"
assert replaced == ("SUCCESS", "SUCCESS") and after == more, "what is kept of overwritten files has changed"
P
# smbd looks for its modules in one place alone; a namespace has them there.
unshare -rm sh -c 'mount -t overlay overlay -o "lowerdir=$1/root/usr/lib:/usr/lib" /usr/lib && exec v/bin/python look.py "$0" "$1"' \
  "$libraries" "$folder"
