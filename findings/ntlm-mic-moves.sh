#!/bin/sh
# Where is the MIC of an NTLM AUTHENTICATE message when the server's CHALLENGE has no Version?
#
# Guess before the run: at byte 72, behind a Version of eight zero bytes; MS-NLMP lists the field without “optional”.
# Seen (pyspnego 0.12.4, which logs on for smbprotocol; Python 3.11): pyspnego drops the flag NEGOTIATE_VERSION that the
# server did not confirm, and with it the eight bytes: the MIC begins at 64, and the payload at 80.
#
#   CHALLENGE with Version      flags 0xe28a8215, Version 0.12.4 at 64, MIC at 72, payload from 88
#   CHALLENGE without Version   flags 0xe08a8215, no Version,           MIC at 64, payload from 80
#
# Lesson: who reads a Version at 64 without looking at the flag shows random numbers, and who wants 88 bytes before the
# payload calls a logon with a MIC one without. ksmbd's CHALLENGE has no Version, so the same client's messages look
# like those of two clients.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install pyspnego==0.12.4
"$folder/v/bin/python" - <<'P'
import struct, spnego
FLAG = 0x02000000
def challenge(has_version):
    name = "SRV".encode("utf-16-le")
    pairs = b"".join(struct.pack("<HH", id, len(name)) + name for id in (2, 1, 3)) + struct.pack("<HHQ", 7, 8, 133 * 10**15) + bytes(4)
    return (
        b"NTLMSSP\0" + struct.pack("<IHHI", 2, len(name), len(name), 56)
        + struct.pack("<I", 0xE28A8215 if has_version else 0xE28A8215 & ~FLAG) + b"12345678" + bytes(8)
        + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(name)) + (bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) if has_version else bytes(8))
        + name + pairs)
seen = []
for has_version in (True, False):
    client = spnego.client("alice", "secret", protocol="ntlm", hostname="srv", service="cifs")
    client.step()
    message = client.step(challenge(has_version))
    flags = struct.unpack_from("<I", message, 60)[0]
    fields = [struct.unpack_from("<HHI", message, place) for place in (12, 20, 28, 36, 44, 52)]
    payload = min(offset for count, _, offset in fields if count)
    seen.append((hex(flags), bool(flags & FLAG), payload, message[64:72].hex() if has_version else None))
    print(seen[-1], message[64:payload].hex())
    # MsvAvFlags in the response says that there is a MIC.
    assert struct.pack("<HHI", 6, 4, 2) in message
assert seen == [("0xe28a8215", True, 88, "000c04000000000f"), ("0xe08a8215", False, 80, None)], "this has changed"
P
