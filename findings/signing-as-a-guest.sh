#!/bin/sh
# Do clients sign in a session that the server made a guest's?
#
# Guess before the run: no; a guest has no key that both sides know, and MS-SMB2 says that a session with the flag
# IS_GUEST is not signed. So all of them send TREE_CONNECT unsigned.
# Seen, at dialect 3.1.1, with a server that answers the last SESSION_SETUP with success and IS_GUEST, unsigned:
#
#   smbprotocol 1.17.0, told that signing is not required (Python 3.11)    unsigned
#   rclone 1.60.1+dfsg-2+b5 of Debian bookworm                             unsigned
#   impacket 0.13.1, pike-smb2 0.4.6 (Python 3.11)                         signed
#
# Lesson: a server that answers such a request with ACCESS_DENIED refuses the signature and not the user. Whether a guest
# gets in thus depends on the program; look for SIGNED behind a SESSION_SETUP with IS_GUEST before looking at permissions.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download rclone=1.60.1+dfsg-2+b5 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pike-smb2==0.4.6 smbprotocol==1.17.0 pyspnego==0.12.4
cat > look.py <<'P'
import logging, os, socket, struct, subprocess, sys, threading, uuid
logging.disable(logging.CRITICAL)
def der(tag, body): return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
SPNEGO, NTLM = bytes.fromhex("06062b0601050502"), bytes.fromhex("060a2b06010401823702020a")
LIST = der(0x60, SPNEGO + der(0xA0, der(0x30, der(0xA0, der(0x30, NTLM)))))
NAME = "SRV".encode("utf-16-le")
PAIRS = b"".join(struct.pack("<HH", id, len(NAME)) + NAME for id in (2, 1, 4, 3)) + struct.pack("<HHQ", 7, 8, 133 * 10**15) + bytes(4)
CHALLENGE = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(NAME), len(NAME), 56, 0xE28A8215) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(PAIRS), len(PAIRS), 56 + len(NAME)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + NAME + PAIRS)
signed = []
def message(number, command, status, session, body):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, status, command, 32, 1, 0, number, 0, 0, session) + bytes(16) + body
def negotiate(number, dialect):
    context = struct.pack("<HHI", 1, 38, 0) + struct.pack("<HHH", 1, 32, 1) + b"salt" * 8
    gap = bytes(-len(LIST) % 8)
    place = 128 + len(LIST) + len(gap) if dialect == 0x0311 else 0
    body = (struct.pack("<HHHH", 65, 1, dialect, 1 if place else 0) + b"server of a test"
        + struct.pack("<IIIIQQHHI", 0, 65536, 65536, 65536, 133 * 10**15, 0, 128, len(LIST), place) + LIST)
    return message(number, 0, 0, 0, body + gap + context if place else body)
def setup(number, request):
    at = request.find(b"NTLMSSP\0")
    plain, last = struct.unpack_from("<H", request, 76)[0] == at, request[at + 8] != 1
    if last: token = b"" if plain else der(0xA1, der(0x30, der(0xA0, b"\x0a\1\0")))
    else: token = CHALLENGE if plain else der(0xA1, der(0x30, der(0xA0, b"\x0a\1\1") + der(0xA1, NTLM) + der(0xA2, der(4, CHALLENGE))))
    return message(number, 1, 0 if last else 0xC0000016, 5, struct.pack("<HHHH", 9, int(last), 72, len(token)) + token)
def answer(request):
    if request[:4] == b"\xffSMB": return negotiate(0, 0x02FF)
    (command, _, flags), (number,) = struct.unpack_from("<HHI", request, 12), struct.unpack_from("<Q", request, 24)
    if command == 0: return negotiate(number, 0x0311)
    if command == 1: return setup(number, request)
    if command == 3: signed.append(bool(flags & 8))
    return message(number, command, 0xC0000022, 5, struct.pack("<HBBI", 9, 0, 0, 0) + b"\0")
def talk(connection):
    try:
        while True:
            size = struct.unpack(">I", connection.recv(4, socket.MSG_WAITALL))[0]
            reply = answer(connection.recv(size, socket.MSG_WAITALL))
            connection.sendall(struct.pack(">I", len(reply)) + reply)
    except (OSError, struct.error): pass
    connection.close()
def serve(listener):
    while True: threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
threading.Thread(target=serve, args=(socket.create_server(("127.0.0.1", 445)),), daemon=True).start()
def smbprotocol():
    from smbprotocol.connection import Connection
    from smbprotocol.session import Session
    from smbprotocol.tree import TreeConnect
    client = Connection(uuid.uuid4(), "127.0.0.1", 445, require_signing=False)
    client.connect(timeout=5)
    session = Session(client, "alice", "secret", require_encryption=False)
    session.connect()
    TreeConnect(session, r"\\127.0.0.1\share").connect(False)
def rclone():
    def run(*arguments): return subprocess.run(["root/usr/bin/rclone", "--config", "/dev/null", *arguments], timeout=60, capture_output=True, text=True).stdout.strip()
    run("--retries", "1", "--low-level-retries", "1", "lsf", ":smb,host=127.0.0.1,user=alice,pass=%s:share" % run("obscure", "secret"))
def impacket():
    from impacket.smbconnection import SMBConnection
    client = SMBConnection("server", "127.0.0.1", timeout=5)
    client.login("alice", "secret")
    client.connectTree("share")
def pike():
    import pike.model
    client = pike.model.Client().connect("127.0.0.1", 445)
    client.negotiate().session_setup("LAB\\alice%secret").tree_connect("share")
seen = {}
for client in (smbprotocol, rclone, impacket, pike):
    signed.clear()
    try: client()
    except Exception: pass  # The server denies the share: it only wants to see the request.
    seen[client.__name__] = list(signed)
print(seen)
sys.stdout.flush()
right = [set(one) for one in seen.values()] == [{False}, {False}, {True}, {True}]
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# All of them ask port 445 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py'
