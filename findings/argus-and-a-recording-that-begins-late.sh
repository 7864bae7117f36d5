#!/bin/sh
# Which side does argus take for the client when a recording begins in the middle of a connection?
#
# Guess before the run: the one with the high port; 445 is well known. softflowd, which has no direction, makes two flows.
# Seen (argus-server 2:3.0.8.2-2.2, argus-client 1:3.0.8.2-6.1+b3, softflowd 1.1.0-1+b1 of Debian bookworm), one connection from
# 10.0.0.1:50000 to 10.0.0.2:445, and what is left of it:
#
#   first packet of the recording   argus, source > target         softflowd
#   the client's SYN                10.0.0.1 -> 10.0.0.2           one flow
#   the server's SYN with ACK       10.0.0.1 -> 10.0.0.2           one flow
#   a request of the client         10.0.0.1 <?> 10.0.0.2          one flow
#   an answer of the server         10.0.0.2 <?> 10.0.0.1          one flow
#
# Lesson: “<?>” in argus is no direction: the source is who spoke first in the recording. A list of sources, made of a ring of
# files, counts each server whose answer came first after a change of files.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 softflowd=1.1.0-1+b1 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries"
cat > look.py <<'P'
import os, re, struct, subprocess
def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)
def packet(side, flags, seq, ack, data=b""):
    ports = (50000, 445) if side == 0 else (445, 50000)
    segment = struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, flags, 8192, 0, 0) + data
    hosts = [bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])]
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 1, 0, 64, 6, 0, hosts[side], hosts[1 - side])
    return bytes.fromhex("020000000002 020000000001 0800") + head[:10] + checksum(head) + head[12:] + segment
packets = [
    packet(0, 2, 100, 0), packet(1, 18, 500, 101), packet(0, 16, 101, 501), packet(0, 24, 101, 501, b"a" * 10),
    packet(1, 24, 501, 111, b"b" * 20), packet(0, 17, 111, 521), packet(1, 17, 521, 112), packet(0, 16, 112, 522)]
def run(command):
    path = "PATH=root/usr/bin:root/usr/sbin:$PATH; "
    return subprocess.run(path + command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
def look(begin):
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, data in enumerate(packets[begin:]):
            file.write(struct.pack("<IIII", 1700000000, 1000 * number, len(data), len(data)) + data)
    lines = run("rm -f one.argus; argus -F /dev/null -r one.pcap -w one.argus; ra -F /dev/null -n -r one.argus -s saddr dir daddr")
    found = re.search(r"(10\.0\.0\.\d)\S*\s+(\S+)\s+(10\.0\.0\.\d)", lines)
    return " ".join(found.groups()), run("softflowd -D -r one.pcap").count("ADD FLOW")
seen = [look(begin) for begin in (0, 1, 3, 4)]
print(*seen, sep="\n")
assert seen == [
    ("10.0.0.1 -> 10.0.0.2", 1), ("10.0.0.1 -> 10.0.0.2", 1), ("10.0.0.1 <?> 10.0.0.2", 1), ("10.0.0.2 <?> 10.0.0.1", 1)], "this has changed"
P
python3 look.py
