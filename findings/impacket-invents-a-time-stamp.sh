#!/bin/sh
# Does a MsvAvTimestamp in an NTLM AUTHENTICATE message prove that the server sent one?
#
# Guess before the run: yes; the client sends the server's pairs back and adds only flags, target name and channel
# bindings.
# Seen (impacket 0.13.1; pyspnego 0.12.4, which adds none; Python 3.11), with a CHALLENGE without MsvAvTimestamp:
#
#   sent by the server     2 1 4 3
#   sent back, pyspnego    2 1 4 3 9
#   sent back, impacket    2 1 4 3 9 7     the last is the client's clock, in whole seconds
#
# Lesson: judge by the CHALLENGE whether the server knows MsvAvTimestamp, and with it the MIC; where the recording has
# only the client's half, a time in whole seconds is the client's own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install impacket==0.13.1 pyspnego==0.12.4
"$folder/v/bin/python" - <<'P'
import struct
import spnego
from impacket import ntlm
name = "SRV".encode("utf-16-le")
pairs = b"".join(struct.pack("<HH", id, len(name)) + name for id in (2, 1, 4, 3)) + bytes(4)
challenge = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(name), len(name), 56, 0xE28A8215) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(name)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + name + pairs)
def look(message):
    size, _, place = struct.unpack_from("<HHI", message, 20)
    response, at, found, time = message[place : place + size], 16 + 28, [], None
    while True:
        id, length = struct.unpack_from("<HH", response, at)
        if id == 0: return found, time
        found.append(id)
        if id == 7: time = struct.unpack_from("<Q", response, at + 4)[0]
        at += 4 + length
client = spnego.client("alice", "secret", protocol="ntlm", hostname="srv", service="cifs")
client.step()
other = look(client.step(challenge))
first = ntlm.getNTLMSSPType1("", "LAB", True, use_ntlmv2=True)
own = look(ntlm.getNTLMSSPType3(first, challenge, "alice", "secret", "LAB")[0].getData())
print("pyspnego", other, "impacket", own)
assert other == ([2, 1, 4, 3, 9], None), "pyspnego has changed"
assert own[0] == [2, 1, 4, 3, 9, 7] and own[1] % 10**7 == 0, "impacket has changed"
P
