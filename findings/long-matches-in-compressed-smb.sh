#!/bin/sh
# Do readers of compressed SMB3 messages decompress long runs of one byte?
#
# Guess before the run: tshark decompresses matches of 65,538, 65,539 and 70,000 bytes. dissect.util is right, and libfwnt fails
# at the form with 32 bits.
# Seen (tshark 4.0.17-0+deb12u3 and libfwnt1 20181227-1.1+b4 of Debian bookworm, dissect.util 3.24 of PyPI), plain LZ77 of
# MS-XCA: one letter, then one match that repeats it; in a WRITE for tshark:
#
#   length of the match       tshark            libfwnt                          dissect.util
#   300, 32,771               the whole WRITE   right                            right
#   32,772                    the whole WRITE   “size value out of bounds”       right
#   65,538                    the whole WRITE   success, 3 bytes                 right
#   65,539, 70,000            “invalid”         (65,539) success, wrong bytes    right
#
# From 65,539 bytes on, MS-XCA writes 16 zero bits and then the length with 32 bits.
# Lesson: “Comp. SMB3 (invalid)” is no proof of a broken sender. A large block of zeros in a file is enough. Check the length that
# comes out of a decompressor against OriginalSize.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version libfwnt1=20181227-1.1+b4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install dissect.util==3.24
cat > look.py <<'P'
import ctypes, glob, os, struct, subprocess, sys
from dissect.util.compression import lzxpress
def compressed(length):
    "One letter a, then a match of the length one byte back. The flags: a literal, a match, the end."
    rest = length - 3
    data = struct.pack("<I", 0x7FFFFFFF) + b"a" + struct.pack("<H", 7) + b"\x0f\xff"
    return data + (struct.pack("<H", rest) if rest < 0x10000 else struct.pack("<HI", 0, rest))
def message(length):
    size = length + 1
    plain = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 9, 1, 0, 0, 7, 0xFEFF, 1, 5) + bytes(16)
    plain += struct.pack("<HHIQQQIIHHI", 49, 112, size, 0, 7, 7, 0, 0, 0, 0, 0)
    data = b"\xfcSMB" + struct.pack("<IHHI", size, 2, 0, len(plain)) + plain + compressed(length)
    return struct.pack(">I", len(data)) + data
lengths = [300, 32771, 32772, 65538, 65539, 70000]
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
    for number, length in enumerate(lengths):
        tcp = struct.pack(">HHIIBBHHH", 50000 + number, 445, 1, 1, 0x50, 0x18, 8192, 0, 0) + message(length)
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + tcp
        file.write(struct.pack("<IIII", 1700000000 + number, 0, len(packet), len(packet)) + packet)
lines = subprocess.run(
    ["root/usr/bin/tshark", "-n", "-r", "one.pcap"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout.splitlines()
shown = ["invalid" if "(invalid)" in line else "whole" if "Write Request Len:%d " % (length + 1) in line else line for line, length in zip(lines, lengths)]
print(*zip(lengths, shown))
library = ctypes.CDLL(glob.glob("root/usr/lib/*/libfwnt.so.1")[0])
def libfwnt(length):
    data, room = compressed(length), ctypes.create_string_buffer(length + 1)
    size, error = ctypes.c_size_t(length + 1), ctypes.c_void_p()
    status = library.libfwnt_lzxpress_decompress(data, ctypes.c_size_t(len(data)), room, ctypes.byref(size), ctypes.byref(error))
    if status != 1: return "an error"
    return "right" if room.raw[:size.value] == b"a" * (length + 1) else "success, %d bytes" % size.value
seen = [libfwnt(length) for length in lengths[:5]]
print(*zip(lengths, seen))
right = [bytes(lzxpress.decompress(compressed(length))) == b"a" * (length + 1) for length in lengths]
print(*zip(lengths, right))
assert shown == ["whole"] * 4 + ["invalid"] * 2, "tshark has changed"
assert seen[:4] == ["right", "right", "an error", "success, 3 bytes"] and seen[4].startswith("success, "), "libfwnt has changed"
assert all(right), "dissect.util has changed"
P
v/bin/python look.py "$libraries"
