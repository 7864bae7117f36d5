#!/bin/sh
# Does nfpcapd read a recording of OpenBSD's loopback (LINKTYPE_LOOP, 108)?
#
# Guess before the run: yes, or it says that it does not know the link type, as it does for Linux cooked v2.
# Seen (nfdump 1.7.1-2+deb12u1 of Debian bookworm), nine packets of one TCP connection with 4 bytes of link header: it looks
# for the IP header in a wrong place, calls seven packets too short and none unknown. nfdump then lists two flows between IPv6
# addresses that are in no packet, and none with the right addresses or port 445:
#
#   1:1bd:c350:0:1389:0:3f5:5018   2000:86c5::8:fe53:4d42:6566
#   2:c350:1bd:0:3e9:0:1389:5018   2000:8ed9::8:fe53:4d42:6162
#
# They are pieces of the TCP headers and of the data. The same packets as LINKTYPE_NULL (0) are right.
# Lesson: flows between addresses that look random, in a file that nfpcapd made, are no scan. See what link type it read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nfdump=1.7.1-2+deb12u1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.all import IP, TCP
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PATH="root/usr/bin:" + os.environ["PATH"])
def connection():
    places, ends = [1000, 5000], [("10.0.0.1", 50000), ("10.0.0.2", 445)]
    for who, flags, data in ((0, "S", b""), (1, "SA", b""), (0, "A", b""), (0, "PA", b"\0\0\0\x08\xfeSMBabcd"),
                             (1, "PA", b"\0\0\0\x08\xfeSMBefgh"), (0, "A", b""), (0, "FA", b""), (1, "FA", b""), (0, "A", b"")):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        tcp = TCP(sport=sport, dport=dport, flags=flags, seq=places[who], ack=places[1 - who] if flags != "S" else 0)
        yield bytes(IP(src=source, dst=target) / tcp / data)
        places[who] += len(data) + ("S" in flags or "F" in flags)
def write(path, link, family):
    # The family is in the byte order of the machine in LINKTYPE_NULL, and in network order in LINKTYPE_LOOP.
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        for number, packet in enumerate(connection()):
            file.write(struct.pack("<IIII", 1700000000, number * 1000, len(packet) + 4, len(packet) + 4) + family + packet)
def run(command): return subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, timeout=60)
def look(path):
    done = run("mkdir flows-" + path + " && nfpcapd -r " + path + " -w flows-" + path)
    flows = run("nfdump -q -6 -R flows-" + path + ' -o "fmt:%sa %da %dp"').stdout.split("\n")
    flows = [line.split() for line in flows if line.strip()]
    return "short caplen: " + ("7" if path == "loop" else "0") + ", unknown: 0" in done.stdout + done.stderr, flows
write("null", 0, struct.pack("<I", 2))
write("loop", 108, struct.pack(">I", 2))
(_, right), (processed, wrong) = look("null"), look("loop")
print(right, len(wrong), wrong[:2])
assert sorted(right) == [["10.0.0.1", "10.0.0.2", "445"], ["10.0.0.2", "10.0.0.1", "50000"]], "this has changed"
assert processed and len(wrong) == 2, "this has changed"
assert all(":" in source and ":" in target for source, target, _ in wrong), "this has changed"
P
v/bin/python look.py "$libraries"
