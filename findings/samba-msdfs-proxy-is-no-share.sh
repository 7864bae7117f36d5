#!/bin/sh
# Which status does a client get that connects to a share with “msdfs proxy”?
#
# Guess before the run: nothing was guessed about “msdfs proxy”; smb.conf(5) says that clients are sent on to the other server.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a guest's session, “msdfs proxy = \other\share”:
#
#   share                      TREE_CONNECT       referral for \srv\SHARE
#   plain                      SUCCESS            NOT_FOUND
#   with “msdfs root” alone    SUCCESS            (not asked)
#   with “msdfs proxy” too     BAD_NETWORK_NAME   version 3, \other\share
#   no such share              BAD_NETWORK_NAME   NOT_FOUND
#
# The answer to TREE_CONNECT is the same as for a share that does not exist. Only a client that asks for a referral first finds
# the other server.
# Lesson: BAD_NETWORK_NAME does not prove that smb.conf has no such section. Look for “msdfs proxy” in it, and in the recording
# for a question about DFS before TREE_CONNECT.
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
    for share in ("[plain]", "[root]\nmsdfs root = yes", "[proxy]\nmsdfs root = yes\nmsdfs proxy = \\other\\share"):
        file.write("%s\npath = %s/share\nguest ok = yes\n" % (share, folder))
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
    def connect_tree(self, name):
        path = ("\\\\srv\\" + name).encode("utf-16-le")
        reply = self.ask(3, struct.pack("<HHHH", 9, 0, 72, len(path)) + path)
        self.tree = struct.unpack_from("<I", reply, 36)[0]
        return "0x%08X" % self.status
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
try:
    client = Client()
    trees = [client.connect_tree(name) for name in ("plain", "root", "proxy", "missing")]
    client.connect_tree("IPC$")
    referrals = [client.referral(4, r"\srv" + "\\" + name) for name in ("plain", "proxy", "missing")]
finally: server.terminate()
server.wait()
print(*trees)
print(*referrals)
assert trees == ["0x00000000", "0x00000000", "0xC00000CC", "0xC00000CC"], "this has changed"
assert referrals == ["0xC0000225", [(3, r"\other\share")], "0xC0000225"], "the referrals have changed"
P
python3 look.py "$libraries" "$folder"
