#!/bin/sh
# Do tools for flows see two connections when a client takes the same port again two seconds later?
#
# Guess before the run: yes, but argus and softflowd, which go by the addresses and ports alone. Nothing was guessed about tcpflow.
# Seen (tcptrace 6.6.7-6+b1, argus 3.0.8.2-2.2, softflowd 1.1.0-1+b1, tcpflow 1.6.1-2+b1, tshark 4.0.17-0+deb12u3 of Debian
# bookworm), 8 bytes in each direction of each connection, other sequence numbers in the second; the first ends by
#
#               FIN             RST                                         nothing (its end was not recorded)
#   tshark      2 connections   2                                           2
#   tcptrace    2               2                                           1
#   argus       1 flow          2                                           1
#   softflowd   1 flow          1                                           1
#   tcpflow     4 × 8 bytes     2 × 8 bytes, and one file of 6,995,008      files of 899,008 and 6,995,008 bytes
#
# tcpflow puts the server's second answer behind the first, as far away as the sequence numbers are, and fills up with zeros.
# Lesson: a file of zeros, or much more data than the recording is long, comes from a port that was used again. Clients behind NAT,
# and such as bind to one port, do so.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcptrace=6.6.7-6+b1 argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 softflowd=1.1.0-1+b1 tcpflow=1.6.1-2+b1 \
  tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
CLIENT, SERVER = (bytes([10, 0, 0, 1]), 50000), (bytes([10, 0, 0, 2]), 445)
def sum16(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
def frame(source, target, flags, number, answer, data=b""):
    tcp = lambda check: struct.pack(">HHIIBBHHH", source[1], target[1], number, answer, 0x50, flags, 65535, check, 0) + data
    checked = tcp(sum16(source[0] + target[0] + struct.pack(">BBH", 0, 6, 20 + len(data)) + tcp(0)))
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(checked), 0, 0x4000, 64, 6, 0, source[0], target[0])
    head = head[:10] + struct.pack(">H", sum16(head)) + head[12:]
    return bytes.fromhex("020000000002 020000000001 0800") + head + checked
def connection(start, client, server, end):
    data = b"\0\0\0\4abcd"
    frames = [
        frame(CLIENT, SERVER, 2, client, 0), frame(SERVER, CLIENT, 0x12, server, client + 1), frame(CLIENT, SERVER, 0x10, client + 1, server + 1),
        frame(CLIENT, SERVER, 0x18, client + 1, server + 1, data), frame(SERVER, CLIENT, 0x18, server + 1, client + 9, data)]
    if end == "fin":
        frames += [
            frame(CLIENT, SERVER, 0x11, client + 9, server + 9), frame(SERVER, CLIENT, 0x11, server + 9, client + 10),
            frame(CLIENT, SERVER, 0x10, client + 10, server + 10)]
    if end == "rst": frames.append(frame(CLIENT, SERVER, 0x14, client + 9, server + 9))
    return [(start, 1000 * number, one) for number, one in enumerate(frames)]
def run(command): return subprocess.run(command, shell=True, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
def look(end):
    name = end + ".pcap"
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for second, micro, one in connection(0, 1000, 5000, end) + connection(2, 900000, 7000000, end):
            file.write(struct.pack("<IIII", 1700000000 + second, micro, len(one), len(one)) + one)
    os.mkdir(end)
    run("root/usr/bin/tcpflow -r %s -o %s" % (name, end))
    return {
        "tshark": len(set(run("root/usr/bin/tshark -nr %s -T fields -e tcp.stream 2> log" % name).split())),
        "tcptrace": len(re.findall(r"^ *\d+: 10\.0\.0", run("root/usr/bin/tcptrace -n " + name), re.M)),
        "argus": run("root/usr/sbin/argus -r %s -w - 2> log | root/usr/bin/ra -n -r - -s saddr sport 2> log" % name).count("10.0.0.1.50000"),
        "softflowd": int(re.search(r"Flows exported: (\d+)", run("root/usr/sbin/softflowd -r %s -v 9 -n 127.0.0.1:9" % name))[1]),
        "tcpflow": sorted(os.path.getsize(end + "/" + one) for one in os.listdir(end) if one != "report.xml")}
seen = {end: look(end) for end in ("fin", "rst", "none")}
for one in seen.items(): print(*one)
def row(tcptrace, argus, tcpflow): return {"tshark": 2, "tcptrace": tcptrace, "argus": argus, "softflowd": 1, "tcpflow": tcpflow}
assert seen == {
    "fin": row(2, 1, [8] * 4), "rst": row(2, 2, [8, 8, 6995008]), "none": row(1, 1, [899008, 6995008])}, "this has changed"
P
python3 look.py "$libraries"
