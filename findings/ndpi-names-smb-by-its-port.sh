#!/bin/sh
# Which connections does nDPI, the library of ntopng that looks into packets, call SMBv1, SMBv23 and NetBIOS?
#
# Guess before the run: what is in the packets, whatever the port: SMBv1 for a client that offers SMB 1 alone, SMBv23 for SMB 2 and 3; on
# port 139 SMB behind NetBIOS; nothing for a connection without data.
# Seen (libndpi-bin 4.2-2 of Debian bookworm), ndpiReader:
#
#   SMB 2 on port 445                       NetBIOS.SMBv23, by DPI
#   NEGOTIATE of SMB 1 alone on port 445    SMBv23, “Match by port”
#   the same, and a Session Setup of SMB 1  NetBIOS.SMBv1, by DPI
#   a connection refused on port 445        SMBv23, “Match by port”
#   HTTP on port 445                        SMBv23.HTTP
#   SMB 2 on port 139                       NetBIOS, without SMB
#   SMB 1 on port 139                       NetBIOS, without SMB
#   SMB 2 on port 8445                      Unknown
#
# Lesson: “SMBv23” is no word about the dialect where it comes from the port: a scan and an old client that was refused at once have it, too.
# A list of hosts with SMB 1 from there has neither those that only offer it nor those on port 139.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libndpi-bin=4.2-2 libndpi4.2=4.2-2 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", HOME=os.getcwd())
CLIENT, SERVER = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
def netbios(data): return struct.pack(">I", len(data)) + data
def two(body, flags=0): return netbios(b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0, 0, 1, flags, 0, 0, 0, 0, 0) + bytes(16) + body)
def one(command, body, flags=0x18):
    return netbios(b"\xffSMB" + bytes([command]) + bytes(4) + struct.pack("<BH", flags, 0xC853) + bytes(12) + struct.pack("<HHHH", 0, 1, 0, 1) + body)
TWO = [
    two(struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0x7F, bytes(16), 0, 0x0210)),
    two(struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x0210, 0, bytes(range(16)), 7, 65536, 65536, 65536, 0, 0, 128, 0, 0) + b"\0", 1)]
ONE = [
    one(0x72, b"\0" + struct.pack("<H", 12) + b"\x02NT LM 0.12\0"),
    one(0x72, b"\x11" + struct.pack("<HBHHIIIIQHB", 0, 3, 50, 1, 16644, 65536, 0, 0xF3FD, 133444736000000000, 0, 8) + struct.pack("<H", 8) + bytes(8), 0x98)]
SETUP = one(0x73, b"\x0d" + struct.pack("<BBHHHHIHHII", 255, 0, 0, 16644, 50, 0, 0, 0, 0, 0, 0xD4) + struct.pack("<H", 8) + b"a\0LAB\0\0\0")
HTTP = [b"GET / HTTP/1.1\r\nHost: fs\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
def look(port, messages, refused=False):
    sequences, packets = {CLIENT: 0, SERVER: 0}, []
    def add(source, flags, data=b""):
        target, ports = (SERVER, (50000, port)) if source == CLIENT else (CLIENT, (port, 50000))
        tcp = struct.pack(">HHIIBBHHH", *ports, sequences[source], sequences[target], 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + source + target + tcp
        packets.append(bytes(12) + b"\x08\0" + ip)
        sequences[source] += len(data) + (flags & 2) // 2
    add(CLIENT, 2)
    if refused: add(SERVER, 20)
    else:
        add(SERVER, 18)
        add(CLIENT, 16)
    for index, message in enumerate(messages): add((CLIENT, SERVER)[index % 2], 24, message)
    with open("look.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for index, packet in enumerate(packets): file.write(struct.pack("<IIII", 1700000000, index * 1000, len(packet), len(packet)) + packet)
    out = subprocess.run(["root/usr/bin/ndpiReader", "-i", "look.pcap", "-v", "2"], capture_output=True, text=True, env=environment, check=True).stdout
    return re.search(r"10\.0\.0\.1:50000 .*?\[proto: [\d.]+/([^]]+)\].*?\[Confidence: ([^]]+)\]", out).groups()
seen = {
    "2, 445": look(445, TWO), "1, 445": look(445, ONE), "setup": look(445, [*ONE, SETUP]), "refused": look(445, [], True), "HTTP": look(445, HTTP),
    "2, 139": look(139, TWO), "1, 139": look(139, [*ONE, SETUP]), "2, 8445": look(8445, TWO)}
for each in seen.items(): print(*each)
assert seen == {
    "2, 445": ("NetBIOS.SMBv23", "DPI"), "1, 445": ("SMBv23", "Match by port"), "setup": ("NetBIOS.SMBv1", "DPI"),
    "refused": ("SMBv23", "Match by port"), "HTTP": ("SMBv23.HTTP", "DPI"), "2, 139": ("NetBIOS", "Match by port"),
    "1, 139": ("NetBIOS", "Match by port"), "2, 8445": ("Unknown", "Unknown")}, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
