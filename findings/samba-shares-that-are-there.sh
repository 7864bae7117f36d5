#!/bin/sh
# Does BAD_NETWORK_NAME from Samba mean that the share is missing in smb.conf?
#
# Guess before the run: not always. A missing VFS module gives UNSUCCESSFUL. Quotes around a path of either kind are kept,
# which gives BAD_NETWORK_NAME. The blank in “[blank ]” is trimmed, so that the share can be reached as “blank”.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a guest's session, the directory exists:
#
#   in smb.conf                                TREE_CONNECT to      status
#   [plain]    path = /srv/share               plain                SUCCESS
#   [modules]  the same, vfs objects = nosuch  modules              BAD_NETWORK_NAME
#   [single]   path = '/srv/share'             single               BAD_NETWORK_NAME
#   [double]   path = "/srv/share"             double               SUCCESS
#   [blank ]   path = /srv/share               blank                BAD_NETWORK_NAME
#                                              blank and a blank    SUCCESS
#   (no such section)                          missing              BAD_NETWORK_NAME
#
# testparm ends with status 0 for this file, and has no word about the module, the quotes or the blank.
# Lesson: when the share is in smb.conf, look for a VFS module whose package is not installed, for single quotes, and for a
# blank before the bracket.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=2:4.17.12+dfsg-0+deb12u4 samba-common-bin=2:4.17.12+dfsg-0+deb12u4 libuid-wrapper >&2
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
rows = [
    ("plain", ["path = PATH"]), ("modules", ["path = PATH", "vfs objects = nosuch"]), ("single", ["path = 'PATH'"]),
    ("double", ['path = "PATH"']), ("blank ", ["path = PATH"])]
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
    file.write("map to guest = bad user\n" + "".join("%s = %s\n" % (place, state) for place in places))
    for name, lines in rows:
        file.write("[%s]\nguest ok = yes\n%s\n" % (name, "\n".join(lines).replace("PATH", folder + "/share")))
test = subprocess.run(
    ["root/usr/bin/testparm", "-s", "smb.conf"], env=dict(os.environ, LD_LIBRARY_PATH=libraries), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
assert test.returncode == 0 and not any(word in test.stderr for word in ("nosuch", "single", "blank")), "testparm has changed"
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
try:
    client = Client()
    seen = {name: client.connect_tree(name) for name in ("plain", "modules", "single", "double", "blank", "blank ", "missing")}
finally: server.terminate()
server.wait()
for one in seen.items(): print(*map(repr, one))
good, bad = "0x00000000", "0xC00000CC"
assert list(seen.values()) == [good, bad, bad, good, bad, good, bad], "this has changed"
P
python3 look.py "$libraries" "$folder"
