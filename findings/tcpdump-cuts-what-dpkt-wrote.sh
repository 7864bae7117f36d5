#!/bin/sh
# Are long packets whole in tcpdump when dpkt or scapy wrote the file?
#
# Guess before the run: yes. The snapshot length in the file's header is a hint, each packet says how long it is, and dpkt writes
# 65535 there.
# Seen (dpkt 1.9.8, scapy 2.8.0, Python 3.11; tcpdump 4.99.3-1 with libpcap0.8 1.10.3-1, tshark 4.0.17-0+deb12u3 of Debian
# bookworm), a packet of 5,054 bytes, and one of 70,000, as network cards hand them over when they put segments together:
#
#                       limit in the header   bytes in tshark   bytes in tcpdump
#   dpkt, pcap          1500                  5054              1500
#   dpkt, pcapng        1500                  5054              none; “bigger than snaplen of 1500”
#   scapy, 70,000       65535                 70000             65535
#
# All programs with libpcap read so. A copy by tcpdump -w has the short packets, and nothing tells that bytes went.
# Lesson: with dpkt, give snaplen=262144 to Writer. When SMB messages end early in one program alone, compare the header's limit
# (capinfos -l) with the longest packet.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 tshark=$version wireshark-common=$version libwireshark16=$version \
  libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install dpkt==1.9.8 scapy==2.8.0
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
import dpkt
from scapy.all import Ether, Raw, wrpcap
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")
def run(*command): return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
packet = bytes(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02", type=0x88B5) / Raw(b"x" * 5040))
for name, writer in ("dpkt.pcap", dpkt.pcap.Writer), ("dpkt.pcapng", dpkt.pcapng.Writer):
    with open(name, "wb") as file: writer(file).writepkt(packet, 1700000000.5)
wrpcap("scapy.pcap", [Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02", type=0x88B5) / Raw(b"x" * 69986)])
def whole(name):
    return run("root/usr/bin/tshark", "-nr", name, "-T", "fields", "-e", "frame.cap_len").stdout.strip()
seen = {}
for name in "dpkt.pcap", "dpkt.pcapng", "scapy.pcap":
    with open(name, "rb") as file: data = file.read()
    limit = struct.unpack_from("<I", data, 16 if name.endswith("pcap") else data.index(struct.pack("<I", 1), 24) + 12)[0]
    copied = run("root/usr/bin/tcpdump", "-nr", name, "-w", "copy.pcap")
    seen[name] = limit, whole(name), whole("copy.pcap"), "bigger than snaplen of 1500" in copied.stderr
for one in seen.items(): print(*one)
assert seen == {
    "dpkt.pcap": (1500, "5054", "1500", False), "dpkt.pcapng": (1500, "5054", "", True),
    "scapy.pcap": (65535, "70000", "65535", False)}, "this has changed"
P
v/bin/python look.py "$libraries"
