#!/bin/sh
# How long did a request take that the server first answered with STATUS_PENDING, and how often does tshark count it?
#
# Guess before the run: smb2.time is in the last answer alone, so a column or statistics of it have each request once.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), a CREATE of 2 s with STATUS_PENDING after 0.1 s, and one of 4 ms:
#
#   smb2.time                              0.1 s with STATUS_PENDING, 2 s with the last answer; 4 ms
#   -z io,stat,0,COUNT(smb2.time)…         3, for two requests
#   -z io,stat,0,AVG(smb2.time)…           0.701 s, where two requests of 2 s and 4 ms have 1.002 s
#   -z smb2,srt                            2 calls, and 1.002 s: without the interim answers
#
# Lesson: a server that is slow looks faster in graphs of smb2.time, the more so the more answers it puts off. Leave interim answers
# out (smb2.nt_status != 0x103), or take the numbers of -z smb2,srt.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=4.0.17-0+deb12u3 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 libwiretap13=4.0.17-0+deb12u3 \
  libwsutil14=4.0.17-0+deb12u3 libwireshark-data=4.0.17-0+deb12u3 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", TZ="UTC", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
def message(number, body, flags=0, status=0):
    header = struct.pack("<HHIHHIIQ", 64, 1, status, 5, 1, flags, 0, number) + (struct.pack("<Q", 7) if flags & 2 else struct.pack("<II", 0, 1))
    data = b"\xfeSMB" + header + struct.pack("<Q", 1) + bytes(16) + body
    return struct.pack(">I", len(data)) + data
def create(name): return struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x120089, 0, 7, 1, 0, 120, len(name), 0, 0) + name
CREATED = struct.pack("<HBBIQQQQQQII", 89, 0, 0, 1, 0, 0, 0, 0, 0, 0, 32, 0) + bytes(range(16)) + bytes(8)
ERROR = struct.pack("<HBBI", 9, 0, 0, 0) + b"\0"
sequences = {50000: 1, 445: 1}
def packet(source, data):
    other = 50445 - source
    tcp = struct.pack(">HHIIBBHHH", source, other, sequences[source], sequences[other], 0x50, 24, 8192, 0, 0) + data
    sequences[source] += len(data)
    ends = (bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2)))
    ends = ends if source == 50000 else ends[::-1]
    return bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + ends[0] + ends[1] + tcp
packets = [
    (0, packet(50000, message(1, create("a".encode("utf-16-le"))))), (100, packet(445, message(1, ERROR, 3, 0x103))),
    (2000, packet(445, message(1, CREATED, 3))), (3000, packet(50000, message(2, create("b".encode("utf-16-le"))))),
    (3004, packet(445, message(2, CREATED, 1)))]
with open("slow.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for time, data in packets: file.write(struct.pack("<IIII", 1700000000 + time // 1000, time % 1000 * 1000, len(data), len(data)) + data)
def tshark(*words):
    return subprocess.run(["root/usr/bin/tshark", "-r", "slow.pcap", *words], capture_output=True, text=True, env=environment, check=True).stdout
times = [line.split("\t") for line in tshark("-Y", "smb2.time", "-T", "fields", "-e", "frame.number", "-e", "smb2.time").splitlines()]
def statistics(query=""):
    table = tshark("-q", "-z", f"io,stat,0,COUNT(smb2.time)smb2.time{query},AVG(smb2.time)smb2.time{query}")
    return re.search(r"<> +\S+ *\| *([\d.]+) \| *([\d.]+) \|", table).groups()
calls = re.search(r"Create +(\d+) +\S+ +\S+ +(\S+)", tshark("-q", "-z", "smb2,srt")).groups()
seen = times, statistics(), statistics(" && smb2.nt_status != 0x103"), calls
for each in seen: print(each)
assert seen == (
    [["2", "0.100000000"], ["3", "2.000000000"], ["5", "0.004000000"]], ("3", "0.701333"), ("2", "1.002000"), ("2", "1.002000")), "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
