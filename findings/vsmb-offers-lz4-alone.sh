#!/bin/sh
# What does vsmb, a client of SMB for Python, offer and send?
#
# Guess before the run: 3.1.1 with the contexts for preauthentication (1) and encryption (2), and NTLM. Nothing was guessed
# about compression, or about a logon without a user.
# Seen (vsmb 0.1.4, Python 3.11):
#
#   NEGOTIATE               2.0.2 to 3.1.1; contexts 1, 2, 8 (signing) and 3 (compression)
#   compression             LZ4 (5) alone, not chained
#   with a user             an NT response of 112 bytes
#   without user, password  no user name, and an NT response of 112 bytes all the same
#
# An anonymous logon has no NT response (MS-NLMP 3.2.5.1.2).
# Lesson: servers that know the three older ways of compression share none with it; no compression there is no fault. An
# empty user name alone does not make a logon anonymous: a server may check the response, and say LOGON_FAILURE.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
python3 -m venv v
v/bin/pip -q install vsmb==0.1.4
cat > look.py <<'P'
import os, socket, struct, sys, threading
from vsmb import SmbClient
requests = []
def logon(number, user): return message(number, 1, 0xC000006D, 5, struct.pack("<HBBI", 9, 0, 0, 0) + b"\0")
def der(tag, body): return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
SPNEGO, NTLM = bytes.fromhex("06062b0601050502"), bytes.fromhex("060a2b06010401823702020a")
LIST = der(0x60, SPNEGO + der(0xA0, der(0x30, der(0xA0, der(0x30, NTLM)))))
NAME = "SRV".encode("utf-16-le")
PAIRS = b"".join(struct.pack("<HH", id, len(NAME)) + NAME for id in (2, 1, 4, 3)) + struct.pack("<HHQ", 7, 8, 133 * 10**15) + bytes(4)
CHALLENGE = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(NAME), len(NAME), 56, 0xE28A8215) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(PAIRS), len(PAIRS), 56 + len(NAME)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + NAME + PAIRS)
def message(number, command, status, session, body):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, status, command, 32, 1, 0, number, 0, 0, session) + bytes(16) + body
def negotiate(number, dialect):
    return message(number, 0, 0, 0, struct.pack("<HHHH", 65, 1, dialect, 0) + b"server of a test"
        + struct.pack("<IIIIQQHHI", 0, 65536, 65536, 65536, 133 * 10**15, 0, 128, len(LIST), 0) + LIST)
def setup(number, request):
    at = request.find(b"NTLMSSP\0")
    plain = struct.unpack_from("<H", request, 76)[0] == at
    if request[at + 8] == 1:
        token = CHALLENGE if plain else der(0xA1, der(0x30, der(0xA0, b"\x0a\1\1") + der(0xA1, NTLM) + der(0xA2, der(4, CHALLENGE))))
        return message(number, 1, 0xC0000016, 5, struct.pack("<HHHH", 9, 0, 72, len(token)) + token)
    size, place = struct.unpack_from("<HxxI", request, at + 36)
    return logon(number, request[at + place:at + place + size].decode("utf-16-le"))
def answer(request):
    requests.append(request)
    if request[:4] == b"\xffSMB": return negotiate(0, 0x02FF)
    (command,), (number,) = struct.unpack_from("<H", request, 12), struct.unpack_from("<Q", request, 24)
    if command == 0: return negotiate(number, 0x0210)
    if command == 1: return setup(number, request)
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
def contexts(request):
    place, count = struct.unpack_from("<IH", request, 92)
    found = {}
    for _ in range(count):
        kind, size = struct.unpack_from("<HH", request, place)
        found[kind] = request[place + 8:place + 8 + size]
        place += (size + 15) // 8 * 8
    return found
def run(user, password):
    requests.clear()
    try: SmbClient("127.0.0.1", "share", user, password).stat("/")
    except Exception: pass  # The server refuses it: it only wants to see the requests.
    offer, last = requests[0], requests[-1]
    dialects = struct.unpack_from("<%dH" % struct.unpack_from("<H", offer, 66), offer, 100)
    at = last.find(b"NTLMSSP\0")
    sizes = struct.unpack_from("<H", last, at + 36)[0], struct.unpack_from("<H", last, at + 20)[0]
    found = contexts(offer)
    print(*map(hex, dialects), *found, found[3].hex(), *sizes)
    return [min(dialects), max(dialects)], list(found), struct.unpack("<HHIH", found[3]), sizes
seen = [run("alice", "secret"), run("", "")]
sys.stdout.flush()
right = all(one[:3] == ([0x0202, 0x0311], [1, 2, 8, 3], (1, 0, 0, 5)) for one in seen)
# The sizes of user name and NT response.
right = right and [one[3] for one in seen] == [(10, 112), (0, 112)]
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# It asks port 445 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py'
