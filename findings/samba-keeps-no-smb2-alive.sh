#!/bin/sh
# Does “keepalive = 3” in smb.conf make smbd send something on an idle connection each three seconds?
#
# Guess before the run: yes, a keepalive of NetBIOS (85 00 00 00), at each port and dialect.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), what the server sends in the
# ten seconds behind a good logon of a client that is silent:
#
#   NT1 (smbclient keeps itself busy with an ECHO now and then)   85 00 00 00, about each three seconds
#   3.1.1                                                         nothing
#
# The setting has no effect on SMB2. What is left is the keepalive of TCP, whose first packet the kernel sends after two
# hours of silence, unless “socket options” has TCP_KEEPIDLE.
# Lesson: an SMB2 connection that dies behind minutes of silence between two living hosts met a firewall that forgets. “keepalive” does not
# help; “socket options = SO_KEEPALIVE TCP_KEEPIDLE=120” does. smbstatus may list clients of SMB2 that are long gone.
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
import os, re, socket, subprocess, sys, threading, time, uuid
from smbprotocol.connection import Connection
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("log file = %s/state/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
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
def visit(share, commands="quit", user="games%secret", *more):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", user, "-c", commands, *more],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status else "SUCCESS" if out.returncode == 0 else out.stdout
class Relay:
    # Passes on what comes, and notes the seconds and bytes of what the server sends.
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.notes = self.listener.getsockname()[1], []
        threading.Thread(target=self.run, daemon=True).start()
    def run(self):
        client, _ = self.listener.accept()
        server = socket.create_connection(("127.0.0.1", port))
        for ends in ((client, server, False), (server, client, True)): threading.Thread(target=self.carry, args=ends, daemon=True).start()
    def carry(self, source, target, noted):
        try:
            while data := source.recv(65536):
                if noted: self.notes.append((time.time(), data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError: pass

def old():
    # It stays until its input ends.
    relay = Relay()
    return relay, subprocess.Popen(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(relay.port), "//127.0.0.1/share", "-U", "games%secret", "-m", "NT1",
         "--option=client min protocol=NT1"], env=loader, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def new():
    relay = Relay()
    connection = Connection(uuid.uuid4(), "127.0.0.1", relay.port)
    connection.connect()
    session = Session(connection, "games", "secret", require_encryption=False)
    session.connect()
    TreeConnect(session, "\\\\127.0.0.1\\share").connect()
    return relay, connection
write("keepalive = 3\nserver min protocol = NT1", "[share]\npath = FOLDER/share\n")
# games is a user of each Debian.
add("games")
server = start()
try:
    (first, process), (second, connection) = old(), new()
    time.sleep(2)
    began = time.time()
    time.sleep(10)
    seen = {}
    for name, relay in (("NT1", first), ("3.1.1", second)):
        assert relay.notes, "there was no logon"
        seen[name] = [data for moment, data in relay.notes if moment > began]
    process.communicate()
    connection.disconnect()
finally: server.terminate()
server.wait()
for name, sent in seen.items(): print(name, *[data[:4].hex() for data in sent])
assert bytes.fromhex("85000000") in seen["NT1"] and not seen["3.1.1"], "this has changed"
P
v/bin/python look.py "$libraries" "$folder"
