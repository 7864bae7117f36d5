#!/bin/sh
# Do tshark and scapy show what a KDC adds to its error (e-data)?
#
# Guess before the run: both do, whatever the code of the error: the salts in METHOD-DATA, and the NTSTATUS that Windows adds (a
# locked account, for example), in KERB-ERROR-DATA as well as in METHOD-DATA.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; scapy 2.8.0, Python 3.11):
#
#   error                                  what is added              tshark   scapy
#   24, 25, 14                             METHOD-DATA with salts     shown    shown
#   91, more preauthentication data        METHOD-DATA with salts     shown    bytes
#   12 policy, 18 revoked, 23 key expired  KERB-ERROR-DATA, NTSTATUS  shown    shown
#   29 service not available, 60 generic   KERB-ERROR-DATA, NTSTATUS  bytes    shown
#   18                                     METHOD-DATA, NTSTATUS      bytes    bytes, as a salt (type 3)
#
# Lesson: look at kerberos.e_data even where nothing is unfolded below it: the bytes 34 02 00 c0 in it are STATUS_ACCOUNT_LOCKED_OUT,
# the lowest byte first, and such four bytes are often the only reason that a KDC gives.
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
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.layers.kerberos import Kerberos
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
def padata(kind, value): return der(0x30, der(0xA1, number(kind)), der(0xA2, der(4, value)))
salts = der(0x30, padata(19, der(0x30, der(0x30, der(0xA0, number(18)), der(0xA1, der(0x1B, b"LAB.TESTalice"))))), padata(2, b""))
status = struct.pack("<III", 0xC0000234, 0, 1)
extended, inside = padata(3, status), der(0x30, padata(3, status))
rows = [(24, salts), (25, salts), (14, salts), (91, salts), (12, extended), (18, extended), (23, extended), (29, extended), (60, extended), (18, inside)]
def error(code, data):
    name = der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, der(0x1B, b"krbtgt"), der(0x1B, b"LAB.TEST"))))
    return der(0x7E, der(0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, b"20231114221320Z")), der(0xA5, number(0)),
                         der(0xA6, number(code)), der(0xA9, der(0x1B, b"LAB.TEST")), der(0xAA, name), der(0xAC, der(4, data))))
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for port, row in enumerate(rows):
        data = error(*row)
        data = struct.pack(">HHHH", 88, 40000 + port, 8 + len(data), 0) + data
        data = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data
        file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
text = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "one.pcap", "-V"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout
shown = ["salt: LAB.TESTalice" in one or "STATUS_ACCOUNT_LOCKED_OUT" in one for one in text.split("Frame ")[1:] if "error-code" in one]
def scapy(row):
    one = repr(Kerberos(error(*row)).root.eData)
    return "ETYPE_INFO_ENTRY2" in one or "status=0xc0000234" in one
seen = list(zip([row[0] for row in rows], shown, map(scapy, rows)))
print(*seen, sep="\n")
assert seen == [
    (24, True, True), (25, True, True), (14, True, True), (91, True, False), (12, True, True), (18, True, True), (23, True, True),
    (29, False, True), (60, False, True), (18, False, False)], "this has changed"
P
v/bin/python look.py "$libraries"
