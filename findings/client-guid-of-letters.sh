#!/bin/sh
# Is the ClientGuid of SMB2 a GUID, and one for each client?
#
# Guess before the run: yes, a GUID that the client makes once, at random or by its clock, for all of its connections.
# Seen (impacket 0.13.1, Python 3.11): impacket writes 16 letters of ASCII in its place, new ones for each connection of
# one program. Wireshark shows them as a GUID whose version and variant mean nothing:
#
#   b'pBeOXKgVHlokjBTM', b'OixeHaBdkhgmNWLx'
#
# Lesson: connections with different ClientGuids may come from one program, so counting ClientGuids does not count
# clients; and 16 letters in this place are a good sign of impacket.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install impacket==0.13.1
"$folder/v/bin/python" - <<'P'
import socket, threading
from impacket.smb3 import SMB3
from impacket.smb3structs import SMB2_DIALECT_311
guids = []
def serve(listener):
    while True:
        connection, _ = listener.accept()
        request = connection.recv(65536)
        # Behind the length, the header, and the first 12 bytes of NEGOTIATE.
        if request[4:8] == b"\xfeSMB": guids.append(request[80:96])
        connection.close()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
for _ in range(2):
    try: SMB3("server", "127.0.0.1", sess_port=listener.getsockname()[1], preferredDialect=SMB2_DIALECT_311, timeout=5)
    except Exception: pass  # The server hangs up: it only wants to see the request.
print(guids)
assert len(guids) == 2 and guids[0] != guids[1], "this has changed"
assert all(guid.decode("ascii").isalpha() for guid in guids), "this has changed"
P
