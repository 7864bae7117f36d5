#!/bin/sh
# In which second was the traffic, for rabins of argus, which sums up flows by time (rabins -M hard time 1s)?
#
# Guess before the run: in the one in which the packets came; a second without any has no line.
# Seen (argus-server 2:3.0.8.2-2.2, argus-client 1:3.0.8.2-6.1+b3 of Debian bookworm), a connection to port 445 of 22:13:20, nothing for
# four seconds, and 90 packets of the server from 22:13:24.00 on:
#
#                     argus -r FILE             argus -S 1 -r FILE
#   ra                one record of 4.88 s      two records
#   rabins, 22:13:20  19 packets                3
#   22:13:21          19                        -
#   22:13:22          18                        -
#   22:13:23          19                        -
#   22:13:24          18                        90
#
# argus writes a record of a flow each 5 s, and rabins divides its numbers evenly.
# Lesson: a server that was silent for four seconds looks busy, and a client that sent one packet of its own sends the second when the
# server sends. Bins must not be shorter than argus' interval; record with -S 1, or less.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 libpcap0.8 libsasl2-2 libwrap0 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C", TZ="UTC", HOME=os.getcwd())
places, ends = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)]
def packet(who, flags, data=b""):
    (source, sport), (target, dport) = ends[who], ends[1 - who]
    tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], places[1 - who] if flags != 2 else 0, 0x50, flags, 8192, 0, 0) + data
    places[who] += len(data) + (flags & 3 != 0)
    return bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
packets = [(10000, packet(0, 2)), (20000, packet(1, 18)), (30000, packet(0, 16))]
packets += [(4000000 + index * 10000, packet(1, 24, bytes(1000))) for index in range(90)]
with open("burst.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for time, data in packets: file.write(struct.pack("<IIII", 1700000000 + time // 10**6, time % 10**6, len(data), len(data)) + data)
def run(*command): return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=True).stdout
def bins(*options):
    if os.path.exists("flows"): os.remove("flows")
    run("root/usr/sbin/argus", *options, "-r", "burst.pcap", "-w", "flows")
    records = len(run("root/usr/bin/ra", "-n", "-r", "flows", "-s", "stime", "pkts").splitlines()) - 1
    rows = run("root/usr/bin/rabins", "-n", "-r", "flows", "-M", "hard", "time", "1s", "-s", "stime", "pkts").splitlines()[1:]
    return records, [(line.split()[0][:8], int(line.split()[1])) for line in rows]
seen = bins(), bins("-S", "1")
for each in seen: print(*each)
assert seen == (
    (1, [("22:13:20", 19), ("22:13:21", 19), ("22:13:22", 18), ("22:13:23", 19), ("22:13:24", 18)]),
    (2, [("22:13:20", 3), ("22:13:24", 90)])), "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
