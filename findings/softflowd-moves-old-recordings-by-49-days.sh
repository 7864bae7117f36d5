#!/bin/sh
# Are the times right of a recording of last year that softflowd replays to a collector of NetFlow?
#
# Guess before the run: yes; softflowd -r takes them from the packets.
# Seen (softflowd 1.1.0-1+b1, nfdump with nfcapd 1.7.1-2+deb12u1 of Debian bookworm), one connection of November 2023, 0.6 s long,
# replayed in November 2026:
#
#   NetFlow 5    2026-11-12 13:14:40 to 13:14:41        22 times 49.7 days late
#   NetFlow 9    2027-01-01 06:17:27 to 06:17:27        23 times 49.7 days late, in the future
#   IPFIX        2027-01-01 06:17:28 to 06:17:27        the same, and its end may come before its start
#   softflowd's own table says 0.61 s, and each collector gets the right numbers of packets and bytes.
#
# Start and end are sent as counts of milliseconds in 32 bits, which last for 49.7 days.
# Lesson: for recordings older than that take nfpcapd, which reads the file itself. A flow of the future is a sign of such a replay.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install softflowd=1.1.0-1+b1 nfdump=1.7.1-2+deb12u1 libbsd0 librrd8 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" TZ=UTC
cat > look.py <<'P'
import calendar, json, os, socket, struct, subprocess, time
second = 1700000000
assert time.time() - second > 60 * 86400
def segment(back, flags, sequence, acknowledged):
    source, target = bytes([10, 0, 0, 2 if back else 1]), bytes([10, 0, 0, 1 if back else 2])
    ports = (445, 50000) if back else (50000, 445)
    data = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 65535, 0, 0)
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0x4000, 64, 6, 0, source, target) + data
parts = [(0, 0, 2, 100, 0), (1, 1, 0x12, 200, 101), (2, 0, 0x10, 101, 201), (600, 0, 0x11, 101, 201), (601, 1, 0x11, 201, 102), (605, 0, 0x10, 102, 202)]
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
    for milli, back, flags, sequence, acknowledged in parts:
        data = segment(back, flags, sequence, acknowledged)
        file.write(struct.pack("<IIII", second, milli * 1000, len(data), len(data)) + data)
turn = 2**32 / 1000
def replay(version):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    place = "flows" + version
    os.mkdir(place)
    collector = subprocess.Popen(["root/usr/bin/nfcapd", "-l", os.path.abspath(place), "-p", port, "-b", "127.0.0.1", "-t", "3600"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    subprocess.run(["root/usr/sbin/softflowd", "-d", "-r", "one.pcap", "-v", version, "-n", "127.0.0.1:" + port], capture_output=True, timeout=60)
    time.sleep(2)
    collector.terminate()
    collector.wait(20)
    flows = []
    for name in os.listdir(place):
        text = subprocess.run(["root/usr/bin/nfdump", "-q", "-r", place + "/" + name, "-o", "json"], capture_output=True, text=True).stdout
        while text.strip():
            one, end = json.JSONDecoder().raw_decode(text.strip())
            text = text.strip()[end:].lstrip(",")
            flows += one if isinstance(one, list) else [one]
    return flows
for version in "5", "9", "10":
    flows = replay(version)
    assert sorted(one["in_packets"] for one in flows) == [2, 4], "this has changed"
    for one in flows:
        stamp = [calendar.timegm(time.strptime(one[key][:19], "%Y-%m-%dT%H:%M:%S")) + float(one[key][19:]) for key in ("first", "last")]
        turns = [(moment - second) / turn for moment in stamp]
        print(version, one["first"], one["last"], *(round(each, 4) for each in turns))
        assert all(round(each) >= 1 and abs(each - round(each)) * turn < 3 for each in turns), "this has changed"
P
python3 look.py
