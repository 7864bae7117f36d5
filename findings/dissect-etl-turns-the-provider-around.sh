#!/bin/sh
# Does dissect.etl name the provider of an event?
#
# Guess before the run: yes; a GUID in a Windows file has its first three parts in little-endian order, as everywhere there.
# Seen (dissect.etl 3.14, Python 3.11), an event of Microsoft-Windows-PktMon:
#
#   in the file    d9804f4d bdc8 734d bb5b 19c90402c5ac
#   right          4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac
#   dissect.etl    d9804f4d-bdc8-734d-bb5b-19c90402c5ac
#
# Lesson: a search for a provider's GUID in what dissect.etl shows finds nothing. Turn the first three parts around, or
# compare bytes, before “no events of this provider” is believed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install dissect.etl==3.14
v/bin/python - <<'P'
import logging, struct, uuid
logging.disable(logging.CRITICAL)
START, COUNTER = 133_000_000_000_000_000, 2_000_000_000_000
PROVIDER = uuid.UUID("4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac")  # Microsoft-Windows-PktMon
def padded(data): return data + bytes(-len(data) % 8)
def event(number, body):
    head = struct.pack("<HBBHHIIq", 80 + len(body), 0x13, 0xC0, 0, 0, 100, 4, COUNTER + 10_000_000 * number)
    return padded(head + PROVIDER.bytes_le + struct.pack("<HBBBBHQ", 160, 0, 16, 4, 0, 0, 0x10) + bytes(24) + body)
def buffer(content, used, kind, flags, size):
    head = struct.pack("<IIIiqqQHHIIHH", size, 72 + used, 72 + used, 0, START, kind == 0, 0, 0, 0, 3, 72 + used, flags, kind)
    return (head + bytes(16) + content).ljust(size, b"\xff")
def trace():
    body = struct.pack("<IBBBBIIqIIIIIIII", 65536, 10, 0, 0, 0, 19044, 1, START + 10**8, 156250, 512, 0x00010001, 2, 1, 8, 0, 2400)
    body += bytes(16 + 172 + 4) + struct.pack("<qqqII", START - 10**12, 10_000_000, START, 1, 0)
    body += "Relogger\0C:\\trace.etl\0".encode("utf-16-le")
    header = padded(struct.pack("<HBBHHIIqII", 2, 2, 0xC0, 32 + len(body), 0, 0, 0, COUNTER, 0, 0) + body)
    events = b"".join(event(number, b"packet %d" % number) for number in range(3))
    return buffer(header, len(header), 4, 1, 1024) + buffer(events, len(events), 0, 0x21, 2048)
import io
from dissect.etl import ETL
seen = [str(one.header.provider_id) for one in ETL(io.BytesIO(trace())) if type(one.header).__name__ == "EventHeader"]
print(seen)
assert seen == ["d9804f4d-bdc8-734d-bb5b-19c90402c5ac"] * 3, "this has changed"
P
