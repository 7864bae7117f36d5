#!/bin/sh
# What does fs.smbfs, the SMB of PyFilesystem, ask first?
#
# Guess before the run: one connection and one logon, as other clients. Nothing was guessed about port 137.
# Seen (fs.smbfs 1.0.7, fs 2.4.16, pysmb 1.2.9.1, Python 3.11), a host that listens on ports 139 and 445, and says nothing on
# port 137:
#
#   SMBFS("127.0.0.1")                              one datagram to port 137, 15 seconds, no SYN
#   SMBFS("127.0.0.1", port=445)                    the same
#   open_fs("smb://…@127.0.0.1:445/share")          the same
#   SMBFS("127.0.0.1", port=445, direct_tcp=True)   a connection to port 445 at once
#
# It asks for the host's name (NBSTAT), though it has the address, and says “could not get IP/host pair”.
# Lesson: a query to port 137 without an answer can be all that a failed access to a share leaves in a recording. No SYN to
# port 445 follows, and opening port 445 does not help. Give direct_tcp=True, or let the server answer on port 137.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
python3 -m venv v
v/bin/pip -q install --use-pep517 --no-deps fs.smbfs==1.0.7 fs==2.4.16 pysmb==1.2.9.1 six==1.17.0 appdirs==1.4.4 pyasn1==0.6.1 tqdm==4.67.1 setuptools==80.9.0
cat > look.py <<'P'
import os, socket, sys, threading, time, warnings
warnings.simplefilter("ignore")
import fs.smbfs
came = []
def datagrams(listener):
    while True:
        # The type of the question: 0x21 is NBSTAT.
        came.append((137, listener.recv(65536)[-3]))
def connections(listener, port):
    while True:
        listener.accept()[0].close()
        came.append((port, None))
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 137))
threading.Thread(target=datagrams, args=(listener,), daemon=True).start()
for port in 139, 445: threading.Thread(target=connections, args=(socket.create_server(("127.0.0.1", port)), port), daemon=True).start()
seen = []
for name, open_it in (
    ("no port", lambda: fs.smbfs.SMBFS("127.0.0.1", "alice", "secret")), ("port 445", lambda: fs.smbfs.SMBFS("127.0.0.1", "alice", "secret", port=445)),
    ("address", lambda: fs.open_fs("smb://alice:secret@127.0.0.1:445/share")),
    ("direct", lambda: fs.smbfs.SMBFS("127.0.0.1", "alice", "secret", port=445, direct_tcp=True))):
    came.clear()
    start, text = time.monotonic(), ""
    try: open_it()
    except Exception as error: text = str(error)
    seen.append((list(came), time.monotonic() - start, "could not get IP/host pair" in text))
    print(name, *came, "%.0f s" % seen[-1][1], text)
assert all(one == [(137, 0x21)] and 14 < wait < 20 and said for one, wait, said in seen[:3]), "this has changed"
assert seen[3][0] == [(445, None)] and seen[3][1] < 10, "direct_tcp has changed"
P
# Ports of an address; a network namespace of its own has them free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py'
