#!/bin/sh
# What does nfdump, without options, show of the flows that its own nfpcapd made of a recording?
#
# Guess before the run: a line for each direction with its start, its length, and the numbers of packets and bytes, as its manual has it for
# the format “line”, the default.
# Seen (nfdump 1.7.1-2+deb12u1 of Debian bookworm), a connection to port 445 of 22:13:20 UTC:
#
#   nfdump -r FILE           1970-01-01 00:00:00.000 INVALID  Ignore TCP 10.0.0.1:50000 -> 10.0.0.2:445 0.0.0.0:0 -> 0.0.0.0:0 272 0
#   nfdump -r FILE -o line   2023-11-14 22:13:20.010 00:00:00.070 TCP 10.0.0.1:50000 -> 10.0.0.2:445 5 272 1
#   nfdump -r FILE -b, -s    the right times, without -o
#   the summary below        the right times, in each case
#
# Debian's build knows the events of firewalls (NSEL), and takes their format for all files.
# Lesson: neither the flow nor the file is broken, and the clock of the exporter is right. Say -o line.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nfdump=1.7.1-2+deb12u1 libpcap0.8 librrd8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C", TZ="UTC")
def connection():
    places, ends, out = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)], []
    for number, (who, flags, data) in enumerate((
            (0, 2, b""), (1, 18, b""), (0, 16, b""), (0, 24, b"\0\0\0\x44" + bytes(68)), (1, 24, b"\0\0\0\x44" + bytes(68)), (0, 17, b""), (1, 17, b""),
            (0, 16, b"")), 1):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], places[1 - who] if flags != 2 else 0, 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), number, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
        out.append((number * 10000, bytes(12) + b"\x08\0" + ip))
        places[who] += len(data) + (flags & 3 != 0)
    return out
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for time, packet in connection(): file.write(struct.pack("<IIII", 1700000000, time, len(packet), len(packet)) + packet)
os.mkdir("flows")
def run(program, *arguments):
    return subprocess.run(["root/usr/bin/" + program, *arguments], capture_output=True, text=True, env=environment, timeout=60).stdout
run("nfpcapd", "-r", "one.pcap", "-w", "flows")
def lines(*options): return [" ".join(line.split()) for line in run("nfdump", "-R", "flows", *options).splitlines()]
seen = lines()[1], lines("-o", "line")[1], lines("-b")[1], [line for line in lines() if line.startswith("Time window")]
for each in seen: print(each)
start = "2023-11-14 22:13:20.010 00:00:00.070 TCP 10.0.0.1:50000"
assert seen[0] == "1970-01-01 00:00:00.000 INVALID Ignore TCP 10.0.0.1:50000 -> 10.0.0.2:445 0.0.0.0:0 -> 0.0.0.0:0 272 0", "this has changed"
assert seen[1] == start + " -> 10.0.0.2:445 5 272 1" and seen[2].startswith(start), "this has changed"
assert seen[3] == ["Time window: 2023-11-14 22:13:20 - 2023-11-14 22:13:20"], "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
