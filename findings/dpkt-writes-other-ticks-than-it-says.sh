#!/bin/sh
# Does dpkt's writer of pcapng count time in the resolution of the interface that it is given?
#
# Guess before the run: yes; its reader takes if_tsresol of the first interface, so its writer does too.
# Seen (dpkt 1.9.8, Python 3.11), an interface with if_tsresol 9 (nanoseconds) and a packet at 1700000000.5:
#
#   if_tsresol in the file   9
#   ticks in the file        1700000000500000         microseconds
#   read by dpkt, scapy      1700000.0005             20 January 1970
#
# Without an interface of one's own both say microseconds, and the time is right.
# Lesson: a recording of January 1970 may have good times in the wrong unit: multiplied by 1000, they are right. This is
# not the host's clock before its first synchronisation, which would start near 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install dpkt==1.9.8 scapy==2.8.0
cd "$folder"
v/bin/python - <<'P'
import logging, struct
logging.getLogger("scapy").setLevel(logging.ERROR)
from dpkt import pcapng
from scapy.utils import PcapReader
def write(path, **interface):
    with open(path, "wb") as file: pcapng.Writer(file, **interface).writepkt(bytes(64), 1700000000.5)
def times(path):
    with open(path, "rb") as file: first = [time for time, _ in pcapng.Reader(file)]
    with PcapReader(path) as reader: return first + [float(one.time) for one in reader]
def ticks(path):
    with open(path, "rb") as file: data = file.read()
    place = 0
    while True:
        kind, length = struct.unpack_from("<II", data, place)
        if kind == 6:
            high, low = struct.unpack_from("<II", data, place + 12)
            return high << 32 | low
        place += length
nano = pcapng.InterfaceDescriptionBlockLE(opts=[pcapng.PcapngOptionLE(code=9, data=b"\x09"), pcapng.PcapngOptionLE(code=0)])
write("nano.pcapng", idb=nano)
write("plain.pcapng")
print("nano", ticks("nano.pcapng"), times("nano.pcapng"), "plain", ticks("plain.pcapng"), times("plain.pcapng"))
assert times("plain.pcapng") == [1700000000.5, 1700000000.5]
assert ticks("nano.pcapng") == 1700000000500000 and times("nano.pcapng") == [1700000.0005, 1700000.0005], "this has changed"
P
