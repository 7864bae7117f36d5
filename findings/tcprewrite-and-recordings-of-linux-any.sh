#!/bin/sh
# Does tcprewrite make Ethernet of a recording with “-i any” of Linux (link type 113), as its --dlt=enet says?
#
# Guess before the run: yes, with the two MAC addresses that it is given; for a link type without a header it needs them as well.
# Seen (tcpreplay 4.4.3-1 of Debian bookworm), one packet with the type 0x0800 (IPv4) and --dlt=enet --enet-dmac=… --enet-smac=…:
#
#   from 113 (SLL)        exit status 0; behind the MAC addresses 0000, then 0800 and the packet: IPv4 two bytes too late
#   from 101 (raw IP)     “Invalid packet: Expected IP”, no packet
#   from 276 (SLL2)       “No DLT plugin available”
#
# Current tcpdump writes 276 for “any”, older ones 113.
# Lesson: a file of Ethernet frames with the type 0 was a recording of “any”. tshark shows no IP in it, and a host to which it is
# played gets nothing. Cut the header with editcap -C 16 -L and set the type with -T rawip instead.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpreplay=4.4.3-1 libpcap0.8 tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version \
  libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import struct, subprocess
data = struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, 0x18, 8192, 0, 0) + b"hello"
packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data
mac = bytes.fromhex("020000000001 0000")
heads = {113: struct.pack(">HHH8sH", 0, 1, 6, mac, 0x0800), 101: b"", 276: struct.pack(">HHIHBB8s", 0x0800, 0, 1, 1, 0, 6, mac)}
seen = {}
for kind, head in heads.items():
    with open("in.pcap", "wb") as file:
        size = len(head + packet)
        file.write(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, kind, 1700000000, 0, size, size) + head + packet)
    done = subprocess.run(
        ["root/usr/bin/tcprewrite", "--dlt=enet", "--enet-dmac=02:00:00:00:00:09", "--enet-smac=02:00:00:00:00:08", "-i", "in.pcap", "-o", "out.pcap"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        seen[kind] = [text for text in ("Expected IP", "No DLT plugin available") if text in done.stdout]
        continue
    with open("out.pcap", "rb") as file: result = file.read()
    seen[kind] = struct.unpack_from("<I", result, 20)[0], result[40:54].hex(), result[54:57].hex()
def tshark(name): return subprocess.run(
    ["root/usr/bin/tshark", "-nr", name, "-T", "fields", "-e", "tcp.dstport"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
with open("in.pcap", "wb") as file:
    size = 16 + len(packet)
    file.write(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 113, 1700000000, 0, size, size) + heads[113] + packet)
subprocess.run(["root/usr/bin/editcap", "-C", "16", "-L", "-T", "rawip", "-F", "pcap", "in.pcap", "raw.pcap"], check=True)
seen["raw"] = tshark("raw.pcap")
for one in seen.items(): print(*one)
assert seen == {
    113: (1, "0200000000090200000000080000", "080045"), 101: ["Expected IP"], 276: ["No DLT plugin available"], "raw": "445"}, "this has changed"
P
python3 look.py
