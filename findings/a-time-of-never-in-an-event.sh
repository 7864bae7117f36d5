#!/bin/sh
# A field of an event has a time far away, as 2^63-1 means “never” for an account. What becomes of the event?
#
# Guess before the run: python-evtx and dissect.eventlog raise an error for this event; evtx shows some time; the events behind it are read.
# Seen (evtx 0.14.0, python-evtx 0.8.1, dissect.eventlog 3.11, libevtx-python 20260705, Python 3.11), three events in a chunk, the second
# with the time, and a fourth in the next chunk:
#
#                     2^63-1                                    9999-12-31 23:59:59
#   evtx              RuntimeError for the event, then goes on  the same
#   python-evtx       “0001-01-01 00:00:00”                     right
#   dissect.eventlog  no word; the third event is gone, too     right
#   libevtx           “(0x7fffffff 0xffffffff)”                 right
#
#   and a SYSTEMTIME with 123 milliseconds: python-evtx shows 20.000123, the others 20.123
#
# Lesson: a log of one account that never expires can be short of many events in dissect, up to the end of the chunk of 64 KB. Compare
# the numbers of the records: a gap in EventRecordID is the reader's when another reader has none.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install libevtx-python==20260705 evtx==0.14.0 python-evtx==0.8.1 dissect.eventlog==3.11
cat > maker.py <<'M'
import struct, uuid, zlib
def filetime(second, rest=0): return struct.pack("<Q", (second + 11644473600) * 10**7 + rest)
def wide(text): return text.encode("utf-16-le")
class Chunk:
    """Records of an event log, each with a template of its own, as Windows writes them."""
    def __init__(self):
        self.data, self.names, self.buckets, self.templates, self.numbers, self.last = bytearray(512), {}, [0] * 64, [0] * 32, [], 0
    def name(self, text, place):
        """The place of a name in the chunk, and the name itself where it is used for the first time."""
        if text in self.names: return struct.pack("<I", self.names[text])
        value = 0
        for letter in text: value = (value * 65599 + ord(letter)) & 0xFFFFFFFF
        value &= 0xFFFF
        before, self.names[text], self.buckets[value % 64] = self.buckets[value % 64], place + 4, place + 4
        return struct.pack("<IIHH", place + 4, before, value, len(text)) + wide(text) + bytes(2)
    def element(self, node, place):
        """A node is (name, {attribute: value}, [children]); a value is a text or (number, type) of one that the record brings."""
        tag, attributes, children = node
        out = bytearray(struct.pack("<BHI", 0x41 if attributes else 1, 0xFFFF, 0))
        out += self.name(tag, place + 7)
        start = len(out)
        if attributes: out += bytes(4)
        for index, (key, value) in enumerate(attributes.items(), 1):
            out.append(6 if index == len(attributes) else 0x46)
            out += self.name(key, place + len(out))
            out += self.value(value)
        if attributes: struct.pack_into("<I", out, start, len(out) - start - 4)
        out.append(2 if children else 3)
        for child in children: out += self.value(child) if isinstance(child, str) or len(child) == 2 else self.element(child, place + len(out))
        if children: out.append(4)
        struct.pack_into("<I", out, 3, len(out) - 7)
        return out
    def value(self, value):
        if isinstance(value, str): return struct.pack("<BBH", 5, 1, len(value)) + wide(value)
        return struct.pack("<BHB", 14, *value)
    def record(self, number, event, fields, user=None, when=filetime(1700000000)):
        """Each field is (name or None, type, bytes), in EventData or, with a namespace as `user`, in UserData."""
        self.last, place = len(self.data), len(self.data) + 24
        first = [(6, struct.pack("<H", event)), (0x11, when), (10, struct.pack("<Q", number))]
        def part(index, name, kind):
            return (name, {}, [(index, kind)]) if user else ("Data", {"Name": name} if name else {}, [(index, kind)])
        parts = [part(index, name, kind) for index, (name, kind, _) in enumerate(fields, 3)]
        tree = ("Event", {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"}, [
            ("System", {}, [
                ("Provider", {"Name": "Microsoft-Windows-Security-Auditing", "Guid": "{54849625-5478-4994-a5ba-3e3b0328c30d}"}, []),
                ("EventID", {}, [(0, 6)]), ("Version", {}, ["0"]), ("Level", {}, ["0"]), ("Task", {}, ["12808"]), ("Opcode", {}, ["0"]),
                ("Keywords", {}, ["0x8020000000000000"]), ("TimeCreated", {"SystemTime": (1, 0x11)}, []), ("EventRecordID", {}, [(2, 10)]),
                ("Correlation", {}, []), ("Execution", {"ProcessID": "4", "ThreadID": "100"}, []), ("Channel", {}, ["Security"]),
                ("Computer", {}, ["fs.lab.test"]), ("Security", {}, [])]),
            ("UserData", {}, [("EventData", {"xmlns": user}, parts)]) if user else ("EventData", {}, parts)])
        key = struct.pack("<I", number) + b"a template  "
        out = bytearray(b"\x0f\1\1\0\x0c\1") + key[:4]
        start = place + len(out) + 4
        body = b"\x0f\1\1\0" + self.element(tree, start + 28) + b"\0"
        out += struct.pack("<II", start, self.templates[number % 32]) + key + struct.pack("<I", len(body)) + body
        self.templates[number % 32] = start
        values = first + [(kind if data is not None else 0, data or b"") for _, kind, data in fields]
        out += struct.pack("<I", len(values)) + b"".join(struct.pack("<HBB", len(data), kind, 0) for kind, data in values)
        out += b"".join(data for _, data in values) + b"\0"
        out += bytes(-(len(out) + 28) % 8)
        size = len(out) + 28
        self.data += b"**\0\0" + struct.pack("<IQ", size, number) + when + out + struct.pack("<I", size)
        self.numbers.append(number)
    def whole(self):
        data, first, last = self.data, self.numbers[0], self.numbers[-1]
        sums = 128, self.last, len(data), zlib.crc32(data[512:])
        data[:128] = struct.pack("<8sQQQQIIII", b"ElfChnk", first, last, first, last, *sums).ljust(128, b"\0")
        data[128:512] = struct.pack("<96I", *self.buckets, *self.templates)
        struct.pack_into("<I", data, 124, zlib.crc32(data[:120] + data[128:512]))
        return bytes(data).ljust(65536, b"\0")
def log(*chunks):
    head = struct.pack("<8sQQQIHHHH", b"ElfFile", 0, len(chunks) - 1, chunks[-1].numbers[-1] + 1, 128, 1, 3, 4096, len(chunks)).ljust(124, b"\0")
    return (head + struct.pack("<I", zlib.crc32(head[:120]))).ljust(4096, b"\0") + b"".join(chunk.whole() for chunk in chunks)
M
cat > look.py <<'P'
import re, struct
import Evtx.Evtx, pyevtx
from dissect.eventlog.evtx import Evtx as Dissect
from evtx import PyEvtxParser
from maker import Chunk, filetime, log, wide
def write(kind, time):
    chunks = Chunk(), Chunk()
    for number, field in enumerate([(1, wide("first")), (kind, time), (1, wide("third"))], 1): chunks[0].record(number, 4738, [("field", *field)])
    chunks[1].record(4, 4738, [("field", 1, wide("fourth"))])
    with open("one.evtx", "wb") as file: file.write(log(*chunks))
def field(text): return re.search('Name="field">([^<]*)<', text)[1]
def python_evtx():
    with Evtx.Evtx.Evtx("one.evtx") as opened: return [field(one.xml()) for one in opened.records()]
def libevtx():
    opened = pyevtx.file()
    opened.open("one.evtx")
    return [field(one.xml_string) for one in opened.records]
def evtx():
    records, seen = PyEvtxParser("one.evtx").records(), []
    while True:
        try: seen.append(field(next(records)["data"]))
        except StopIteration: return seen
        except RuntimeError: seen.append("RuntimeError")
def dissect():
    with open("one.evtx", "rb") as file: return [str(one["field"]) for one in Dissect(file)]
def with_time(time): return ["first", time, "third", "fourth"]
last = "9999-12-31"
cases = [
    (0x11, struct.pack("<Q", 2**63 - 1), [
        with_time("RuntimeError"), with_time("0001-01-01 00:00:00"), ["first", "fourth"], with_time("(0x7fffffff 0xffffffff)")]),
    (0x11, filetime(253402300799), [
        with_time("RuntimeError"), with_time(last + " 23:59:59+00:00"), with_time(last + " 23:59:59+00:00"),
        with_time(last + "T23:59:59.000000000Z")]),
    # Wednesday has the number 3, behind the month.
    (0x12, struct.pack("<8H", 2023, 11, 2, 14, 22, 13, 20, 123), [
        with_time("2023-11-14T22:13:20.123000Z"), with_time("2023-11-14 22:13:20.000123"), with_time("2023-11-14 22:13:20.123000"),
        with_time("2023-11-14T22:13:20.123000000Z")])]
right = True
for kind, time, wanted in cases:
    write(kind, time)
    for reader, one in zip((evtx, python_evtx, dissect, libevtx), wanted):
        seen = reader()
        print(kind, reader.__name__, seen)
        right = right and seen == one
assert right, "this has changed"
P
v/bin/python look.py
