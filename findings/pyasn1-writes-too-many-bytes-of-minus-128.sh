#!/bin/sh
# Is an AS-REQ of impacket DER, as Kerberos wants it, when it offers Windows' encryption -128 (RC4-MD4)?
#
# Guess before the run: yes, each reader of ASN.1 takes it; pyasn1's encoder is one for DER.
# Seen (impacket 0.13.1 with pyasn1 0.6.5, asn1crypto 1.5.1, asn1tools 0.169.0, Python 3.11; openssl 3.0.22-1~deb12u2 of Debian bookworm), how
# a number is written, and what openssl asn1parse says of it:
#
#                  pyasn1            asn1crypto, asn1tools     openssl asn1parse of pyasn1's
#   -127           02 01 81          02 01 81                  -7F
#   -128           02 02 ff 80       02 01 80                  BAD INTEGER
#   -129           02 02 ff 7f       02 02 ff 7f               -81
#   -32768         02 03 ff 80 00    02 02 80 00               BAD INTEGER
#
# pyasn1 takes a byte more than it needs for numbers that just fit. asn1crypto and asn1tools read its -128.
# Lesson: a message that strict readers call broken may come from a client whose library writes one number so. Compare numbers, not bytes,
# between captures of two clients.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pyasn1==0.6.5 asn1crypto==1.5.1 asn1tools==0.169.0
cat > look.py <<'P'
import os, subprocess, sys
import asn1tools
from asn1crypto import core
from impacket.krb5.asn1 import AS_REQ, seq_set, seq_set_iter
from impacket.krb5.types import Principal
from pyasn1.codec.der import encoder
from pyasn1.type import univ
number = asn1tools.compile_string("A DEFINITIONS ::= BEGIN I ::= INTEGER END", "der")
def openssl(data):
    run = subprocess.run(
        ["root/usr/bin/openssl", "asn1parse", "-inform", "DER"], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    return [line.partition(" INTEGER")[2].strip(" :").partition(":")[0] for line in run.stdout.decode().splitlines() if " INTEGER" in line]
seen = {}
for value in (-127, -128, -129, -32768):
    data = encoder.encode(univ.Integer(value))
    others = {core.Integer(value).dump(), number.encode("I", value)}
    read = {core.Integer.load(data).native, number.decode("I", data)}
    seen[value] = (data.hex(" "), *(one.hex(" ") for one in others), read == {value}, openssl(data)[0])
message = AS_REQ()
message["pvno"], message["msg-type"] = 5, 10
body = seq_set(message, "req-body")
body["kdc-options"] = (0,) * 32
seq_set(body, "cname", Principal("alice", type=1).components_to_asn1)
body["realm"] = "LAB.TEST"
body["till"] = "20370913024805Z"
body["nonce"] = 1
seq_set_iter(body, "etype", (18, -128))
request = encoder.encode(message)
seen["AS-REQ"] = b"\2\2\xff\x80" in request and b"\2\1\x80" not in request, "BAD INTEGER" in openssl(request)
for one in seen.items(): print(*one)
assert seen == {
    -127: ("02 01 81", "02 01 81", True, "-7F"), -128: ("02 02 ff 80", "02 01 80", True, "BAD INTEGER"),
    -129: ("02 02 ff 7f", "02 02 ff 7f", True, "-81"), -32768: ("02 03 ff 80 00", "02 02 80 00", True, "BAD INTEGER"),
    "AS-REQ": (True, True)}, "this has changed"
P
v/bin/python look.py "$libraries"
