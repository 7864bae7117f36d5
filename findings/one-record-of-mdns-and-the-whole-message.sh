#!/bin/sh
# Do DNS libraries for Python read an answer of mDNS that also says which records there are not (NSEC)?
#
# Guess before the run: yes; dnspython may dislike the compressed name in it, which DNSSEC forbids and RFC 6762 allows, but reads it.
# Seen (dnspython 2.9.2, dnslib 0.9.26, scapy 2.8.0, dpkt 1.9.8, zeroconf 0.154.0, Python 3.11), a message with two records, A
# for fs.local and NSEC for the same name, whose own name is a pointer to the first:
#
#   dnslib, scapy, zeroconf   both records
#   dnspython                 “A name has a compression pointer but decompression is forbidden.”, no record
#   dpkt                      “RR type 47 is not supported”, no record
#
# Responders of Apple's kind add such an NSEC to most of their answers: a host with IPv4 alone says so that it has no AAAA.
# Lesson: one record that a library does not like costs the address beside it. A tool that drops what it cannot read shows a
# network without answers; count the errors, or read such messages with another library.
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
def record(name, kind, data): return name + struct.pack(">HHIH", kind, 1, 120, len(data)) + data
address = record(b"\2fs\5local\0", 1, bytes([10, 0, 0, 2]))
missing = record(b"\xc0\x0c", 47, b"\xc0\x0c" + b"\0\1\x40")
def message(*records): return struct.pack(">6H", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records)
readers = {
    "dnspython": lambda data: len(dns.message.from_wire(data).answer), "dnslib": lambda data: len(dnslib.DNSRecord.parse(data).rr),
    "scapy": lambda data: len(DNS(data).an), "dpkt": lambda data: len(dpkt.dns.DNS(data).an),
    "zeroconf": lambda data: len(zeroconf.DNSIncoming(data).answers())}
def look(reader, data):
    try: return reader(data)
    except Exception as error: return str(error)
seen = {name: [look(reader, message(address)), look(reader, message(address, missing))] for name, reader in readers.items()}
for one in seen.items(): print(*one)
assert seen == {
    "dnspython": [1, "A name has a compression pointer but decompression is forbidden."], "dnslib": [1, 2], "scapy": [1, 2],
    "dpkt": [1, "RR type 47 is not supported"], "zeroconf": [1, 2]}, "this has changed"
P
