#!/bin/sh
# Do DNS libraries for Python read a name of the greatest length, 255 bytes?
#
# Guess before the run: yes, each of them; RFC 1035 allows 255 bytes with the lengths of the labels and the end.
# Seen (dnspython 2.9.2, dnslib 0.9.26, scapy 2.8.0, dpkt 1.9.8, zeroconf 0.154.0, Python 3.11), an A record for fs.local in front,
# then one whose name has labels of 63, 63, 63 and n letters:
#
#               n = 60, 254 bytes      n = 61, 255 bytes
#   four        both records           both records
#   zeroconf    both records           the first record alone, “valid” is false: its listener drops the message
#
# zeroconf counts the text with the dot at its end against a limit of 253.
# Lesson: a responder with a long name (63 letters are allowed for a service alone) hides all records of its message from programs
# with zeroconf, and nothing says why. A recording shows the record.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install dnspython==2.9.2 dnslib==0.9.26 scapy==2.8.0 dpkt==1.9.8 zeroconf==0.154.0
v/bin/python - <<'P'
import logging, struct
logging.disable(logging.CRITICAL)
import dns.message, dnslib, dpkt, zeroconf
from scapy.all import DNS
def record(*labels):
    name = b"".join(bytes([len(one)]) + one for one in labels) + b"\0"
    return len(name), name + struct.pack(">HHIH4s", 1, 1, 120, 4, bytes([10, 0, 0, 2]))
readers = {
    "dnspython": lambda data: len(dns.message.from_wire(data).answer), "dnslib": lambda data: len(dnslib.DNSRecord.parse(data).rr),
    "scapy": lambda data: len(DNS(data).an), "dpkt": lambda data: len(dpkt.dns.DNS(data).an),
    "zeroconf": lambda data: len(zeroconf.DNSIncoming(data).answers())}
seen = {}
for letters in 60, 61:
    length, last = record(b"a" * 63, b"b" * 63, b"c" * 63, b"d" * letters)
    data = struct.pack(">6H", 0, 0x8400, 0, 2, 0, 0) + record(b"fs", b"local")[1] + last
    seen[length] = {name: reader(data) for name, reader in readers.items()}
    seen[length]["valid"] = zeroconf.DNSIncoming(data).valid
for one in seen.items(): print(*one)
four = {"dnspython": 2, "dnslib": 2, "scapy": 2, "dpkt": 2}
assert seen == {254: dict(four, zeroconf=2, valid=True), 255: dict(four, zeroconf=1, valid=False)}, "this has changed"
P
