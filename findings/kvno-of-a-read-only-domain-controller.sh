#!/bin/sh
# Do libraries show the key version (kvno) of a ticket from a read-only domain controller as a positive number?
#
# Guess before the run: tshark and a library that follows the ASN.1 of RFC 4120 (UInt32) show 2147549185 or refuse it; scapy and
# minikerberos show a negative number.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1, minikerberos 0.4.9, scapy 2.8.0, Python 3.11), an AS-REP whose
# ticket has the kvno 0x80010001; its upper half names the controller's account, krbtgt_32769. Windows writes it in four bytes,
# which makes the INTEGER of ASN.1 negative; five bytes are the strict form:
#
#                  80 01 00 01    00 80 01 00 01
#   tshark         2147549185     2147549185
#   impacket       -2147418111    2147549185
#   minikerberos   -2147418111    2147549185
#   scapy          -2147418111    2147549185
#
# impacket's own definition says 0 to 4294967295, and nothing checks it.
# Lesson: take a kvno modulo 2^32 before you compare it, or look for the key of krbtgt_NUMBER; a negative one is no damage.
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
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9 scapy==2.8.0
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from impacket.krb5.asn1 import AS_REP
from minikerberos.protocol.asn1_structs import AS_REP as Other
from pyasn1.codec.der import decoder
from scapy.layers.kerberos import Kerberos
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes.fromhex(value))
def name(kind, *parts): return der(0x30, der(0xA0, number(kind)), der(0xA1, der(0x30, *(der(0x1B, one) for one in parts))))
def sealed(kvno): return der(0x30, der(0xA0, number("12")), der(0xA1, number(kvno)), der(0xA2, der(4, b"x" * 40)))
def reply(kvno):
    realm = der(0x1B, b"LAB.TEST")
    ticket = der(0x61, der(0x30, der(0xA0, number("05")), der(0xA1, realm), der(0xA2, name("02", b"krbtgt", b"LAB.TEST")), der(0xA3, sealed(kvno))))
    return der(0x6B, der(0x30, der(0xA0, number("05")), der(0xA1, number("0b")), der(0xA3, realm), der(0xA4, name("01", b"alice")),
                         der(0xA5, ticket), der(0xA6, sealed("02"))))
rows = {value: reply(value) for value in ("80010001", "0080010001")}
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for data in rows.values():
        packet = struct.pack(">HHHH", 88, 50000, 8 + len(data), 0) + data
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(packet), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + packet
        file.write(struct.pack("<IIII", 1700000000, 0, len(packet), len(packet)) + packet)
shown = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "one.pcap", "-T", "fields", "-E", "occurrence=f", "-e", "kerberos.kvno"], stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout.split()
readers = {
    "impacket": lambda data: int(decoder.decode(data, asn1Spec=AS_REP())[0]["ticket"]["enc-part"]["kvno"]),
    "minikerberos": lambda data: Other.load(data).native["ticket"]["enc-part"]["kvno"],
    "scapy": lambda data: Kerberos(data).root.ticket.encPart.kvno.val}
seen = {name: [reader(data) for data in rows.values()] for name, reader in readers.items()}
seen["tshark"] = [int(one) for one in shown]
for one in seen.items(): print(*one)
negative = [-2147418111, 2147549185]
assert seen == {"impacket": negative, "minikerberos": negative, "scapy": negative, "tshark": [2147549185] * 2}, "this has changed"
P
v/bin/python look.py "$libraries"
