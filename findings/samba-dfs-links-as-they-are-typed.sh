#!/bin/sh
# Which targets does Samba name for a link of DFS, and what does it say about a link that is not there?
#
# Guess before the run: the targets in the order of the link, in version 3 for a client that reads up to version 3 or 4, and
# in version 2 or 1 for a client that asks for these. A missing link is NOT_FOUND, and level 0 is INVALID_PARAMETER. Nothing
# was guessed about a blank behind the comma.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), FSCTL_DFS_GET_REFERRALS for \srv\dfs\NAME; the link is a symbolic
# link in a share with “msdfs root = yes”:
#
#   the link points to                level   answer
#   msdfs:one\share,two\share         4, 3    version 3: \one\share and \two\share
#   msdfs:one\share,two\share         2, 1, 0 version 2: \one\share and \two\share
#   msdfs:one\share, two\share        4       version 3: \one\share and \ two\share
#   (no such link)                    4       OBJECT_PATH_NOT_FOUND
#
# The blank becomes the first letter of the server's name, and Samba says nothing about it.
# Lesson: when a client looks up a name that begins with a blank, or never reaches the second target, read the link letter
# by letter. A missing link has the same status as a missing directory.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=2:4.17.12+dfsg-0+deb12u4 libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
ln -s 'msdfs:one\share,two\share' share/joined
ln -s 'msdfs:one\share, two\share' share/blank
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, time
libraries, folder = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
listener.close()
state = folder + "/state"
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
    file.write("map to guest = bad user\n" + "".join("%s = %s\n" % (place, state) for place in places))
    file.write("[dfs]\npath = %s/share\nguest ok = yes\nmsdfs root = yes\n" % folder)
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf", "-l", state],
    env=dict(os.environ, LD_LIBRARY_PATH=libraries, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"),
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def connect():
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", port), timeout=10)
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
FLAGS, VERSION = 0xA2088205, bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15])
class Client:
    def __init__(self):
        self.connection, self.number, self.session, self.tree = connect(), 0, 0, 0
        self.ask(0, struct.pack("<HHHHI", 36, 1, 1, 0, 0x7F) + b"client of a test" + bytes(8) + struct.pack("<H", 0x0302))
        self.setup(b"NTLMSSP\0" + struct.pack("<II", 1, FLAGS) + bytes(16) + VERSION)
        fields, data = b"", b""
        for value in (bytes(24), bytes(24), b"", "somebody".encode("utf-16-le"), b"", b""):
            fields += struct.pack("<HHI", len(value), len(value), 72 + len(data))
            data += value
        self.setup(b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", FLAGS) + VERSION + data)
        path = "\\\\srv\\IPC$".encode("utf-16-le")
        self.tree = struct.unpack_from("<I", self.ask(3, struct.pack("<HHHH", 9, 0, 72, len(path)) + path), 36)[0]
    def ask(self, command, body):
        header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, 0, 0, self.number, 0, self.tree, self.session) + bytes(16)
        self.number += 1
        self.connection.sendall(struct.pack(">I", len(header + body)) + header + body)
        size = struct.unpack(">I", self.connection.recv(4, socket.MSG_WAITALL))[0]
        reply = self.connection.recv(size, socket.MSG_WAITALL)
        self.status = struct.unpack_from("<I", reply, 8)[0]
        return reply
    def setup(self, token):
        reply = self.ask(1, struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(token), 0) + token)
        self.session = struct.unpack_from("<Q", reply, 40)[0]
    def referral(self, level, name):
        data = struct.pack("<H", level) + name.encode("utf-16-le") + bytes(2)
        head = struct.pack("<HHI", 57, 0, 0x60194) + b"\xff" * 16 + struct.pack("<IIIIIIII", 120, len(data), 0, 0, 0, 4096, 1, 0)
        reply = self.ask(11, head + data)
        if self.status: return "0x%08X" % self.status
        start, length = struct.unpack_from("<II", reply, 96)
        answer, place, found = reply[start:start + length], 8, []
        for _ in range(struct.unpack_from("<H", answer, 2)[0]):
            version, size = struct.unpack_from("<HH", answer, place)
            offset = struct.unpack_from("<H", answer, place + {2: 20, 3: 16}[version])[0]
            found.append((version, answer[place + offset:].decode("utf-16-le", "replace").split("\0")[0]))
            place += size
        return found
rows = [(level, "joined", [(version, r"\one\share"), (version, r"\two\share")]) for level, version in ((4, 3), (3, 3), (2, 2), (1, 2), (0, 2))]
rows += [(4, "blank", [(3, r"\one\share"), (3, r"\ two\share")]), (4, "missing", "0xC000003A")]
right = True
try:
    client = Client()
    for level, name, wanted in rows:
        seen = client.referral(level, r"\srv\dfs" + "\\" + name)
        print(level, name, seen)
        right = right and seen == wanted
finally: server.terminate()
server.wait()
assert right, "this has changed"
P
python3 look.py "$libraries" "$folder"
