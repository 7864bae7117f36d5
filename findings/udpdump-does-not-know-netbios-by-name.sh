#!/bin/sh
# Which payloads can udpdump name, Wireshark's program that takes UDP datagrams of another host as packets?
#
# Guess before the run: each protocol by the name that tshark shows and filters by, nbns for NetBIOS names among them.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), files as “udpdump --payload NAME” writes them (link type 252, “exported PDU”), a
# valid message of each protocol:
#
#   dns, ldap, http              dissected
#   nbns, llmnr, mdns, ntp,      bytes alone, no error and no word why
#   cldap, kerberos, smb2, nbss
#
# A dissector answers to a name only when it was registered with one; many are known to their port alone, and the ports that the
# file has as well are not asked.
# Lesson: send NetBIOS names and LLMNR as “dns”, which shows them (a NetBIOS name in its letters A to P); or write UDP with text2pcap -u.
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
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import struct, subprocess
def tag(kind, value): return struct.pack(">HH", kind, len(value) + -len(value) % 4) + value + bytes(-len(value) % 4)
head = struct.pack(">6H", 0x1234, 0x0110, 1, 0, 0, 0)
netbios = head + b"\x20" + b"".join(bytes([65 + (one >> 4), 65 + (one & 15)]) for one in b"FS".ljust(15) + b"\x20") + b"\0" + struct.pack(">HH", 32, 1)
query = struct.pack(">6H", 0x1234, 0, 1, 0, 0, 0) + b"\x02fs\x00" + struct.pack(">HH", 1, 1)
bind = bytes.fromhex("300c020101600702010304008000")
smb2 = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16s", 64, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, bytes(16))
smb2 += struct.pack("<HHHHI16sQ", 36, 1, 1, 0, 0, bytes(16), 0) + struct.pack("<H", 0x0302)
as_req = bytes.fromhex("6a293027a103020105a20302010aa41b3019a00703050000000000a2021b00a703020105a8053003020112")
messages = {"nbns": netbios, "llmnr": query, "mdns": query, "dns": netbios, "ntp": b"\x23" + bytes(39) + bytes.fromhex("e900000000000000"),
            "ldap": bind, "cldap": bind, "http": b"GET / HTTP/1.1\r\nHost: fs\r\n\r\n", "kerberos": as_req,
            "smb2": smb2, "nbss": struct.pack(">I", len(smb2)) + smb2}
seen = {}
for name, data in messages.items():
    front = tag(12, name.encode()) + tag(20, bytes([10, 0, 0, 1])) + tag(21, bytes([10, 0, 0, 2]))
    data = front + tag(25, struct.pack(">I", 137)) + tag(26, struct.pack(">I", 137)) + bytes(4) + data
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 252) + struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
    text = subprocess.run(["root/usr/bin/tshark", "-r", "one.pcap", "-T", "fields", "-e", "frame.protocols"], capture_output=True, text=True).stdout
    seen[name] = text.strip()
    print(name, seen[name])
known = {name for name, protocols in seen.items() if protocols.endswith(":" + name)}
assert known == {"dns", "ldap", "http"} and all(seen[name] == "exported_pdu" for name in messages.keys() - known), "this has changed"
P
python3 look.py
