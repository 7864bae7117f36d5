#!/bin/sh
# Which files does Samba's log of accesses (vfs objects = full_audit) say that a client opened, and which were refused?
#
# Guess before the run: one “openat” or “create_file” for each CREATE, “ok” or “fail” with the reason. A name with | in it is written as it is.
# Seen (samba and samba-vfs-modules 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), success and failure of
# openat, create_file and fntimes:
#
#   the client                               the log
#   lists a folder with one and two          openat|ok|r for one, two and the folder above the share, “..”; it opened none of them
#   makes the file new                       openat|fail (No such file or directory), then openat|ok|w, create_file|ok
#   asks for a right that it may not have    openat|ok|r, then create_file|fail (Success); the answer was PRIVILEGE_NOT_HELD
#   sets an attribute, and leaves the times  fntimes|ok with “Thu Jan  1 00:00:01 1970” four times
#   lists a folder with the file a|b         openat|ok|r|a|b: one field more
#
# Lesson: count create_file, not openat: it has the access mask of the client, and one line for each CREATE. Its reason is that of the
# disk; where Samba itself refuses, it says “Success”. A report of files “read” from openat names each file of each folder that was listed.
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
def lines(act):
    """What the log says of the share's files meanwhile."""
    with open("state/log", "w"): pass
    result = act()
    time.sleep(0.5)
    with open("state/log") as file: found = re.findall(r"^ *games\|(.*)$", file.read(), re.M)
    return result, [line.replace(folder + "/share/", "") for line in found if "/share/" in line]
def listing():
    file = create(tree, "", access=0x120089, disposition=1, options=1)[1]
    pattern = "*".encode("utf-16-le")
    answer = receive(tree, send(tree, Commands.SMB2_QUERY_DIRECTORY, struct.pack("<HBBI", 33, 37, 0, 0) + file + struct.pack(
        "<HHI", 96, len(pattern), 65536) + pattern))
    close(tree, file)
    return not isinstance(answer, str)
def hide():
    """SET_INFO of FileBasicInformation: hidden, all times stay."""
    file = create(tree, "one", access=0x100180, disposition=1)[1]
    data = struct.pack("<qqqqII", 0, 0, 0, 0, 2, 0)
    answer = receive(tree, send(tree, Commands.SMB2_SET_INFO, struct.pack("<HBBIHHI", 33, 1, 4, len(data), 96, 0, 0) + file + data))
    close(tree, file)
    return not isinstance(answer, str)
write("log level = 1\n", "[share]\npath = FOLDER/share\nread only = no\nvfs objects = full_audit\nfull_audit:syslog = no\n"
      "full_audit:prefix = %u\nfull_audit:success = openat create_file fntimes\nfull_audit:failure = openat create_file fntimes\n")
add("games")
# The log has times in the server's zone.
root["TZ"] = "UTC"
for name in "one", "two":
    open("share/" + name, "w").close()
    os.chmod("share/" + name, 0o666)
server = start()
try:
    tree = connect()
    listed = lines(listing)
    made = lines(lambda: touch(tree, "new", disposition=2))
    refused = lines(lambda: touch(tree, "one", access=0x1000000, disposition=1))
    hidden = lines(hide)
    os.rename("share/two", "share/a|b")
    with_bar = lines(listing)
finally: server.terminate()
server.wait()
for one in listed, made, refused, hidden, with_bar: print(*one, sep="\n  ")
assert listed[0] and {line for line in listed[1] if "openat" in line} == {"openat|ok|r|..", "openat|ok|r|one", "openat|ok|r|two"}, \
    "a listing has changed"
assert made == ("SUCCESS", [
    "openat|fail (No such file or directory)|r|new", "openat|ok|w|new", "create_file|ok|0x12019f|file|create|new"]), "a new file has changed"
assert refused[0] in ("PRIVILEGE_NOT_HELD", "C0000061"), "the refusal has changed"
assert refused[1] == ["openat|ok|r|one", "create_file|fail (Success)|0x1000000|file|open|one"], "the log of a refusal has changed"
assert hidden[0] and hidden[1][-1] == "fntimes|ok|one|" + "|".join(["Thu Jan  1 00:00:01 1970 UTC"] * 4), "the times have changed"
assert "openat|ok|r|a|b" in with_bar[1], "the name with a bar has changed"
P
# smbd looks for its modules in one place alone; a namespace has them there.
unshare -rm sh -c 'mount -t overlay overlay -o "lowerdir=$1/root/usr/lib:/usr/lib" /usr/lib && exec v/bin/python look.py "$0" "$1"' \
  "$libraries" "$folder"
