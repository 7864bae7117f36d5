#!/bin/sh
# Does etl-parser see the events of a file that pktmon wrote?
#
# Guess before the run: no; pktmon compresses its buffers (LZ77), and etl-parser is older than pktmon: it raises an error.
# dissect.etl reads both.
# Seen (etl-parser 1.0.1, dissect.etl 3.14, Python 3.11), the same three events in a buffer that is
#
#                   not compressed   compressed
#   dissect.etl     3 events         3 events
#   etl-parser      3 events         no event, and no error
#
# The fill level of a compressed buffer, counted unpacked, is beyond its end in the file. There etl-parser ends, as at the
# end of the file. So it ends well with files of pktmon, and finds nothing.
# Lesson: “no packets in the trace” from a tool that uses etl-parser says nothing about pktmon's files. The bit 0x40 at byte
# 52 of a buffer says that it is compressed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install etl-parser==1.0.1 dissect.etl==3.14
v/bin/python - <<'P'
import logging, struct, uuid
logging.disable(logging.CRITICAL)
START, COUNTER = 133_000_000_000_000_000, 2_000_000_000_000
PROVIDER = uuid.UUID("4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac")  # Microsoft-Windows-PktMon
def padded(data): return data + bytes(-len(data) % 8)
def event(number, body):
    head = struct.pack("<HBBHHIIq", 80 + len(body), 0x13, 0xC0, 0, 0, 100, 4, COUNTER + 10_000_000 * number)
    return padded(head + PROVIDER.bytes_le + struct.pack("<HBBBBHQ", 160, 0, 16, 4, 0, 0, 0x10) + bytes(24) + body)
def buffer(content, unpacked, kind, flags, size):
    head = struct.pack("<IIIiqqQHHIIHH", size, 72 + unpacked, 72 + unpacked, 0, START, kind == 0, 0, 0, 0, 3, 72 + unpacked, flags, kind)
    return (head + bytes(16) + content).ljust(size, b"\xff")
def pack(data):
    # Plain LZ77: 32 flags, then 32 parts: 0 for a byte, 1 for a copy, here nine times the byte before. Flags left over are 1.
    parts, place = [], 0
    while place < len(data):
        same = place > 0 and data[place : place + 9] == data[place - 1 : place] * 9
        parts.append((1, b"\6\0") if same else (0, data[place : place + 1]))
        place += 9 if same else 1
    out = b""
    for at in range(0, len(parts), 32):
        flags = [flag for flag, _ in parts[at : at + 32]]
        flags += [1] * (32 - len(flags))
        out += struct.pack("<I", int("".join(map(str, flags)), 2)) + b"".join(part for _, part in parts[at : at + 32])
    return out
def trace(compressed):
    mode = 0x04010001 if compressed else 0x00010001
    body = struct.pack("<IBBBBIIqIIIIIIII", 65536, 10, 0, 0, 0, 19044, 1, START + 10**8, 156250, 512, mode, 2, 1, 8, 0, 2400)
    body += bytes(16 + 172 + 4) + struct.pack("<qqqII", START - 10**12, 10_000_000, START, 1, 0)
    body += "Relogger\0C:\\trace.etl\0".encode("utf-16-le")
    header = padded(struct.pack("<HBBHHIIqII", 2, 2, 0xC0, 32 + len(body), 0, 0, 0, COUNTER, 0, 0) + body)
    events = b"".join(event(number, bytes(200) + b"packet %d" % number) for number in range(3))
    content = pack(events) if compressed else events
    last = buffer(content, len(events), 0, 0x61 if compressed else 0x21, 72 + len(content) if compressed else 2048)
    return buffer(header, len(header), 4, 1, 1024) + last
import io
from dissect.etl import ETL
from etl.etl import IEtlFileObserver, build_from_stream
def dissect(data): return sum(1 for one in ETL(io.BytesIO(data)) if type(one.header).__name__ == "EventHeader")
def etl_parser(data):
    class Observer(IEtlFileObserver):
        events = 0
        def on_event_record(self, event): self.events += 1
        def on_system_trace(self, event): pass
        def on_perfinfo_trace(self, event): pass
        def on_trace_record(self, event): pass
        def on_win_trace(self, event): pass
    observer = Observer()
    build_from_stream(data).parse(observer)
    return observer.events
seen = {reader.__name__: [reader(trace(False)), reader(trace(True))] for reader in (dissect, etl_parser)}
print(seen)
assert seen == {"dissect": [3, 3], "etl_parser": [3, 0]}, "this has changed"
P
