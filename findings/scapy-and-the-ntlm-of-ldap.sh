#!/bin/sh
# Do libraries read an LDAP bind with NTLM in Microsoft's older form (Sicily), which ldap3 sends for authentication=NTLM?
#
# Guess before the run: ldap3 gives an error, for the form is not in RFC 4511; scapy, impacket, msldap and tshark read it.
# Seen (ldap3 2.9.1, scapy 2.8.0, impacket 0.13.1, msldap 0.5.15, Python 3.11; tshark 4.0.17-0+deb12u3 of Debian bookworm):
#
#                              [9], which packages   [10], NEGOTIATE   GSS-SPNEGO, NEGOTIATE
#   ldap3, impacket, msldap    read                  read              read
#   scapy                      an error              an error          read
#   tshark                     “Unknown auth”        NTLM              NTLM
#
# Lesson: for a domain controller this is a usual logon. A program with scapy loses each bind of ldap3, so a wrong password looks
# like a connection without a logon.
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
v/bin/pip -q install ldap3==2.9.1 scapy==2.8.0 impacket==0.13.1 msldap==0.5.15
cat > look.py <<'P'
import logging, os, struct, subprocess, sys, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
from impacket.ldap.ldapasn1 import LDAPMessage as Impacket
from ldap3.protocol.rfc4511 import LDAPMessage as Ldap3
from msldap.protocol.messages import LDAPMessage as Msldap
from pyasn1.codec.ber import decoder
from scapy.layers.ldap import LDAP
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body
ntlm = b"NTLMSSP\0" + struct.pack("<II", 1, 0xE2088297) + bytes(16) + struct.pack("<BBHI", 10, 0, 17763, 0x0F000000)
def bind(name, choice): return der(0x30, der(2, b"\1"), der(0x60, der(2, b"\3"), der(4, name), choice))
binds = [bind(b"", der(0x89)), bind(b"NTLM", der(0x8A, ntlm)), bind(b"", der(0xA3, der(4, b"GSS-SPNEGO"), der(4, ntlm)))]
readers = {
    "ldap3": lambda data: decoder.decode(data, asn1Spec=Ldap3())[0]["protocolOp"].getName() == "bindRequest",
    "impacket": lambda data: decoder.decode(data, asn1Spec=Impacket())[0]["protocolOp"].getName() == "bindRequest",
    "msldap": lambda data: Msldap.load(data).native["protocolOp"]["version"] == 3, "scapy": lambda data: LDAP(data).protocolOp.version.val == 3}
def look(reader, data):
    try: return reader(data)
    except Exception as error: return type(error).__name__
seen = {name: [look(reader, data) for data in binds] for name, reader in readers.items()}
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for number, data in enumerate(binds):
        data = struct.pack(">HHIIBBHHH", 50000 + number, 389, 1, 1, 0x50, 0x18, 8192, 0, 0) + data
        data = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data
        file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
lines = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "one.pcap", "-T", "fields", "-e", "_ws.col.Info"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    text=True, check=True, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout.splitlines()
seen["tshark"] = ["NTLM" if "NTLMSSP_NEGOTIATE" in line else "Unknown auth" if "Unknown auth" in line else line for line in lines]
for one in seen.items(): print(*one)
assert seen == {
    "ldap3": [True] * 3, "impacket": [True] * 3, "msldap": [True] * 3, "scapy": ["ASN1_Error", "ASN1_Error", True],
    "tshark": ["Unknown auth", "NTLM", "NTLM"]}, "this has changed"
P
v/bin/python look.py "$libraries"
