#!/bin/sh
# Do tshark and scapy show why a server refuses to change a password (port 464)?
#
# Guess before the run: yes: the error of Kerberos, and the code and text in it, for a reply without an AP-REP as well.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; scapy 2.8.0, impacket 0.13.1, Python 3.11), a reply whose length of the AP-REP
# is 0, behind which RFC 3244 puts a KRB-ERROR; its e-data is the result 4 (“soft error”) and “too short”:
#
#   tshark   KPASSWD, “Malformed Packet”; no code, no text
#   scapy    KPASSWD_REQ, a request, with an error of raw bytes;
#            Kerberos(…) of these bytes: “unexpected remainder in KRB_ERROR”, for the e-data is no list
#
# impacket's KRB_ERROR reads them: error 60, with 00 04 and the text.
# Lesson: a malformed reply from port 464 is a refusal. Its bytes begin with 7e at offset 6, and end with the reason in plain text.
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
v/bin/pip -q install scapy==2.8.0 impacket==0.13.1
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from impacket.krb5.asn1 import KRB_ERROR
from pyasn1.codec.der import decoder
from scapy.all import IP
from scapy.asn1.ber import BER_Decoding_Error
from scapy.layers.kerberos import Kerberos
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
name = der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, der(0x1B, b"kadmin"), der(0x1B, b"changepw"))))
error = der(0x7E, der(0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, b"20231114221320Z")), der(0xA5, number(0)),
                      der(0xA6, number(60)), der(0xA9, der(0x1B, b"LAB.TEST")), der(0xAA, name), der(0xAC, der(4, b"\0\4too short"))))
reply = struct.pack(">HHH", 6 + len(error), 1, 0) + error
data = struct.pack(">HHHH", 464, 50000, 8 + len(reply), 0) + reply
data = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101, 1700000000, 0, len(data), len(data)) + data)
line = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "one.pcap", "-T", "fields", "-e", "_ws.col.Protocol", "-e", "kerberos.error_code", "-e", "kpasswd.result",
     "-e", "_ws.malformed"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout.rstrip("\n").split("\t")
layer = IP(data).payload.payload
try: text = repr(Kerberos(bytes(layer.error)))
except BER_Decoding_Error as problem: text = str(problem)
inner = decoder.decode(bytes(layer.error), asn1Spec=KRB_ERROR())[0]
code, reason = int(inner["error-code"]), bytes(inner["e-data"])
print(line, layer.name, type(layer.error).__name__, text.splitlines()[0], code, reason)
assert line[:3] == ["KPASSWD", "", ""] and "Malformed" in line[3], "tshark has changed"
assert type(layer).__name__ == "KPASSWD_REQ" and type(layer.error).__name__ == "Raw" and "unexpected remainder" in text, "scapy has changed"
assert (code, reason) == (60, b"\0\4too short"), "the error is not what was sent"
P
v/bin/python look.py "$libraries"
