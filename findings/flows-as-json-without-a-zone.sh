#!/bin/sh
# Which zone have the times in the output that tools make for programs, on a host in Tokyo?
#
# Guess before the run: nfdump's JSON in UTC with a Z; pmacct's and argus' with a zone; CSV in local time without one.
# Seen (Debian bookworm), one connection at 22:13:20 UTC on 2023-11-14, TZ=Asia/Tokyo:
#
#   nfdump 1.7.1-2+deb12u1, JSON and CSV     2023-11-15T07:13:20.000, 2023-11-15 07:13:20: local, without a zone
#   nfpcapd of the same, the file's name     nfcapd.202311150710: local
#   pmacctd 1.7.7-1+b1, JSON                 2023-11-15 07:13:20.000000: local, without a zone
#   argus 3.0.8.2-2.2, XML                   2023-11-15T07:13:20.000000: local, without a zone
#   capinfos 4.0.17-0+deb12u3, table         2023-11-15 07:13:20.000000: local, without a zone
#   tshark of the same, -T ek                1700000000000 and 2023-11-14T22:13:20.000000000Z
#   tcpflow 1.6.1-2+b1, XML                  2023-11-14T22:13:20Z
#
# Lesson: when two of these tools are nine hours apart, or one in the hour that comes twice in autumn, it is not the clock. Run all of them
# with TZ=UTC, and write the zone into each output.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nfdump=1.7.1-2+deb12u1 pmacct=1.7.7-1+b1 argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 tcpflow=1.6.1-2+b1 \
  tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version tzdata >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark", TZ="Asia/Tokyo", TZDIR="root/usr/share/zoneinfo",
                   PATH="root/usr/bin:root/usr/sbin:" + os.environ["PATH"])
def frames():
    places, ends = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)]
    for who, flags, data in ((0, 2, b""), (1, 18, b""), (0, 16, b""), (0, 24, b"\0\0\0\x08\xfeSMBabcd"), (1, 24, b"\0\0\0\x08\xfeSMBefgh"), (0, 16, b""),
                             (0, 17, b""), (1, 17, b""), (0, 16, b"")):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        acknowledged = places[1 - who] if flags != 2 else 0
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], acknowledged, 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
        yield bytes.fromhex("525400000002525400000001") + b"\x08\0" + ip
        places[who] += len(data) + (flags & 3 != 0)
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, one in enumerate(frames()): file.write(struct.pack("<IIII", 1700000000, number * 1000, len(one), len(one)) + one)
def run(command): return subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, timeout=90).stdout
def first(pattern, text):
    found = re.search(pattern, text)
    return found[1] if found else text[:200]
run("mkdir flows out; nfpcapd -r one.pcap -w flows; tcpflow -r one.pcap -o out")
seen = {
    "nfdump JSON": first(r'"first" : "([^"]*)"', run("nfdump -q -R flows -o json")), "nfdump CSV": first(r"^([^,]*),", run("nfdump -q -R flows -o csv")),
    "nfpcapd": next(name for name in os.listdir("flows") if name.startswith("nfcapd")),
    "pmacct": first(r'"timestamp_start": "([^"]*)"', run("pmacctd -I one.pcap -P print -O json -c src_host,timestamp_start -r 60")),
    "argus": first(r'StartTime *= *"([^"]*)"', run("argus -r one.pcap -w - | ra -M xml -n -r - - tcp")),
    "capinfos": first(r",(\S+ \S+)", run("capinfos -T -m -a -r one.pcap")),
    "tshark number": first(r'"timestamp":"(\d+)"', run("tshark -r one.pcap -T ek -c 1")),
    "tshark text": first(r'"frame_frame_time": *"([^"]*)"', run("tshark -r one.pcap -T ek -c 1"))}
with open("out/report.xml") as file: seen["tcpflow"] = first(r"startime='([^']*)'", file.read())
for one in seen.items(): print(*one)
assert seen == {
    "nfdump JSON": "2023-11-15T07:13:20.000", "nfdump CSV": "2023-11-15 07:13:20", "nfpcapd": "nfcapd.202311150710",
    "pmacct": "2023-11-15 07:13:20.000000", "argus": "2023-11-15T07:13:20.000000", "capinfos": "2023-11-15 07:13:20.000000",
    "tshark number": "1700000000000", "tshark text": "2023-11-14T22:13:20.000000000Z", "tcpflow": "2023-11-14T22:13:20Z"}, "this has changed"
P
python3 look.py "$libraries"
