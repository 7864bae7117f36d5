#!/bin/sh
# Does the filter “port 445” of tcpdump find each packet that tcpdump prints with port 445?
#
# Guess before the run: yes, or tcpdump refuses the filter, as it does for NFLOG. That VLAN, MPLS and PPPoE need their own words
# in a filter is documented.
# Seen (tcpdump 4.99.3-1 and libpcap0.8 1.10.3-1 of Debian bookworm), one packet to port 445 in each file:
#
#                                                              without a filter   port 445
#   Ethernet with type 0x0800                                  10.0.0.2.445       the packet
#   Ethernet with a length, LLC and SNAP                       10.0.0.2.445       nothing
#   PPP (9) with address and control, ff 03                    10.0.0.2.445       the packet
#   PPP without them, which the two sides may agree on         10.0.0.2.445       nothing
#   Frame Relay (107)                                          10.0.0.2.445       nothing
#   BSD loopback (0), the family in this machine's order       10.0.0.2.445       the packet
#   BSD loopback, the family in the other order                10.0.0.2.445       nothing
#   NFLOG (239)                                                10.0.0.2.445       “filtering not implemented”
#
# Where nothing comes, there is no word about it. The last loopback is what a copy of a big-endian system's file has:
# a tool that writes headers in its own order leaves the packets as they are.
# Lesson: “tcpdump finds no SMB in it” needs a look without a filter: tcpdump -n -r FILE | grep 445.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 libdbus-1-3 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, struct, subprocess, sys
tcp = struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, 0x18, 8192, 0, 0) + bytes(20)
ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + tcp
macs = bytes.fromhex("020000000002 020000000001")
snap = bytes.fromhex("aaaa03 000000 0800") + ip
nflog = struct.pack(">BBH", 2, 0, 0) + struct.pack("<HH", 8, 1) + struct.pack(">HBB", 0x0800, 3, 0) + struct.pack("<HH", 4 + len(ip), 9) + ip
rows = [
    ("Ethernet", 1, macs + b"\x08\0" + ip, True),
    ("Ethernet with SNAP", 1, macs + struct.pack(">H", len(snap)) + snap, False),
    ("PPP", 9, bytes.fromhex("ff030021") + ip, True),
    ("PPP without address and control", 9, bytes.fromhex("0021") + ip, False),
    ("Frame Relay", 107, bytes.fromhex("184103cc") + ip, False),
    ("loopback", 0, struct.pack("=I", 2) + ip, True),
    ("loopback, other order", 0, struct.pack("=I", 2)[::-1] + ip, False),
    ("NFLOG", 239, nflog, None)]
def run(*words):
    done = subprocess.run(
        ["root/usr/bin/tcpdump", "-Z", "root", "-nt", "-r", "one.pcap", *words], capture_output=True, text=True,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    if "filtering not implemented" in done.stderr: return None
    assert done.returncode == 0, done.stderr
    return "10.0.0.1.50000 > 10.0.0.2.445: Flags" in done.stdout
right = True
for name, link, frame, wanted in rows:
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link) + struct.pack("=IIII", 1700000000, 0, len(frame), len(frame)) + frame)
    seen = run(), run("port", "445")
    print(name, *seen)
    right = right and seen == (True, wanted)
assert right, "this has changed"
P
python3 look.py "$libraries"
