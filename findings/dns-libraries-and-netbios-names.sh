#!/bin/sh
# What do libraries for DNS make of the name service of NetBIOS (port 137), which took over DNS's form?
#
# Guess before the run: they read a name answer, as type 32 with its bytes, and a registration too; a status answer, whose type 33 is
# that of SRV, is an error in each.
# Seen (dnspython 2.9.2, dnslib 0.9.26, dpkt 1.9.8, scapy 2.8.0, Python 3.11; libnet-dns-perl 1.36-1+deb12u1 of Debian bookworm):
#
#                name answer          registration         status answer
#   dnspython    TYPE32, bytes        FormError            FormError
#   dnslib       TYPE32, bytes        UPDATE, bytes        DNSError
#   dpkt         UnpackError          UnpackError          UnicodeDecodeError
#   scapy        NIMLOC, bytes        UPDATE, NIMLOC       SRV of a service at port 8224
#   Net::DNS     NIMLOC, bytes        UPDATE, NIMLOC       SRV of a service at port 8224
#
# Lesson: an SRV record with a port of 8224 (two blanks) or a strange target is a NetBIOS status answer; NIMLOC is a NetBIOS name, and an
# “UPDATE” to port 137 a registration. Never choose the parser by the form of a message; take the port.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download libnet-dns-perl=1.36-1+deb12u1 >&2
dpkg-deb -x ./libnet-dns-perl_*.deb root
python3 -m venv v
v/bin/pip -q install dnspython==2.9.2 dnslib==0.9.26 dpkt==1.9.8 scapy==2.8.0
cat > look.pl <<'P'
use Net::DNS;
for my $name (@ARGV) {
    local $/;
    open my $file, '<:raw', $name;
    my $data = <$file>;
    my $packet = Net::DNS::Packet->decode(\$data);
    my ($record) = ($packet->answer, $packet->additional);
    print join(' ', $packet->header->opcode, $record->type, $record->type eq 'SRV' ? $record->port : ''), "\n";
}
P
cat > look.py <<'P'
import logging, os, struct, subprocess
logging.disable(logging.CRITICAL)
import dns.message, dnslib, dpkt
from scapy.layers.dns import DNS
def encoded(raw): return b"\x20" + b"".join(bytes([65 + (one >> 4), 65 + (one & 15)]) for one in raw) + b"\0"
server, star = encoded(b"FS".ljust(15) + b"\x20"), encoded(b"*" + bytes(15))
address = b"\x60\0\x0a\0\0\x02"
names = b"".join(name.ljust(15) + bytes([suffix]) + struct.pack(">H", flags) for name, suffix, flags in (
    (b"FS", 0, 0x0400), (b"LAB", 0, 0x8400), (b"FS", 0x20, 0x0400)))
status = b"\3" + names + bytes.fromhex("020000000009") + bytes(40)
MESSAGES = {
    "answer": struct.pack(">6H", 7, 0x8500, 0, 1, 0, 0) + server + struct.pack(">HHIH", 32, 1, 300000, 6) + address,
    "registration": struct.pack(">6H", 7, 0x2910, 1, 0, 0, 1) + server + struct.pack(">HH", 32, 1) + b"\xc0\x0c" + struct.pack(
        ">HHIH", 32, 1, 300000, 6) + address,
    "status": struct.pack(">6H", 7, 0x8400, 0, 1, 0, 0) + star + struct.pack(">HHIH", 33, 1, 0, len(status)) + status}
def dnspython(data):
    message = dns.message.from_wire(data)
    return "%s %s" % (dns.opcode.to_text(message.opcode()), dns.rdatatype.to_text(message.answer[0].rdtype))
def dnslib_(data):
    message = dnslib.DNSRecord.parse(data)
    return "%s %s" % (dnslib.OPCODE[message.header.opcode], dnslib.QTYPE[(message.rr + message.ar)[0].rtype])
def dpkt_(data): return str(dpkt.dns.DNS(data).an[0].type)
def scapy(data):
    message = DNS(data)
    record = (message.an or message.ar)[0]
    return "%d %s %s" % (message.opcode, record.sprintf("%type%"), getattr(record, "port", ""))
def outcome(reader, data):
    try: return reader(data).strip()
    except Exception as error: return type(error).__name__
seen = {reader.__name__.strip("_"): [outcome(reader, data) for data in MESSAGES.values()] for reader in (dnspython, dnslib_, dpkt_, scapy)}
for name, data in MESSAGES.items():
    with open(name, "wb") as file: file.write(data)
run = subprocess.run(["perl", "look.pl", *MESSAGES], env=dict(os.environ, PERL5LIB="root/usr/share/perl5"), capture_output=True, text=True)
seen["Net::DNS"] = [line.strip() for line in run.stdout.splitlines()]
for one in seen.items(): print(*one)
assert seen["dnspython"] == ["QUERY TYPE32", "FormError", "FormError"], "dnspython has changed"
assert seen["dnslib"] == ["QUERY TYPE32", "UPDATE TYPE32", "DNSError"], "dnslib has changed"
assert seen["dpkt"] == ["UnpackError", "UnpackError", "UnicodeDecodeError"], "dpkt has changed"
assert seen["scapy"] == ["0 NIMLOC", "5 NIMLOC", "0 SRV 8224"], "scapy has changed"
assert seen["Net::DNS"] == ["QUERY NIMLOC", "UPDATE NIMLOC", "QUERY SRV 8224"], "Net::DNS has changed"
P
v/bin/python look.py
