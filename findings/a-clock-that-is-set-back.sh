#!/bin/sh
# How long does a connection take for tools when the recorder's clock is set back by 10 s in the middle of it?
#
# Guess before the run: one connection for each; tshark has the whole span (9.9 s), argus less than a second; softflowd an end in front of
# the start; tcptrace a negative time.
# Seen (Debian bookworm), one connection with 18 packets, 0.1 s between two; the clock goes back behind the ninth:
#
#   tshark 4.0.17-0+deb12u3     9.9 s, which begins at -9.1 s
#   argus 3.0.8.2-2.2           8.4 s
#   ndpiReader 4.2-2            0.8 s, the part in front of the jump
#   softflowd 1.1.0-1+b1        it ends 8.3 s before it starts
#   nfpcapd 1.7.1-2+deb12u1     18446744073709544 s in each direction
#   tcptrace 6.6.7-6+b1         0 s
#
# In truth it took 1.7 s.
# Lesson: a host whose clock was wrong until NTP put it right is just the one with Kerberos trouble. Look for a packet that is older than
# the one before it (capinfos -o) before any duration is believed.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 softflowd=1.1.0-1+b1 nfdump=1.7.1-2+deb12u1 tcptrace=6.6.7-6+b1 \
  libndpi-bin=4.2-2 libndpi4.2=4.2-2 tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version \
  libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark", TZ="UTC",
                   PATH="root/usr/bin:root/usr/sbin:" + os.environ["PATH"])
def frames():
    places, ends = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)]
    steps = [(0, 2, b""), (1, 18, b""), (0, 16, b"")]
    for _ in range(6): steps += [(0, 24, b"\0\0\0\x2e\xfeSMB" + b"x" * 42), (1, 16, b"")]
    for who, flags, data in steps + [(0, 17, b""), (1, 17, b""), (0, 16, b"")]:
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        acknowledged = places[1 - who] if flags != 2 else 0
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], acknowledged, 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
        yield bytes.fromhex("525400000002525400000001") + b"\x08\0" + ip
        places[who] += len(data) + (flags & 3 != 0)
with open("back.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, frame in enumerate(frames()):
        tenths = 1000 + number - (100 if number >= 9 else 0)
        file.write(struct.pack("<IIII", 1700000000 + tenths // 10, tenths % 10 * 100000, len(frame), len(frame)) + frame)
def run(command):
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, timeout=60)
    return done.stdout + done.stderr
def tshark(): return re.search(r"50000 .* (-?[\d.]+) +([\d.]+)\n", run("tshark -r back.pcap -q -z conv,tcp")).groups()
def argus(): return [float(one) for one in re.findall(r"^ +([\d.]+) .*50000", run("argus -r back.pcap -w - | ra -n -r - -s dur saddr sport daddr dport"), re.M)]
def ndpi(): return re.search(r"10\.0\.0\.1:50000.*?\[([\d.]+ sec)\]", run("ndpiReader -i back.pcap -v 2"))[1]
def softflowd(): return re.search(r"start:\S*T(\S+) finish:\S*T(\S+)", run("softflowd -D -d -r back.pcap")).groups()
def nfpcapd():
    run("mkdir flows && nfpcapd -r back.pcap -w flows")
    return sorted(line.split(",")[2] for line in run("nfdump -q -R flows -o csv").splitlines() if line.strip())
def tcptrace():
    return re.findall(r"\telapsed time: +(\S+)", run("tcptrace -n -l back.pcap"))
seen = {tool.__name__: tool() for tool in (tshark, argus, ndpi, softflowd, nfpcapd, tcptrace)}
for one in seen.items(): print(*one)
assert seen["tshark"] == ("-9.100000000", "9.9000"), "tshark has changed"
assert seen["argus"] == [8.4], "argus has changed"
assert seen["ndpi"] == "0.80 sec", "ndpiReader has changed"
assert seen["softflowd"] == ("22:15:00.000", "22:14:51.700"), "softflowd has changed"
assert seen["nfpcapd"] == ["18446744073709544.000"] * 2, "nfpcapd has changed"
assert seen["tcptrace"] == ["0:00:00.000000"], "tcptrace has changed"
P
python3 look.py "$libraries"
