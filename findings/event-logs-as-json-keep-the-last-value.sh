#!/bin/sh
# An event has two fields of one name. Which value does it have in JSON?
#
# Guess before the run: both, the second as NAME_1, as evtx does it elsewhere; dissect.eventlog, whose event is a flat dictionary, keeps the
# last, and for a field called “Computer” it loses the name of the host.
# Seen (evtx 0.14.0, evtx2es 1.8.0, winevtx 0.1.0, dissect.eventlog 3.11, Python 3.11), two fields “Share”, with \\fs\one and \\fs\two, and
# a field “Computer”:
#
#   evtx, records_json()          \\fs\two alone
#   evtx2es, winevtx.xml_to_json  the same
#   evtx, records() (XML)         both
#   dissect.eventlog              Share and Share_1; Computer and Computer_1
#
# Lesson: count what an event has in its XML before you say that a share was never named in it. In dissect's records the fields with
# a number at the end are fields of the event; a search for Share alone sees half of them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install evtx==0.14.0 evtx2es==1.8.0 winevtx==0.1.0 dissect.eventlog==3.11
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
import json, re, subprocess
import winevtx
from dissect.eventlog.evtx import Evtx as Dissect
from evtx import PyEvtxParser
from maker import Chunk, log, wide
ONE, TWO = "\\\\fs\\one", "\\\\fs\\two"
chunk = Chunk()
chunk.record(1, 5140, [("Share", 1, wide(ONE)), ("Share", 1, wide(TWO)), ("Computer", 1, wide("pc1"))])
with open("one.evtx", "wb") as file: file.write(log(chunk))
xml = next(iter(PyEvtxParser("one.evtx").records()))["data"]
subprocess.run(["v/bin/evtx2json", "one.evtx", "--output-file", "one.json"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
with open("one.json") as file: elastic = json.load(file)[0]["winlog"]["event_data"]
with open("one.evtx", "rb") as file: flat = next(iter(Dissect(file)))
rows = [
    ("evtx, JSON", json.loads(next(iter(PyEvtxParser("one.evtx").records_json()))["data"])["Event"]["EventData"]["Share"], TWO),
    ("evtx2es", elastic["Share"], TWO), ("winevtx", json.loads(winevtx.xml_to_json(xml))["Event"]["EventData"]["Share"], TWO),
    ("evtx, XML", re.findall('<Data Name="Share">([^<]*)<', xml), [ONE, TWO]),
    ("dissect", [flat[name] for name in ("Share", "Share_1", "Computer", "Computer_1")], [ONE, TWO, "fs.lab.test", "pc1"])]
for row in rows: print(*row[:2])
assert all(seen == wanted for _, seen, wanted in rows), "this has changed"
P
v/bin/python look.py
