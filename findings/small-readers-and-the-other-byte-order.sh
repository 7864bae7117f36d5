#!/bin/sh
# Do small libraries read a pcap file of a big-endian machine, such as an older router or storage system?
#
# Guess before the run: yes; the magic number at its start tells the byte order. A library without it raises an error.
# Seen (Python 3.11), two packets of 2023:
#
#   pypacker 5.4, cypcap 0.6.3    two packets, both right
#   fpcap 0.2.0                   RuntimeError: unsupported file type
#   pypcapfile 0.12.0             no packet, no error
#   pypcapkit 1.4.1.post2         one packet of July 1970, no error
#
# Lesson: “no packets” and a strange time may mean the byte order. The file begins with a1 b2 c3 d4 then; editcap writes one
# in the order of its own machine.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pypacker==5.4 cypcap==0.6.3 fpcap==0.2.0 pypcapfile==0.12.0 pypcapkit==1.4.1.post2
cat > look.py <<'P'
import logging, struct, sys
import cypcap, fpcap, pcapkit
from pcapfile import savefile
from pypacker import ppcap
logging.disable(logging.CRITICAL)
frame = bytes(12) + b"\x88\xb5" + bytes(52)
def write(path, order):
    with open(path, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for second in (1700000000, 1700000001): file.write(struct.pack(order + "IIII", second, 500000, len(frame), len(frame)) + frame)
def pypacker(path): return [time / 10**9 for time, _ in ppcap.Reader(filename=path)]
def cypcap_(path):
    with cypcap.open_offline(path) as packets: return [float(header.ts) for header, _ in packets]
def fpcap_(path):
    try: return [one.timestamp_seconds + one.timestamp_microseconds / 10**6 for one in fpcap.PacketReader(path)]
    except RuntimeError as error: return str(error)
def pypcapfile(path):
    with open(path, "rb") as file: return [one.timestamp + one.timestamp_us / 10**6 for one in savefile.load_savefile(file).packets]
def pypcapkit(path): return [float(one.info.time_epoch) for one in pcapkit.extract(fin=path, nofile=True, store=True, verbose=False).frame]
write("little.pcap", "<")
write("big.pcap", ">")
right = [1700000000.5, 1700000001.5]
seen = {}
for reader in pypacker, cypcap_, fpcap_, pypcapfile, pypcapkit:
    seen[reader.__name__.strip("_")] = reader("big.pcap")
    assert reader("little.pcap") == right, reader.__name__ + " has changed"
for one in seen.items(): print(*one)
assert seen["pypacker"] == seen["cypcap"] == right and seen["fpcap"] == "unsupported file type" and seen["pypcapfile"] == [], "this has changed"
assert len(seen["pypcapkit"]) == 1 and 15 * 10**6 < seen["pypcapkit"][0] < 18 * 10**6, "this has changed"
P
v/bin/python look.py 2>&1
