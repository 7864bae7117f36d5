#!/bin/sh
# Does pyshark show both SMB2 messages of a packet?
#
# Guess before the run: yes, in both ways to ask tshark, XML and JSON.
# Seen (pyshark 0.6 with Python 3.11; tshark 4.0.17-0+deb12u3 of Debian bookworm), a packet with an ECHO and one with an
# ECHO and a LOGOFF, one behind the other:
#
#                         ECHO          ECHO and LOGOFF
#   FileCapture(...)      ECHO          ECHO, LOGOFF
#   with use_json=True    ECHO          ECHO alone
#
# tshark writes a JSON object with two keys of one name, unless it is told not to, and pyshark keeps the first of them.
# Lesson: a count of SMB2 requests made with use_json=True is too low; take the slower way.
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
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install pyshark==0.6
cat > tshark <<E2
#!/bin/sh
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
exec "$folder/root/usr/bin/tshark" "\$@"
E2
chmod 755 tshark
cat > look.py <<'P'
import os, re, struct
import pyshark
def message(number, command):
    head = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, 0, 0, number, 0xFEFF, 1, 5)
    return struct.pack(">I", 68) + head + bytes(16) + struct.pack("<HH", 4, 0)
def packet(port, data):
    # The checksums are left out, as for a packet that the sender's card was to complete.
    tcp = struct.pack(">HHIIBBHHH", port, 445, 1, 1, 0x50, 0x18, 65535, 0, 0) + data
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + bytes([10, 0, 0, 1, 10, 0, 0, 2]) + tcp
def look(data, **way):
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
    capture = pyshark.FileCapture("one.pcap", tshark_path="./tshark", **way)
    layers = [layer for layer in capture[0].layers if layer.layer_name == "smb2"]
    capture.close()
    return [re.search("'smb2.cmd': '([0-9]+)'", str(layer._all_fields)).group(1) if way else layer.cmd for layer in layers]
os.environ["HOME"] = os.getcwd()
single, double = packet(50000, message(1, 13)), packet(50000, message(1, 13) + message(2, 2))
seen = {name: [look(single, **way), look(double, **way)] for name, way in (("xml", {}), ("json", {"use_json": True}))}
print(seen)
assert seen == {"xml": [["13"], ["13", "2"]], "json": [["13"], ["13"]]}, "this has changed"
P
v/bin/python look.py
