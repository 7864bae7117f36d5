#!/bin/sh
# What do NTLM libraries for Python write into the Version field when they run on Linux?
#
# Guess before the run: zero, or a number of their own, as pyspnego does (0.12.4).
# Seen (Python 3.11 on Linux): the build of a Windows, each another one, to the last digit:
#
#   pysmb 1.2.15     6.0.6002      Windows Vista or Server 2008 with Service Pack 2
#   asyauth 0.0.23   10.0.15063    Windows 10 1703; it logs on for aiosmb
#   scapy 2.8.0      10.0.26100    Windows 11 24H2 or Server 2025
#
# Lesson: “an unpatched Windows 10 1703 logs on here” may be a script on a Linux host. The Version of NTLM names no
# system; it needs a second sign, such as a ClientGuid with a clock in it, which Windows makes and these do not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install pysmb==1.2.15 asyauth==0.0.23 scapy==2.8.0
"$folder/v/bin/python" - <<'P'
import asyncio, logging, struct
logging.getLogger("scapy").setLevel(logging.ERROR)
from smb import ntlm
from asyauth.common.credentials.ntlm import NTLMCredential
from asyauth.common.constants import asyauthSecret
from scapy.layers.ntlm import NTLMSSP
async def asyauth():
    return (await NTLMCredential("secret", "alice", "LAB", asyauthSecret.PASSWORD).build_context().authenticate(None))[0]
def version(message):
    message = bytes(message)
    assert message[:8] == b"NTLMSSP\0" and message[8:12] == b"\1\0\0\0"
    # NEGOTIATE_VERSION, and the Version behind the two empty names.
    assert struct.unpack_from("<I", message, 12)[0] & 0x02000000
    return "%d.%d.%d" % struct.unpack_from("<BBH", message, 32)
seen = {
    "pysmb": version(ntlm.generateNegotiateMessage()),
    "asyauth": version(asyncio.run(asyauth())),
    "scapy": version(NTLMSSP(UPN="alice", PASSWORD="secret").GSS_Init_sec_context(None)[1]),
}
print(seen)
assert seen == {"pysmb": "6.0.6002", "asyauth": "10.0.15063", "scapy": "10.0.26100"}, "this has changed"
P
