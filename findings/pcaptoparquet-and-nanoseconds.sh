#!/bin/sh
# Are a recording's nanoseconds in the Parquet file that pcaptoparquet makes of it?
#
# Guess before the run: yes; its column for the time is of the type datetime[ns].
# Seen (pcaptoparquet 0.2.20260924, polars 2.1.0, Python 3.11):
#
#   in the recording                                                 in the column, datetime[ns, UTC]
#   22:13:20.123456789                                               22:13:20.123457
#   22:13:20.999999999                                               22:13:21, the next second
#   a packet of a second interface, which counts nanoseconds         null; its addresses and ports are null too
#
# Two packets less than a microsecond apart get one time, and a join with another tool's table by time finds nothing.
# Lesson: the type of a column does not tell how exact its values are. Join by number, and look for
# rows without a time: their packets are in the recording, behind another interface.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pcaptoparquet==0.2.20260924 polars==2.1.0
cat > look.py <<'P'
import struct, subprocess
import polars
packet = bytes.fromhex("020000000002 020000000001 0800") + struct.pack(
    ">BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
packet += struct.pack(">HHIIBBHHH", 50000, 445, 1, 0, 0x50, 2, 65535, 0, 0)
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
with open("nano.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
    for nano in 123456789, 999999999: file.write(struct.pack("<IIII", 1700000000, nano, 54, 54) + packet)
with open("two.pcapng", "wb") as file:
    file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 262144)))
    file.write(block(1, struct.pack("<HHIHHB3xHH", 1, 0, 262144, 9, 1, 9, 0, 0)))
    for number, unit in enumerate((10**6, 10**9)):
        ticks = 1700000000 * unit
        file.write(block(6, struct.pack("<IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, 54, 54) + packet))
def look(name):
    run = subprocess.run(["v/bin/pcaptoparquet", "-i", name, "-o", "a.parquet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times = polars.read_parquet("a.parquet")["utc_date_time"]
    return run.returncode, str(times.dtype.time_unit), [None if time is None else time - 1700000000 * 10**9 for time in times.to_physical()]
seen = look("nano.pcap"), look("two.pcapng")
print(*seen, sep="\n")
assert seen == ((0, "ns", [123457000, 10**9]), (0, "ns", [0, None])), "this has changed"
P
v/bin/python look.py
