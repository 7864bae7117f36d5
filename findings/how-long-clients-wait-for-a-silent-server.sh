#!/bin/sh
# How long does a client wait for the answer to its first message when the server takes the connection and says nothing?
#
# Guess before the run: smbclient and smbget 20 s, smbclient -t 3 (“timeout in seconds per operation”) 3 s; impacket and smbprotocol 60 s,
# pysmb 30 s.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, smbprotocol 1.17.0, pysmb 1.2.15, Python 3.11), from the
# first message to the client's end of the connection:
#
#   smbclient, with and without -t 3   20 s, NT_STATUS_IO_TIMEOUT
#   smbget                             20 s
#   impacket, smbprotocol, pysmb       60 s
#
# -t of smbclient does not count for NEGOTIATE.
# Lesson: a connection that the client ends 20 s or 60 s after its NEGOTIATE, without an answer in between, is its patience that ended,
# and tells which client it is. No FIN at all in a recording of a minute says nothing about the server.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 smbprotocol==1.17.0 pysmb==1.2.15
cat > client.py <<'P'
import sys
library, address = sys.argv[1:]
if library == "impacket":
    from impacket.smbconnection import SMBConnection
    SMBConnection(address, address)
elif library == "smbprotocol":
    import smbclient
    smbclient.register_session(address, username="alice", password="secret")
else:
    from smb.SMBConnection import SMBConnection
    SMBConnection("alice", "secret", "me", address, is_direct_tcp=True).connect(address, 445)
P
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
loader = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C")
LIMIT = 80
CLIENTS = {
    "smbclient": ["root/usr/bin/smbclient", "-s", "/dev/null", "-U", "alice%secret", "-c", "quit", "//ADDRESS/share"],
    "smbclient -t 3": ["root/usr/bin/smbclient", "-t", "3", "-s", "/dev/null", "-U", "alice%secret", "-c", "quit", "//ADDRESS/share"],
    "smbget": ["root/usr/bin/smbget", "-q", "-U", "alice%secret", "smb://ADDRESS/share/file"]}
CLIENTS |= {library: ["v/bin/python", "client.py", library, "ADDRESS"] for library in ("impacket", "smbprotocol", "pysmb")}
patience = {}
# It starts to count at the first message.
def silent(listener, client):
    peer = listener.accept()[0]
    start = None
    try:
        while peer.recv(65536): start = start or time.time()
    except ConnectionResetError: pass
    if start: patience[client] = round(time.time() - start)
started = []
for number, (client, command) in enumerate(CLIENTS.items(), 1):
    address = "127.0.1.%d" % number
    threading.Thread(target=silent, args=(socket.create_server((address, 445)), client), daemon=True).start()
    environment = loader if command[0].startswith("root") else os.environ
    started.append(subprocess.Popen([part.replace("ADDRESS", address) for part in command], env=environment, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
until = time.time() + LIMIT + 5
while time.time() < until and len(patience) < len(CLIENTS): time.sleep(0.5)
seen = {client: patience.get(client, "longer") for client in CLIENTS}
for one in started: one.kill()
for one in seen.items(): print(*one)
def near(client, seconds): return seen[client] != "longer" and abs(seen[client] - seconds) <= 2
assert all(near(client, 20) for client in ("smbclient", "smbclient -t 3", "smbget")), "this has changed"
assert all(near(client, 60) for client in ("impacket", "smbprotocol", "pysmb")), "this has changed"
P
# Port 445 belongs to a namespace of its own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
