#!/bin/sh
# Do clients with a password, but without a ticket, send NTLM to a server that lists Kerberos alone?
#
# Guess before the run: smbclient stops with an error of its own, since it reads the server's list (NegTokenInit2 in the
# answer to NEGOTIATE); small libraries do not read it and send NTLM.
# Seen:
#
#   smbclient 4.17.12 (2:4.17.12+dfsg-0+deb12u4 of Debian bookworm)    sends NTLM
#   impacket 0.13.1, aiosmb 0.4.14 (Python 3.11)                       send NTLM
#   smbprotocol 1.17.0 with pyspnego 0.12.4 (Python 3.11)              stops after NEGOTIATE
#
# The one small library is the only one that goes by the list.
# Lesson: NTLM in SESSION_SETUP does not prove that the server offered it, and a refusal that follows is no wrong
# password: read the list. A client that leaves right after NEGOTIATE may have read it too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=2:4.17.12+dfsg-0+deb12u4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 aiosmb==0.4.14 smbprotocol==1.17.0 pyspnego==0.12.4
cat > look.py <<'P'
import asyncio, logging, os, socket, struct, subprocess, sys, threading, uuid
logging.disable(logging.CRITICAL)
def der(tag, body): return bytes([tag, len(body)]) + body
KERBEROS = bytes.fromhex("06092a864886f71201020206092a864882f712010202")
TOKEN = der(0x60, bytes.fromhex("06062b0601050502") + der(0xA0, der(0x30, der(0xA0, der(0x30, KERBEROS)))))
sent = []
def answer(request):
    if request[:4] == b"\xffSMB": message, dialect = 0, 0x02FF
    else:
        (command,), (message,) = struct.unpack_from("<H", request, 12), struct.unpack_from("<Q", request, 24)
        if command == 1: sent.append("NTLM" if b"NTLMSSP\0" in request else "other")
        if command: return None
        dialect = 0x0210
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 0, 32, 1, 0, message, 0, 0, 0) + bytes(16)
    body = struct.pack("<HHHH", 65, 1, dialect, 0) + b"server of a test" + struct.pack("<IIIIQQHHI", 0, 65536, 65536, 65536, 133 * 10**15, 0, 128, len(TOKEN), 0)
    return header + body + TOKEN
def serve(listener):
    while True:
        connection, _ = listener.accept()
        try:
            while True:
                size = struct.unpack(">I", connection.recv(4, socket.MSG_WAITALL))[0]
                reply = answer(connection.recv(size, socket.MSG_WAITALL))
                if reply is None: break
                connection.sendall(struct.pack(">I", len(reply)) + reply)
        except (OSError, struct.error): pass
        connection.close()
threading.Thread(target=serve, args=(socket.create_server(("127.0.0.1", 445)),), daemon=True).start()
def smbclient():
    subprocess.run(
        ["root/usr/bin/smbclient", "//127.0.0.1/share", "-U", "alice%secret", "-s", "/dev/null", "-m", "SMB2_10", "-c", "quit"], timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def impacket():
    from impacket.smbconnection import SMBConnection
    SMBConnection("server", "127.0.0.1", timeout=5).login("alice", "secret")
def aiosmb():
    from aiosmb.commons.connection.factory import SMBConnectionFactory
    client = SMBConnectionFactory.from_url("smb+ntlm-password://LAB\\alice:secret@127.0.0.1").get_connection()
    asyncio.run(asyncio.wait_for(client.login(), 10))
def smbprotocol():
    from smbprotocol.connection import Connection
    from smbprotocol.session import Session
    client = Connection(uuid.uuid4(), "127.0.0.1", 445, require_signing=False)
    client.connect(timeout=5)
    Session(client, "alice", "secret", require_encryption=False).connect()
seen = {}
for client in (smbclient, impacket, aiosmb, smbprotocol):
    sent.clear()
    try: client()
    except Exception: pass  # The server hangs up: it only wants to see the request.
    seen[client.__name__] = list(sent)
print(seen)
sys.stdout.flush()
right = seen == {"smbclient": ["NTLM"], "impacket": ["NTLM"], "aiosmb": ["NTLM"], "smbprotocol": []}
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# All of them ask port 445 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
