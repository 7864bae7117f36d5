#!/bin/sh
# Do Kerberos libraries name the error of a KRB-ERROR, whatever its code?
#
# Guess before the run: each code of RFC 4120 and RFC 6113; for an unknown code impacket gives a text with the number, and
# minikerberos raises an error.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1, minikerberos 0.4.9, scapy 2.8.0, Python 3.11):
#
#   code                              tshark   scapy    impacket   minikerberos
#   6, 25, 37, 68                     name     name     name       name
#   28, transited path refused        name     name     name       ERR_NOT_FOUND
#   29, service not available         name     name     name       ERR_NOT_FOUND
#   69, user-to-user wanted           name     name     name       ERR_NOT_FOUND
#   91, more preauthentication data   name     name     name       ERR_NOT_FOUND
#   85, IAKERB finds no KDC           number   name     KeyError   name
#   200, not assigned                 number   number   KeyError   ERR_NOT_FOUND
#
# impacket's KeyError comes when the error is printed, so it stands where the error of the KDC should be. To 68, wrong realm, its
# text is “Reserved for future use”.
# Lesson: log the number of an error first, then what a library makes of it. ERR_NOT_FOUND is no error of Kerberos.
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
from impacket.krb5.asn1 import KRB_ERROR
from impacket.krb5.kerberosv5 import KerberosError
from minikerberos.protocol.asn1_structs import KRB_ERROR as Other
from minikerberos.protocol.errors import KerberosError as OtherError
from pyasn1.codec.der import decoder
from scapy.layers.kerberos import Kerberos
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))
def error(code):
    name = der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, der(0x1B, b"krbtgt"), der(0x1B, b"LAB.TEST"))))
    return der(0x7E, der(0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, b"20231114221320Z")), der(0xA5, number(0)),
                         der(0xA6, number(code)), der(0xA9, der(0x1B, b"LAB.TEST")), der(0xAA, name)))
codes = [6, 25, 37, 68, 28, 29, 69, 91, 85, 200]
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for code in codes:
        data = struct.pack(">HHHH", 88, 40000 + code, 8 + len(error(code)), 0) + error(code)
        data = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data
        file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
lines = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "one.pcap", "-T", "fields", "-e", "_ws.col.Info"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    text=True, check=True, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout.splitlines()
def impacket(data):
    try: text = str(KerberosError(packet=decoder.decode(data, asn1Spec=KRB_ERROR())[0]))
    except KeyError: return "KeyError"
    return "name" if "_ERR_" in text else text
def minikerberos(data):
    text = str(OtherError(Other.load(data), ""))
    return "ERR_NOT_FOUND" if "ERR_NOT_FOUND" in text else "name"
def scapy(data): return "name" if "_ERR_" in Kerberos(data).root.sprintf("%errorCode%") else "number"
seen = {
    code: ["number" if "Unknown error code" in line else "name", scapy(error(code)), impacket(error(code)), minikerberos(error(code))]
    for code, line in zip(codes, lines)}
for one in seen.items(): print(*one)
wanted = {code: ["name"] * 4 for code in (6, 25, 37, 68)}
wanted.update({code: ["name"] * 3 + ["ERR_NOT_FOUND"] for code in (28, 29, 69, 91)})
wanted.update({85: ["number", "name", "KeyError", "name"], 200: ["number", "number", "KeyError", "ERR_NOT_FOUND"]})
assert seen == wanted, "this has changed"
P
v/bin/python look.py "$libraries"
