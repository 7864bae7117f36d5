#!/bin/sh
# Do tools see a connection whose packets a switch sent to the recorder in a tunnel (ERSPAN, VXLAN, TZSP)?
#
# Guess before the run: tshark each of them, scapy and tcpdump VXLAN and ERSPAN; tools for flows see the tunnel alone.
# Seen (Debian bookworm; scapy 2.8.0, Python 3.11), one connection to port 445:
#
#                              ERSPAN I      ERSPAN II     bridged GRE (0x6558)   VXLAN        TZSP
#   tshark 4.0.17-0+deb12u3    connection    connection    connection             connection   connection
#   tcpdump 4.99.3-1           -             -             connection             connection   -
#   scapy                      -             -             connection             connection   -
#   argus 3.0.8.2-2.2          tunnel        connection    connection             tunnel       tunnel
#   nfpcapd 1.7.1-2+deb12u1    no flow       no flow       both                   tunnel       tunnel
#   tcpflow 1.6.1-2+b1         -             -             -                      -            -
#   softflowd 1.1.0-1+b1       tunnel        tunnel        tunnel                 tunnel       tunnel
#
# Lesson: “no SMB in the file” may mean a mirrored recording. Look for GRE, and for UDP to 4789 and 37008, before another recording is
# asked for; tshark -Y 'tcp.port == 445' finds the connection in all five.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpflow=1.6.1-2+b1 argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 softflowd=1.1.0-1+b1 nfdump=1.7.1-2+deb12u1 \
  tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version \
  libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.all import TCP, rdpcap
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark",
                   PATH="root/usr/bin:root/usr/sbin:" + os.environ["PATH"])
def ip(source, target, protocol, payload):
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0) + bytes(source) + bytes(target) + payload
def frame(packet): return bytes.fromhex("525400000002525400000001") + b"\x08\0" + packet
def connection():
    places, ends = [1000, 5000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)]
    for who, flags, data in ((0, 2, b""), (1, 18, b""), (0, 16, b""), (0, 24, b"\0\0\0\x08\xfeSMBabcd"), (1, 24, b"\0\0\0\x08\xfeSMBefgh"),
                             (0, 16, b""), (0, 17, b""), (1, 17, b""), (0, 16, b"")):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        acknowledged = places[1 - who] if flags != 2 else 0
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], acknowledged, 0x50, flags, 8192, 0, 0) + data
        yield frame(ip(source, target, 6, tcp))
        places[who] += len(data) + (flags & 3 != 0)
OUTER = (192, 0, 2, 1), (192, 0, 2, 2)
def udp(port, payload): return frame(ip(*OUTER, 17, struct.pack(">HHHH", 40000, port, 8 + len(payload), 0) + payload))
TUNNELS = {
    "erspan1": lambda one: frame(ip(*OUTER, 47, bytes.fromhex("000088be") + one)),
    "erspan2": lambda one: frame(ip(*OUTER, 47, bytes.fromhex("100088be00000001") + bytes.fromhex("1005000100000000") + one)),
    "gre": lambda one: frame(ip(*OUTER, 47, bytes.fromhex("00006558") + one)),
    "vxlan": lambda one: udp(4789, bytes.fromhex("0800000000000500") + one),
    "tzsp": lambda one: udp(37008, bytes.fromhex("0100000101") + one)}
for name, wrap in TUNNELS.items():
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, one in enumerate(connection()):
            data = wrap(one)
            file.write(struct.pack("<IIII", 1700000000, number * 10000, len(data), len(data)) + data)
def run(command): return subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, timeout=60)
def found(inner, outer): return {(True, False): "connection", (False, True): "tunnel", (True, True): "both"}.get((inner, outer), "-")
def tshark(name): return found(len(run("tshark -r " + name + " -Y 'tcp.port == 445'").stdout.splitlines()) == 9, False)
def tcpdump(name): return found("10.0.0.2.445" in run("tcpdump -nn -r " + name).stdout, False)
def scapy(name): return found(all(TCP in one for one in rdpcap(name)), False)
def argus(name):
    flows = run("argus -r " + name + " -w - | ra -n -r - -s saddr sport daddr dport").stdout
    return found("10.0.0.2.445" in flows, "192.0.2.2" in flows)
def nfpcapd(name):
    run("mkdir flows-" + name + " && nfpcapd -r " + name + " -w flows-" + name)
    flows = run("nfdump -q -R flows-" + name + " -o fmt:%sap,%dap").stdout
    return found("10.0.0.2:445" in flows, "192.0.2.2" in flows)
def tcpflow(name):
    run("mkdir out-" + name + " && tcpflow -o out-" + name + " -r " + name)
    return found(any("00445" in one for one in os.listdir("out-" + name)), False)
def softflowd(name):
    done = run("softflowd -D -d -r " + name)
    return found("[10.0.0.2]:445" in done.stdout + done.stderr, "[192.0.2.2]" in done.stdout + done.stderr)
seen = {tool.__name__: [tool(name) for name in TUNNELS] for tool in (tshark, tcpdump, scapy, argus, nfpcapd, tcpflow, softflowd)}
for one in seen.items(): print(*one)
inner = "connection"
assert seen["tshark"] == [inner] * 5 and seen["tcpflow"] == ["-"] * 5 and seen["softflowd"] == ["tunnel"] * 5, "this has changed"
assert seen["tcpdump"] == seen["scapy"] == ["-", "-", inner, inner, "-"], "this has changed"
assert seen["argus"] == ["tunnel", inner, inner, "tunnel", "tunnel"], "argus has changed"
assert seen["nfpcapd"] == ["-", "-", "both", "tunnel", "tunnel"], "nfpcapd has changed"
P
v/bin/python look.py "$libraries"
