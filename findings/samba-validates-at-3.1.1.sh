#!/bin/sh
# What does a server say to FSCTL_VALIDATE_NEGOTIATE_INFO at the dialect 3.1.1?
#
# Guess before the run: nothing; it hangs up. At 3.1.1 the preauthentication hash takes the place of this request, and
# clients of 3.1.1 do not send it.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a guest's session, unsigned, IPC$:
#
#                               3.0.2                   3.1.1
#   what NEGOTIATE said         SUCCESS, 24 bytes       SUCCESS, 24 bytes
#   other capabilities          hangs up                hangs up
#   another dialect             hangs up                hangs up
#
# Lesson: a connection that ends behind this request was ended by a comparison that failed, at 3.1.1 too; and an answer to
# it does not prove a dialect below 3.1.1.
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
    file.write("[share]\npath = %s/share\nguest ok = yes\n" % folder)
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
    def __init__(self, dialect):
        self.connection, self.number, self.session, self.tree = connect(), 0, 0, 0
        body = struct.pack("<HHHHI", 36, 1, 1, 0, 0x7F) + b"client of a test"
        context = struct.pack("<HHI", 1, 38, 0) + struct.pack("<HHH", 1, 32, 1) + b"salt" * 8
        if dialect == 0x0311: body += struct.pack("<IHHHH", 104, 1, 0, dialect, 0) + context
        else: body += bytes(8) + struct.pack("<H", dialect)
        self.ask(0, body)
    def ask(self, command, body):
        header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, 0, 0, self.number, 0, self.tree, self.session) + bytes(16)
        self.number += 1
        self.connection.sendall(struct.pack(">I", len(header + body)) + header + body)
        size = self.connection.recv(4, socket.MSG_WAITALL)
        if len(size) < 4: return None
        reply = self.connection.recv(struct.unpack(">I", size)[0], socket.MSG_WAITALL)
        self.status = struct.unpack_from("<I", reply, 8)[0]
        return reply
    def setup(self, token):
        reply = self.ask(1, struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(token), 0) + token)
        self.session = struct.unpack_from("<Q", reply, 40)[0]
        return reply
    def login(self, user, lm, nt):
        self.setup(b"NTLMSSP\0" + struct.pack("<II", 1, FLAGS) + bytes(16) + VERSION)
        fields, data = b"", b""
        for value in (lm, nt, b"", user.encode("utf-16-le"), b"", b""):
            fields += struct.pack("<HHI", len(value), len(value), 72 + len(data))
            data += value
        return self.setup(b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", FLAGS) + VERSION + data)
    def connect_tree(self, path):
        self.login("somebody", bytes(24), bytes(24))
        data = path.encode("utf-16-le")
        reply = self.ask(3, struct.pack("<HHHH", 9, 0, 72, len(data)) + data)
        self.tree = struct.unpack_from("<I", reply, 36)[0]
        return "0x%08X" % self.status
def validate(dialect, capabilities, offered):
    client = Client(dialect)
    assert client.connect_tree(r"\\server\IPC$") == "0x00000000"
    data = struct.pack("<I", capabilities) + b"client of a test" + struct.pack("<HHH", 1, 1, offered)
    none = 2**64 - 1
    reply = client.ask(11, struct.pack("<HHIQQIIIIIIII", 57, 0, 0x00140204, none, none, 120, len(data), 0, 0, 0, 24, 1, 0) + data)
    if reply is None: return "hangs up"
    return "0x%08X, %d bytes" % (client.status, struct.unpack_from("<I", reply, 64 + 36)[0])
try:
    seen = {
        dialect: [validate(dialect, 0x7F, dialect), validate(dialect, 0, dialect), validate(dialect, 0x7F, 0x0210)]
        for dialect in (0x0302, 0x0311)}
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
assert all(one == ["0x00000000, 24 bytes", "hangs up", "hangs up"] for one in seen.values()), "this has changed"
P
python3 look.py "$libraries" "$folder"
