#!/bin/sh
# Which names are in tshark's table of hosts (-z hosts)?
#
# Guess before the run: those of all answers that tshark dissects, DNS and NetBIOS alike.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), one answer each of DNS (10.0.0.2), NetBIOS (10.0.0.4), mDNS (10.0.0.6) and
# LLMNR (10.0.0.7), and a file with a name of its own (Name Resolution Block, 10.0.0.9):
#
#   -z hosts -N d    DNS, mDNS, LLMNR, and the file's own
#   -z hosts -n      the file's own alone
#
# nbns.addr has the NetBIOS answer in both.
# Lesson: a name that is missing in the table may be in the recording. In a network whose servers are found by NetBIOS the table
# is empty; take -T fields -e nbns.name -e nbns.addr for it.
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
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
ticks = 1700000000 * 10**6
def packet(data, source, target):
    data = struct.pack(">HHHH", source, target, 8 + len(data), 0) + data
    data = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 3])) + data
    return block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data)) + data)
def answer(name, host, flags, kind=1, group=1, front=b""):
    data = front + bytes([10, 0, 0, host])
    return struct.pack(">6H", 1, flags, 0, 1, 0, 0) + name + struct.pack(">HHIH", kind, group, 60, len(data)) + data
netbios = b"\x20" + b"".join(bytes([65 + (one >> 4), 65 + (one & 15)]) for one in b"NAS".ljust(15) + b"\x20") + b"\0"
own = struct.pack("<HH", 1, 13) + bytes([10, 0, 0, 9]) + b"own.test\0" + bytes(3) + struct.pack("<HH", 0, 0)
with open("names.pcapng", "wb") as file:
    file.write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 101, 0, 0)) + block(4, own)
        + packet(answer(b"\2fs\3lab\4test\0", 2, 0x8180), 53, 40000) + packet(answer(netbios, 4, 0x8500, 32, front=b"\0\0"), 137, 137)
        + packet(answer(b"\7printer\5local\0", 6, 0x8400, group=0x8001), 5353, 5353) + packet(answer(b"\3wks\0", 7, 0x8000), 5355, 40001))
def tshark(*options):
    return subprocess.run(
        ["root/usr/bin/tshark", "-r", "names.pcapng", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
def hosts(option, *value):
    return sorted(line.split("\t")[1] for line in tshark("-q", option, *value, "-z", "hosts").splitlines() if line[:1].isdigit())
seen = hosts("-N", "d"), hosts("-n"), tshark("-n", "-Y", "nbns", "-T", "fields", "-e", "nbns.addr").split()
print(*seen, sep="\n")
assert seen == (["fs.lab.test", "own.test", "printer.local", "wks"], ["own.test"], ["10.0.0.4"]), "this has changed"
P
python3 look.py
