#!/bin/sh
# Do small tools say so when they do not know the link type of a recording?
#
# Guess before the run: those with libpcap read each type, also 276 (SLL2), which today's tcpdump -i any writes.
# Seen (argus-server 2:3.0.8.2-2.2, argus-client 1:3.0.8.2-6.1+b3, ssldump 1.5-1, ngrep 1.47+ds1-5+b1, tcpflow 1.6.1-2+b1 and
# libtrace-tools 3.0.22-0.1 of Debian bookworm), one TCP connection with eight packets:
#
#                              1, 113     101 (raw IP)   228 (raw IPv4)                276 (SLL2)
#   argus                      a flow     a flow         nothing                       nothing
#   ssldump                    a flow     nothing        a flow                        nothing
#   ngrep                      a match    a match        “unsupported interface type”  “unsupported interface type”
#   tcpflow                    a flow     a flow         “unknown datalink type”       “unknown datalink type”
#   tracestats -f 'port 445'   8 packets  8 packets      0 packets, and “does not support this format” on standard error
#
# argus and ssldump say nothing, and end with exit status 0.
# Lesson: no flow is no proof that there was none. Look at the link type (capinfos -E) first; editcap -C 20 -L -T rawip makes raw IP
# (101) of 276, which all but ssldump read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 ssldump=1.5-1 ngrep=1.47+ds1-5+b1 tcpflow=1.6.1-2+b1 \
  libtrace-tools=3.0.22-0.1 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries"
cat > look.py <<'P'
import os, struct, subprocess
sequence = [0, 0]
def tcp(side, flags, data=b""):
    ports, seq, ack = ((50000, 445), *sequence) if side == 0 else ((445, 50000), *reversed(sequence))
    segment = struct.pack(">HHIIBBHHH", *ports, 100 + seq, 100 + ack if flags & 16 else 0, 0x50, flags, 8192, 0, 0) + data
    sequence[side] += len(data) + (1 if flags & 3 else 0)
    hosts = [bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])]
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 1, 0, 64, 6, 0, hosts[side], hosts[1 - side])
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack(">H", ~total & 0xFFFF) + head[12:] + segment
packets = [tcp(*one) for one in ((0, 2), (1, 18), (0, 16), (0, 24, b"hello"), (1, 16), (0, 17), (1, 17), (0, 16))]
mac = bytes.fromhex("020000000001 0000")
heads = {
    1: bytes.fromhex("020000000002 020000000001 0800"), 113: struct.pack(">HHH8sH", 0, 1, 6, mac, 0x0800), 101: b"", 228: b"",
    276: struct.pack(">HHIHBB8s", 0x0800, 0, 1, 1, 0, 6, mac)}
def run(command):
    path = "PATH=root/usr/bin:root/usr/sbin:$PATH; "
    return subprocess.run(path + command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
def look(kind):
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, kind))
        for number, packet in enumerate(packets):
            data = heads[kind] + packet
            file.write(struct.pack("<IIII", 1700000000 + number, 0, len(data), len(data)) + data)
    argus = run(
        "rm -f one.argus; argus -F /dev/null -r one.pcap -w one.argus > text 2>&1; status=$?; ra -F /dev/null -n -r one.argus -s saddr 2> error | grep -c 10.0.0.1; exit $status")
    ssldump = run("ssldump -n -r one.pcap")
    ngrep = run("ngrep -q -I one.pcap -n 1 port 445").stdout
    tcpflow = run("rm -rf flows; tcpflow -r one.pcap -o flows; ls flows").stdout
    counted = run("tracestats -f 'port 445' pcapfile:one.pcap").stdout
    return {
        "argus": (argus.returncode, int(argus.stdout.split()[-1]) > 0), "ssldump": (ssldump.returncode, "New TCP connection" in ssldump.stdout),
        "ngrep": "unsupported interface type" in ngrep, "tcpflow": ("unknown datalink type" in tcpflow, ".00445" in tcpflow),
        "tracestats": [line.split(":")[1].split()[0] for line in counted.splitlines() if "port 445:" in line]}
seen = {kind: look(kind) for kind in heads}
for one in seen.items(): print(*one)
known = {"argus": (0, True), "ssldump": (0, True), "ngrep": False, "tcpflow": (False, True), "tracestats": ["8"]}
unknown = {"argus": (0, False), "ssldump": (0, False), "ngrep": True, "tcpflow": (True, False), "tracestats": ["0"]}
wanted = {1: known, 113: known, 101: dict(known, ssldump=(0, False)), 228: dict(unknown, ssldump=(0, True)), 276: unknown}
assert seen == wanted, "this has changed"
P
python3 look.py
