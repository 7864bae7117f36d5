#!/bin/sh
# Which names do libraries find in an NTLM NEGOTIATE that has the client's domain and workstation?
#
# Guess before the run: LAB and WS, in ASCII, with each library; such names are never in UTF-16, for both sides have agreed on nothing yet.
# Seen (Python 3.11), a NEGOTIATE without a Version, so that the names begin at byte 32, as old clients send it:
#
#                     domain   workstation
#   impacket 0.13.1   LAB      WS
#   pyspnego 0.12.4   LAB      WS
#   asyauth 0.0.23    one Chinese letter each, U+414C and U+5357: the bytes read as UTF-16
#   scapy 2.8.0       an error; it takes the first bytes of the names for a Version
#
# Lesson: Chinese letters in a list of domains or workstations are two letters of ASCII each. They are the client's names, not a
# damaged packet.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pyspnego==0.12.4 scapy==2.8.0 asyauth==0.0.23
v/bin/python - <<'P'
import logging, struct, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
from asyauth.protocols.ntlm.messages.negotiate import NTLMNegotiate
from impacket import ntlm
from scapy.layers.ntlm import NTLM_Header
from spnego._ntlm_raw.messages import NTLMMessage
data = b"NTLMSSP\0" + struct.pack("<II", 1, 0x0000B207) + struct.pack("<HHIHHI", 3, 3, 34, 2, 2, 32) + b"WSLAB"
def impacket():
    one = ntlm.NTLMAuthNegotiate()
    one.fromString(data)
    return one["domain_name"].decode(), one["host_name"].decode()
def pyspnego():
    one = NTLMMessage.unpack(data)
    return one.domain_name, one.workstation
def asyauth():
    one = NTLMNegotiate.from_bytes(data)
    return one.Domain, one.Workstation
def scapy():
    try: return str(NTLM_Header(data).fields)
    except struct.error: return "an error"
seen = {reader.__name__: reader() for reader in (impacket, pyspnego, asyauth, scapy)}
for name, value in seen.items(): print(name, ascii(value))
assert seen == {"impacket": ("LAB", "WS"), "pyspnego": ("LAB", "WS"), "asyauth": ("\u414c", "\u5357"), "scapy": "an error"}, "this has changed"
P
