#!/bin/sh
# Does dumpcap treat packets from a pipe (ssh host tcpdump -w - | dumpcap -i -) as those of a network card?
#
# Guess before the run: yes, as far as it can; for what it cannot do, such as a filter (-f), it ends with an error.
# Seen (wireshark-common 4.0.17-0+deb12u3 of Debian bookworm), one packet of 54 bytes to port 445 in the pipe:
#
#   -f 'port 139'               the packet is written, no word about the filter
#   -s 20                       54 bytes are written, no word about the limit
#   -P (write pcap)             pcap of a pcap, pcapng of a pcapng, no word about it
#   pcap, big-endian            written
#   pcapng, big-endian          “Interface 0 is big endian but we're little endian.”, no file
#
# Lesson: filter and limit belong to the recorder at the far end. A file that came through a pipe may hold whole packets and
# other hosts' traffic though its command says -s and -f. For a big-endian host ask for pcap (tcpdump -w -).
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install wireshark-common=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, struct, subprocess, sys
frame = bytes.fromhex(
    "020000000002 020000000001 0800 4500002800010000400666cd0a0000010a000002 c35001bd00000001000000015010200000000000")
def pcap(order): return struct.pack(order + "IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1, 1700000000, 0, len(frame), len(frame)) + frame
def block(order, kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)
def pcapng(order):
    time = 1700000000 * 10**6
    return (
        block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(order, 1, struct.pack(order + "HHI", 1, 0, 262144))
        + block(order, 6, struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame)) + frame))
def write(data, *words):
    if os.path.exists("out"): os.remove("out")
    done = subprocess.run(
        ["root/usr/bin/dumpcap", "-q", *words, "-i", "-", "-w", "out"], input=data, capture_output=True, timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    if not os.path.exists("out"): return "nothing", "big endian" in done.stderr.decode()
    with open("out", "rb") as file: written = file.read()
    return "pcapng" if written[:4] == b"\x0a\x0d\x0d\x0a" else "pcap", frame in written
rows = [
    ("a filter", pcap("<"), ["-f", "port 139"], ("pcapng", True)), ("a limit", pcap("<"), ["-s", "20"], ("pcapng", True)),
    ("pcap with -P", pcap("<"), ["-P"], ("pcap", True)), ("pcapng with -P", pcapng("<"), ["-P"], ("pcapng", True)),
    ("big-endian pcap", pcap(">"), [], ("pcapng", True)), ("big-endian pcapng", pcapng(">"), [], ("nothing", True))]
right = True
for name, data, words, wanted in rows:
    seen = write(data, *words)
    print(name, *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
python3 look.py "$libraries"
