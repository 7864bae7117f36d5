#!/bin/sh
# Do libraries read the short NTLM messages of old clients and servers?
#
# Guess before the run: yes; impacket alone may stop at a NEGOTIATE without any field for names.
# Seen (Python 3.11; tshark 4.0.17-0+deb12u3 of Debian bookworm), messages in the forms that came before target information and
# Version, in a SESSION_SETUP for tshark:
#
#                     NEGOTIATE, 16 bytes    CHALLENGE, 32 bytes and a name   CHALLENGE, 40 bytes and a name
#   impacket 0.13.1   an error               an error                         an error
#   pyspnego 0.12.4   an error               an error                         an error
#   scapy 2.8.0       an error               an error                         an error
#   asyauth 0.0.23    read                   the name                         the name
#   tshark            malformed              the name                         the name
#
# NEGOTIATE has its flags and nothing else: its first form, from before it had fields for names.
# Lesson: an error of a library, or “malformed”, about such a message says nothing about the peer. Read the flags at byte 12, and in
# a CHALLENGE the eight bytes at 24, by hand.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pyspnego==0.12.4 scapy==2.8.0 asyauth==0.0.23
cat > look.py <<'P'
import logging, os, struct, subprocess, sys, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
from asyauth.protocols.ntlm.messages.challenge import NTLMChallenge
from asyauth.protocols.ntlm.messages.negotiate import NTLMNegotiate
from impacket import ntlm
from scapy.layers.ntlm import NTLM_Header
from spnego._ntlm_raw.messages import NTLMMessage
name = "LAB".encode("utf-16-le")
def challenge(length): return b"NTLMSSP\0" + struct.pack("<IHHII", 2, 6, 6, length, 0x00010201) + b"12345678" + bytes(length - 32) + name
messages = [b"NTLMSSP\0" + struct.pack("<II", 1, 0x00008207), challenge(32), challenge(40)]
def impacket(data):
    one = (ntlm.NTLMAuthNegotiate if data[8] == 1 else ntlm.NTLMAuthChallenge)()
    one.fromString(data)
    return one["domain_name"].decode("utf-16-le")
def pyspnego(data): return getattr(NTLMMessage.unpack(data), "target_name", "")
def scapy(data): return dict(NTLM_Header(data).fields.get("Payload") or {})["TargetName"]
def asyauth(data): return NTLMNegotiate.from_bytes(data) and "" if data[8] == 1 else NTLMChallenge.from_bytes(data).TargetName
def look(reader, data):
    try: return reader(data)
    except Exception: return "error"
seen = {reader.__name__: [look(reader, data) for data in messages] for reader in (impacket, pyspnego, scapy, asyauth)}
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for number, data in enumerate(messages):
        answer = data[8] == 2
        body = struct.pack("<HHHH", 9, 0, 72, len(data)) if answer else struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(data), 0)
        smb = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0xC0000016 if answer else 0, 1, 1, int(answer), 0, 1, 0xFEFF, 0, 5) + bytes(16) + body + data
        ports = (445, 40000 + number) if answer else (40000 + number, 445)
        packet = struct.pack(">HHIIBBHHH", *ports, 1, 1, 0x50, 0x18, 8192, 0, 0) + struct.pack(">I", len(smb)) + smb
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(packet), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + packet
        file.write(struct.pack("<IIII", 1700000000, 0, len(packet), len(packet)) + packet)
lines = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "one.pcap", "-T", "fields", "-e", "ntlmssp.challenge.target_name", "-e", "_ws.malformed"],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout.splitlines()
seen["tshark"] = ["malformed" if line.split("\t")[1] else line.split("\t")[0] for line in lines]
for one in seen.items(): print(*one)
assert seen == {
    "impacket": ["error"] * 3, "pyspnego": ["error"] * 3, "scapy": ["error"] * 3, "asyauth": ["", "LAB", "LAB"],
    "tshark": ["malformed", "LAB", "LAB"]}, "this has changed"
P
v/bin/python look.py "$libraries"
