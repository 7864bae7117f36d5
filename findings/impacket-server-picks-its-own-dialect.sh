#!/bin/sh
# Which dialect does impacket's server pick, and what does it say when it has none in common with the client?
#
# Guess before the run: 2.1, or 2.0.2, if the client offers them; else STATUS_NOT_SUPPORTED, as MS-SMB2 asks for.
# Seen (impacket 0.13.1, Python 3.11, SimpleSMBServer with setSMB2Support):
#
#   client offers                      status    dialect
#   2.0.2, 2.1, 3.0, 3.0.2, 3.1.1      SUCCESS   2.0.2
#   2.1 alone                          SUCCESS   2.0.2
#   3.1.1 alone                        SUCCESS   2.0.2
#
# It answers with 2.0.2 whatever it is asked, and a client that did not offer it ends the connection. The ServerGuid is
# sixteen times the letter A.
# Lesson: a dialect that the client did not offer need not be the work of a middlebox. Look at the ServerGuid, and allow the
# client 2.0.2.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
v/bin/python - <<'P'
import logging, socket, struct, threading, time
logging.disable(logging.CRITICAL)
from impacket.smbserver import SimpleSMBServer
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
listener.close()
def serve():
    server = SimpleSMBServer("127.0.0.1", port)
    server.addShare("SHARE", ".")
    server.setSMB2Support(True)
    server.setLogFile("/dev/null")
    server.start()
threading.Thread(target=serve, daemon=True).start()
def connect():
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", port), timeout=10)
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("the server did not start")
def negotiate(*dialects):
    listed = struct.pack("<%dH" % len(dialects), *dialects)
    body = struct.pack("<HHHHI", 36, len(dialects), 1, 0, 0x7F) + b"client of a test"
    if 0x0311 in dialects:
        place = 64 + 36 + len(listed)
        gap = bytes(-place % 8)
        context = struct.pack("<HHI", 1, 38, 0) + struct.pack("<HHH", 1, 32, 1) + b"salt" * 8
        body += struct.pack("<IHH", place + len(gap), 1, 0) + listed + gap + context
    else: body += bytes(8) + listed
    request = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(16) + body
    with connect() as connection:
        connection.sendall(struct.pack(">I", len(request)) + request)
        reply = connection.recv(4 + 64 + 24, socket.MSG_WAITALL)[4:]
    return "0x%08x" % struct.unpack_from("<I", reply, 8), "0x%04x" % struct.unpack_from("<H", reply, 68), reply[72:88]
seen = [negotiate(0x0202, 0x0210, 0x0300, 0x0302, 0x0311), negotiate(0x0210), negotiate(0x0311)]
print(seen)
assert seen == [("0x00000000", "0x0202", b"A" * 16)] * 3, "this has changed"
P
