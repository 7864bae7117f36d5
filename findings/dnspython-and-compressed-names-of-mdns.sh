#!/bin/sh
# Do DNS libraries for Python read an answer of mDNS whose SRV record is compressed, as responders send it?
#
# Guess before the run: yes, each of them. mDNS sets the top bit of the class (“cache flush”), so the class is shown as 32769.
# Seen (dnspython 2.9.2, dnslib 0.9.26, scapy 2.8.0, dpkt 1.9.8, zeroconf 0.154.0, Python 3.11), fs._smb._tcp.local with the
# target fs.local, whose “local” is a pointer to the first name:
#
#   class 1       all of them      fs.local, port 445
#   class 32769   dnspython        11 bytes without a meaning, the pointer c0 19 among them
#                 the other four   fs.local, port 445
#
# dnspython knows SRV in the class IN alone. For another class it keeps the bytes, and a pointer means nothing outside of its
# message: whoever writes this record into another message points at a wrong place.
# Lesson: before dnspython reads mDNS, take the top bit away from each class; or read mDNS with a library that knows the bit.
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
def labels(*parts): return b"".join(bytes([len(one)]) + one for one in parts)
head = labels(b"fs", b"_smb", b"_tcp")
def message(number):
    data = struct.pack(">HHH", 0, 0, 445) + labels(b"fs") + struct.pack(">H", 0xC000 | 12 + len(head))
    return struct.pack(">6H", 0, 0x8400, 0, 1, 0, 0) + head + labels(b"local") + b"\0" + struct.pack(">HHIH", 33, number, 120, len(data)) + data
readers = {
    "dnspython": lambda data: dns.message.from_wire(data).answer[0][0].to_text(),
    "dnslib": lambda data: str(dnslib.DNSRecord.parse(data).rr[0].rdata),
    "scapy": lambda data: "%d %s" % (DNS(data).an[0].port, DNS(data).an[0].target.decode()),
    "dpkt": lambda data: "%d %s" % (dpkt.dns.DNS(data).an[0].port, dpkt.dns.DNS(data).an[0].srvname),
    "zeroconf": lambda data: "%d %s" % (zeroconf.DNSIncoming(data).answers()[0].port, zeroconf.DNSIncoming(data).answers()[0].server)}
seen = {number: {name: reader(message(number)) for name, reader in readers.items()} for number in (1, 32769)}
for one in seen.items(): print(*one)
right = {"dnspython": "0 0 445 fs.local.", "dnslib": "0 0 445 fs.local.", "scapy": "445 fs.local.", "dpkt": "445 fs.local", "zeroconf": "445 fs.local."}
assert seen == {1: right, 32769: dict(right, dnspython="\\# 11 0000000001bd026673c019")}, "this has changed"
P
