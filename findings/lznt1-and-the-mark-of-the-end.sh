#!/bin/sh
# Do libraries for Python read LZNT1 data, one of SMB3's kinds of compression, that ends with two zero bytes?
#
# Guess before the run: yes; MS-XCA lets such data end with a chunk header of zero.
# Seen (lznt1 0.2, dissect.util 3.24, Python 3.11):
#
#                                    lznt1                                dissect.util
#   one stored chunk                 right                                right
#   two chunks of zeros, compressed  right                                right
#   one chunk and the end            ValueError, “invalid chunk length”   right
#
# Lesson: cut two zero bytes off the end before lznt1 reads, or take what was decompressed until then; the data is not damaged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install lznt1==0.2 dissect.util==3.24
v/bin/python - <<'P'
import struct
import lznt1
from dissect.util.compression import lznt1 as other
stored = struct.pack("<H", 0x3000 | 4) + b"hello"
zeros = struct.pack("<HBBH", 0xB000 | 3, 2, 0, 4095 - 3)
rows = {"stored": (stored, b"hello"), "zeros": (zeros * 2, bytes(8192)), "end": (stored + bytes(2), b"hello")}
def look(function, data, wanted):
    try: return bytes(function(data)) == wanted
    except ValueError as error: return str(error)
seen = {name: [look(function, *row) for function in (lznt1.decompress, other.decompress)] for name, row in rows.items()}
for one in seen.items(): print(*one)
assert seen == {"stored": [True, True], "zeros": [True, True], "end": ["invalid chunk length", True]}, "this has changed"
P
