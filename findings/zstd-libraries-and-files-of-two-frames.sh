#!/bin/sh
# Do readers of Zstandard read a file to its end when it has more than one frame (cat a.zst b.zst, or a log that was added to)?
#
# Guess before the run: all but zstandard, which stops behind the first frame in each of its ways, and pandas. A part to be
# skipped in front of the first frame is an error of zstandard alone.
# Seen (Python 3.11), two lines in the first frame, one in the second; lines that were read without an error:
#
#                                          two     two frames      a skippable    an empty frame
#                                          frames  without a size  part in front  in front
#   zstandard 0.25.0, open, stream_reader  3       3               3              3
#   the same, decompress                   2       an error        an error       0
#   the same, decompressobj, read_to_iter  2       2               0              0
#   zstd 1.5.7.2, decompress               3       2               3              3
#   indexed-zstd 1.7.2                     3       3               3              0
#   polars 2.1.0, read_ndjson              3       3               an error       3
#   pandas 3.1.1, duckdb 2.0.1             3       3               3              3
#   pyzstd 0.20.0, backports.zstd 1.8.0    3       3               3              3
#
# A frame says how long its content is, or not, as programs that compress a stream do. pzstd puts a part to be skipped in front.
# Lesson: packets or lines that end early, without an error, may go on in the next frame. Compare with zstd -dc.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install zstandard==0.25.0 zstd==1.5.7.2 indexed-zstd==1.7.2 polars==2.1.0 pandas==3.1.1 duckdb==2.0.1 pyzstd==0.20.0 \
  backports.zstd==1.8.0
v/bin/python - <<'P'
import io, struct
import backports.zstd, duckdb, indexed_zstd, pandas, polars, pyzstd, zstandard, zstd
parts = b'{"a":1}\n{"a":2}\n', b'{"a":3}\n'
def frame(data, size=True): return zstandard.ZstdCompressor(write_content_size=size).compress(data)
sized = b"".join(frame(part) for part in parts)
files = [
    sized, b"".join(frame(part, False) for part in parts), struct.pack("<II", 0x184D2A50, 4) + b"note" + sized, frame(b"") + sized]
def lines(data): return data.count(b"\n")
def unpack(): return zstandard.ZstdDecompressor()
def in_file(read):
    def look(data):
        with open("a.jsonl.zst", "wb") as file: file.write(data)
        return read("a.jsonl.zst")
    return look
readers = {
    "zstandard.open": in_file(lambda name: lines(zstandard.open(name).read())),
    "zstandard stream_reader": lambda data: lines(unpack().stream_reader(io.BytesIO(data)).read()),
    "zstandard.decompress": lambda data: lines(zstandard.decompress(data)),
    "zstandard decompressobj": lambda data: lines(unpack().decompressobj().decompress(data)),
    "zstandard read_to_iter": lambda data: lines(b"".join(unpack().read_to_iter(io.BytesIO(data)))),
    "zstd": lambda data: lines(zstd.decompress(data)),
    "indexed-zstd": in_file(lambda name: lines(indexed_zstd.IndexedZstdFile(name).read())),
    "polars": in_file(lambda name: len(polars.read_ndjson(name))),
    "pandas": in_file(lambda name: len(pandas.read_json(name, lines=True))),
    "duckdb": in_file(lambda name: duckdb.connect().execute("select count(*) from read_json('%s')" % name).fetchall()[0][0]),
    "pyzstd": lambda data: lines(pyzstd.decompress(data)),
    "backports.zstd": lambda data: lines(backports.zstd.decompress(data))}
def look(read, data):
    try: return read(data)
    except (zstandard.ZstdError, polars.exceptions.ComputeError): return "error"
seen = {name: [look(read, data) for data in files] for name, read in readers.items()}
for name, counts in seen.items(): print(name, *counts)
assert seen == {
    "zstandard.open": [3, 3, 3, 3], "zstandard stream_reader": [3, 3, 3, 3], "zstandard.decompress": [2, "error", "error", 0],
    "zstandard decompressobj": [2, 2, 0, 0], "zstandard read_to_iter": [2, 2, 0, 0], "zstd": [3, 2, 3, 3], "indexed-zstd": [3, 3, 3, 0],
    "polars": [3, 3, "error", 3], "pandas": [3, 3, 3, 3], "duckdb": [3, 3, 3, 3], "pyzstd": [3, 3, 3, 3],
    "backports.zstd": [3, 3, 3, 3]}, "this has changed"
P
