#!/bin/sh
# Are the checksums right after tcprewrite changed a port?
#
# Guess before the run: yes, in both directions, for IPv4 and IPv6, and behind a VLAN tag.
# Seen (tcpreplay 4.4.3-1, tshark 4.0.17-0+deb12u3 of Debian bookworm), packets from and to port 445, and what tshark says of
# their TCP checksums:
#
#                            checksums before   IPv4    behind a VLAN tag   IPv6
#   --portmap=445:139        right              good    good                good
#   --portmap=445:139        0                  good    good                bad
#   with --fixcsum as well   0                  good    good                good
#
# A recording of the sender itself has checksums that are not filled in yet, for the network card does that. tcprewrite makes new
# ones for IPv4, and moves those of IPv6 by the difference of the ports.
# Lesson: give --fixcsum with each change of tcprewrite. Otherwise programs that leave out packets with a bad checksum lose IPv6
# alone, which looks like a fault of the network.
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
def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)
def tcp(addresses, source, target):
    data = struct.pack(">HHIIBBHHH", source, target, 1, 1, 0x50, 0x18, 8192, 0, 0) + b"hello"
    return data[:16] + checksum(addresses + struct.pack(">HH", 6, len(data)) + data) + data[18:] if filled else data
def four(source, target):
    addresses = bytes([10, 0, 0, 1, 10, 0, 0, 2])
    head = struct.pack(">BBHHHBBH", 0x45, 0, 45, 1, 0, 64, 6, 0) + addresses
    return b"\x08\0" + head[:10] + checksum(head) + head[12:] + tcp(addresses, source, target)
def six(source, target):
    addresses = b"\xfd" + bytes(14) + b"\1\xfd" + bytes(14) + b"\2"
    return b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, 25, 6, 64) + addresses + tcp(addresses, source, target)
kinds = {"IPv4": four, "VLAN": lambda *ports: b"\x81\0\0\7" + four(*ports), "IPv6": six}
def states(name):
    lines = subprocess.run(
        ["root/usr/bin/tshark", "-nr", name, "-o", "tcp.check_checksum:TRUE", "-T", "fields", "-e", "tcp.port", "-e", "tcp.checksum.status"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout.splitlines()
    return dict(zip(kinds, zip(lines[::2], lines[1::2])))
def row(port, state): return ("50000,%d\t%s" % (port, state), "%d,50000\t%s" % (port, state))
seen = []
for filled, options in (True, []), (False, []), (False, ["--fixcsum"]):
    with open("in.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for make in kinds.values():
            for ports in (50000, 445), (445, 50000):
                frame = bytes.fromhex("020000000002 020000000001") + make(*ports)
                file.write(struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
    subprocess.run(["root/usr/bin/tcprewrite", "--portmap=445:139", *options, "-i", "in.pcap", "-o", "out.pcap"], check=True)
    assert states("in.pcap") == dict.fromkeys(kinds, row(445, int(filled))), "the input is wrong"
    seen.append(states("out.pcap"))
for one in seen: print(one)
good = dict.fromkeys(kinds, row(139, 1))
assert seen == [good, dict(good, IPv6=row(139, 0)), good], "this has changed"
P
python3 look.py
