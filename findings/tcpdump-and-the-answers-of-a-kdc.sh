#!/bin/sh
# What does tcpdump -v print of the messages of Kerberos?
#
# Guess before the run: “v5” and the name of the message for UDP; nothing but the length for TCP.
# Seen (tcpdump 4.99.3-1 of Debian bookworm), one message by UDP to or from port 88 in each packet, behind the two addresses:
#
#   AS-REQ, AS-REP               “ v5”
#   TGS-REQ, TGS-REP, KRB-ERROR  nothing at all, not even the length
#   AS-REQ by TCP                the line of TCP, as for any data
#
# Lesson: a line of tcpdump without a text at its end is no empty datagram. An AS-REQ with “v5” and an answer without it is a KDC that
# says no, such as PREAUTH_REQUIRED.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pyasn1==0.6.1
v/bin/python - <<'P'
import struct
from impacket.krb5 import asn1
from impacket.krb5.types import Principal
from pyasn1.codec.der.encoder import encode
def server(name): return Principal(name, type=2).components_to_asn1
def request(kind, number):
    message = kind()
    message["pvno"], message["msg-type"] = 5, number
    body = asn1.seq_set(message, "req-body")
    body["kdc-options"] = [0] * 32
    body["realm"], body["till"], body["nonce"] = "LAB.TEST", "20370101000000Z", 1
    asn1.seq_set(body, "sname", server("krbtgt/LAB.TEST"))
    asn1.seq_set_iter(body, "etype", (18,))
    return encode(message)
def encrypted(part): part["etype"], part["cipher"] = 18, b"x" * 40
def reply(kind, number):
    message = kind()
    message["pvno"], message["msg-type"], message["crealm"] = 5, number, "LAB.TEST"
    asn1.seq_set(message, "cname", Principal("alice", type=1).components_to_asn1)
    ticket = asn1.seq_set(message, "ticket")
    ticket["tkt-vno"], ticket["realm"] = 5, "LAB.TEST"
    asn1.seq_set(ticket, "sname", server("krbtgt/LAB.TEST"))
    encrypted(asn1.seq_set(ticket, "enc-part"))
    encrypted(asn1.seq_set(message, "enc-part"))
    return encode(message)
def error():
    message = asn1.KRB_ERROR()
    message["pvno"], message["msg-type"], message["stime"], message["susec"] = 5, 30, "20231114221320Z", 1
    message["error-code"], message["realm"] = 25, "LAB.TEST"
    asn1.seq_set(message, "sname", server("krbtgt/LAB.TEST"))
    return encode(message)
def packet(payload, answer=False, tcp=False):
    ports = (88, 50000) if answer else (50000, 88)
    if tcp: payload = struct.pack(">HHIIBBHHH", *ports, 1, 1, 0x50, 0x18, 8192, 0, 0) + struct.pack(">I", len(payload)) + payload
    else: payload = struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload
    ends = bytes([10, 0, 0, 2, 10, 0, 0, 1] if answer else [10, 0, 0, 1, 10, 0, 0, 2])
    return bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, 6 if tcp else 17, 0) + ends + payload
first = request(asn1.AS_REQ, 10)
packets = [packet(first), packet(reply(asn1.AS_REP, 11), True), packet(request(asn1.TGS_REQ, 12)),
           packet(reply(asn1.TGS_REP, 13), True), packet(error(), True), packet(first, tcp=True)]
with open("kdc.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for one in packets: file.write(struct.pack("<IIII", 1700000000, 0, len(one), len(one)) + one)
P
seen=$(LD_LIBRARY_PATH="$libraries" root/usr/bin/tcpdump -nn -v -r kdc.pcap 2> /dev/null | sed -n 's/^    10.0.0.[12].[0-9]* > 10.0.0.[12].[0-9]*: /=/p' \
  | sed 's/cksum.*, seq/seq/')
echo "$seen"
[ "$(echo "$seen" | cut -c1-8 | tr '\n' '|')" = "= v5|= v5|=|=|=|=Flags [|" ] || { echo "tcpdump has changed"; exit 1; }
