#!/bin/sh
# How much did a client send, for tools that count flows, when the recording was made on the client itself, whose card cuts large
# segments?
#
# Guess before the run: such a segment has the length 0 in its IPv4 header. tcpflow, tcptrace, ngrep and softflowd lose it; argus counts
# no bytes for it; ndpiReader takes the length of the frame.
# Seen (Debian bookworm), one connection to port 445 with three requests of 4000 bytes, the same with the right lengths and with 0:
#
#                              right        0
#   tcpflow 1.6.1-2+b1         12000 bytes  no file for this direction, no word
#   tcptrace 6.6.7-6+b1        12000 bytes  0 bytes
#   argus 3.0.8.2-2.2          one flow     the three are a flow of their own, between two MAC addresses
#   ndpiReader 4.2-2           13 packets   10 packets, no word about three
#   nfpcapd 1.7.1-2+deb12u1    12280 bytes  160 bytes, in 7 packets
#   softflowd 1.1.0-1+b1       12280 bytes  12280 bytes
#   ngrep 1.47+ds1-5+b1        3 requests   3 requests
#
# Lesson: “the client sent nothing” may be the card's work. Record on the server or at a switch when bytes are to be counted, or switch
# the offload off; a reader takes the rest of the frame for a length of 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpflow=1.6.1-2+b1 libndpi-bin=4.2-2 libndpi4.2=4.2-2 argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 \
  ngrep=1.47+ds1-5+b1 softflowd=1.1.0-1+b1 nfdump=1.7.1-2+deb12u1 tcptrace=6.6.7-6+b1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PATH=os.path.abspath("root/usr/bin") + ":" + os.path.abspath("root/usr/sbin")
                   + ":" + os.environ["PATH"])
def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16: total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF
ends, request = [(bytes([10, 0, 0, 1]), 50000), (bytes([10, 0, 0, 2]), 445)], b"\0\0\x0f\x9c\xfeSMB" + bytes(3992)
def connection(large):
    # Packets of a connection; the large ones have the length that is given, or their own.
    places = [1000, 5000]
    for side, flags, data in ((0, 2, b""), (1, 18, b""), (0, 16, b""), *[(0, 24, request), (1, 24, b"\0\0\0\x08answered")] * 3,
                              (0, 17, b""), (1, 17, b""), (0, 16, b""), (1, 16, b"")):
        (source, source_port), (target, target_port) = ends[side], ends[1 - side]
        tcp = struct.pack(">HHIIBBHHH", source_port, target_port, places[side], places[1 - side] if flags & 16 else 0, 80, flags, 64000, 0, 0)
        tcp += data
        sealed = checksum(source + target + struct.pack(">HH", 6, len(tcp)) + tcp)
        tcp = tcp[:16] + struct.pack(">H", sealed) + tcp[18:]
        length = large if len(data) > 1000 and large is not None else 20 + len(tcp)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, length, 1, 0x4000, 64, 6, 0) + source + target
        ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
        yield bytes.fromhex("020000000002" "020000000001" "0800") + ip + tcp
        places[side] += len(data) + (1 if flags & 3 else 0)
for name, large in (("right", None), ("zero", 0)):
    packets = list(connection(large))
    assert len(packets) == 13
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, packet in enumerate(packets):
            file.write(struct.pack("<IIII", 1700000000 + number // 10, number % 10 * 100000, len(packet), len(packet)) + packet)
def run(command):
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, timeout=60)
    return done.stdout + done.stderr
def tcpflow(name):
    run("mkdir out-%s && tcpflow -o out-%s -r %s" % (name, name, name))
    path = "out-%s/010.000.000.001.50000-010.000.000.002.00445" % name
    return os.path.getsize(path) if os.path.exists(path) else None
def tcptrace(name): return [int(one) for one in re.findall(r"actual data bytes: +(\d+)", run("tcptrace -l -n " + name))][0]
def argus(name):
    flows = run("argus -r " + name + " -w - | ra -n -r - -s saddr spkts")
    return sorted(re.findall(r"^ *(10\.0\.0\.1|02:00:00:00:00:0\d)\S* +(\d+)", flows, re.M))
def ndpi(name): return re.findall(r"SMBv23 +packets: (\d+)", run("ndpiReader -i " + name))
def nfpcapd(name):
    run("mkdir flows-%s && nfpcapd -r %s -w flows-%s" % (name, name, name))
    return re.findall(r"10\.0\.0\.1 +(\d+) +(\d+)", run("nfdump -q -R flows-" + name + " -o fmt:'%sa %pkt %byt'"))
def softflowd(name): return re.findall(r"EXPIRED: .*octets>:(\d+) packets>:(\d+)", run("softflowd -D -d -r " + name))
def ngrep(name): return run("ngrep -q -I " + name + " SMB").count("T 10.0.0.1")
seen = {tool.__name__: (tool("right"), tool("zero")) for tool in (tcpflow, tcptrace, argus, ndpi, nfpcapd, softflowd, ngrep)}
for row in seen.items(): print(*row)
assert seen == {
    "tcpflow": (12000, None), "tcptrace": (12000, 0), "argus": ([("10.0.0.1", "7")], [("02:00:00:00:00:01", "3"), ("10.0.0.1", "4")]),
    "ndpi": (["13"], ["10"]), "nfpcapd": ([("7", "12280")], [("7", "160")]), "softflowd": ([("12280", "7")],) * 2,
    "ngrep": (3, 3)}, "this has changed"
P
python3 look.py "$libraries"
