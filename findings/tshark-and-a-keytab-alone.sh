#!/bin/sh
# Does “tshark -K keytab” decrypt a Kerberos ticket whose key is in the keytab?
#
# Guess before the run: yes, with each key of the right encryption, whatever its name, realm and version are.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1 for the ticket, Python 3.11), a TGS-REQ with a ticket for
# cifs/fs.lab.test, version 5, AES-256:
#
#   -K keytab                                  nothing decrypted, no word, exit status 0
#   -K keytab -o kerberos.decrypt:TRUE         decrypted
#   -o kerberos.decrypt:TRUE -o kerberos.file  decrypted
#   an entry of another name, realm, version   decrypted, with the option
#   the key in an entry of another encryption  not decrypted: “Missing keytype 18 usage 2”
#
# For the NT hash of a user, which decrypts SMB3 after NTLM, -K is enough.
# Lesson: “the keytab is wrong” needs the option first; it is off. “Missing keytype” then says what is missing.
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
v/bin/pip -q install impacket==0.13.1 pyasn1==0.6.1
cat > look.py <<'P'
import os, struct, subprocess, sys
from impacket.krb5 import asn1, crypto
from impacket.krb5.types import Principal
from pyasn1.codec.der.encoder import encode
KEY = b"K" * 32
def name(target, part, text, kind): asn1.seq_set(target, part, Principal(text, type=kind).components_to_asn1)
def ticket_part():
    part = asn1.EncTicketPart()
    part["flags"], part["crealm"], part["authtime"], part["endtime"] = [0] * 32, "LAB.TEST", "20231114221320Z", "20231115221320Z"
    key = asn1.seq_set(part, "key")
    key["keytype"], key["keyvalue"] = 18, b"S" * 32
    name(part, "cname", "alice", 1)
    transited = asn1.seq_set(part, "transited")
    transited["tr-type"], transited["contents"] = 1, b""
    return encode(part)
def request():
    ap = asn1.AP_REQ()
    ap["pvno"], ap["msg-type"], ap["ap-options"] = 5, 14, [0] * 32
    ticket = asn1.seq_set(ap, "ticket")
    ticket["tkt-vno"], ticket["realm"] = 5, "LAB.TEST"
    name(ticket, "sname", "cifs/fs.lab.test", 2)
    secret = asn1.seq_set(ticket, "enc-part")
    secret["etype"], secret["kvno"], secret["cipher"] = 18, 5, crypto.encrypt(crypto.Key(18, KEY), 2, ticket_part(), b"c" * 16)
    authenticator = asn1.seq_set(ap, "authenticator")
    authenticator["etype"], authenticator["cipher"] = 18, b"z" * 60
    tgs = asn1.TGS_REQ()
    tgs["pvno"], tgs["msg-type"] = 5, 12
    tgs["padata"][0]["padata-type"], tgs["padata"][0]["padata-value"] = 1, encode(ap)
    body = asn1.seq_set(tgs, "req-body")
    body["kdc-options"], body["realm"], body["till"], body["nonce"] = [0] * 32, "LAB.TEST", "20370101000000Z", 1
    name(body, "sname", "host/other", 2)
    asn1.seq_set_iter(body, "etype", (18,))
    return encode(tgs)
message = request()
udp = struct.pack(">HHHH", 50000, 88, 8 + len(message), 0) + message
ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + bytes([10, 0, 0, 1, 10, 0, 0, 2])
frame = bytes(12) + b"\x08\0" + ip + udp
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
def keytab(path, realm="LAB.TEST", service="cifs", version=5, kind=18):
    def text(value): return struct.pack(">H", len(value)) + value
    body = struct.pack(">H", 2) + b"".join(text(part.encode()) for part in (realm, service, "fs.lab.test"))
    body += struct.pack(">IIB", 1, 0, version) + struct.pack(">H", kind) + text(KEY)
    with open(path, "wb") as file: file.write(b"\5\2" + struct.pack(">i", len(body)) + body)
keytab("right")
keytab("others", "OTHER.TEST", "http", 9)
keytab("kind", kind=20)
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
def look(*options):
    run = subprocess.run(["root/usr/bin/tshark", "-r", "one.pcap", "-V", *options], env=environment, capture_output=True, text=True, timeout=60)
    return run.returncode, "encTicketPart" in run.stdout, "Missing keytype 18 usage 2" in run.stdout
option = ("-o", "kerberos.decrypt:TRUE")
seen = [look("-K", "right"), look("-K", "right", *option), look(*option, "-o", "kerberos.file:right"), look("-K", "others", *option),
        look("-K", "kind", *option)]
print(*seen, sep="\n")
opened = (0, True, False)
assert seen == [(0, False, False), opened, opened, opened, (0, False, True)], "tshark has changed"
P
v/bin/python look.py "$libraries"
