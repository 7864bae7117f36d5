#!/bin/sh
# Is a name of DNS-SD with a dot in its first label still one label in what DNS libraries for Python print?
#
# Guess before the run: dnspython and dnslib escape the dot, as \. or \046; scapy and dpkt print it as it is.
# Seen (dnspython 2.9.2, dnslib 0.9.26, scapy 2.8.0, dpkt 1.9.8, Python 3.11), a share that is announced as “Dr. No's NAS”:
#
#   dnspython   Dr\.\032No's\032NAS._smb._tcp.local.   4 labels when it is read again
#   dnslib      Dr.\032No's\032NAS._smb._tcp.local.    5 labels when it is read again
#   scapy       Dr. No's NAS._smb._tcp.local.          5 labels when it is built again
#   dpkt        Dr. No's NAS._smb._tcp.local           5 labels when it is built again
#
# dnslib escapes the blank with its number, so its text looks like the escaped form of RFC 4343, and is not. A backslash in a
# label it leaves as it is, too.
# Lesson: with dnslib, scapy and dpkt, compare labels and not texts; a message that is written again asks for another name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install dnspython==2.9.2 dnslib==0.9.26 scapy==2.8.0 dpkt==1.9.8
v/bin/python - <<'P'
import logging, struct
logging.disable(logging.CRITICAL)
import dns.message, dns.name, dnslib, dpkt
from scapy.all import DNS, DNSQR
parts = [b"Dr. No's NAS", b"_smb", b"_tcp", b"local"]
name = b"".join(bytes([len(one)]) + one for one in parts) + b"\0"
query = struct.pack(">6H", 0, 0, 1, 0, 0, 0) + name + struct.pack(">HH", 33, 1)
def count(data):
    data, number = data[12:], 0
    while data[0]: number, data = number + 1, data[1 + data[0]:]
    return number
text = dns.message.from_wire(query).question[0].name.to_text()
seen = {"dnspython": (text, len(dns.name.from_text(text).labels) - 1)}
text = str(dnslib.DNSRecord.parse(query).q.qname)
seen["dnslib"] = text, count(dnslib.DNSRecord.question(text, "SRV").pack())
text = DNS(query).qd[0].qname
seen["scapy"] = text.decode(), count(bytes(DNS(id=0, qd=[DNSQR(qname=text, qtype=33)])))
text = dpkt.dns.DNS(query).qd[0].name
seen["dpkt"] = text, count(bytes(dpkt.dns.DNS(id=0, qd=[dpkt.dns.DNS.Q(name=text, type=33)])))
for one in seen.items(): print(*one)
assert seen == {
    "dnspython": ("Dr\\.\\032No's\\032NAS._smb._tcp.local.", 4), "dnslib": ("Dr.\\032No's\\032NAS._smb._tcp.local.", 5),
    "scapy": ("Dr. No's NAS._smb._tcp.local.", 5), "dpkt": ("Dr. No's NAS._smb._tcp.local", 5)}, "this has changed"
P
