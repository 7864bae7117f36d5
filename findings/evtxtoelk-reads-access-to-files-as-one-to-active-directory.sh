#!/bin/sh
# What did a client want of a file, by the AccessMaskDescription that evtxtoelk, which puts event logs into Elasticsearch, adds to 5145?
#
# Guess before the run: ReadData, WriteData and so on, as in the event's own AccessList, for a file; nothing for masks that it does not know.
# Seen (evtxtoelk 2.2.0, evtx 0.14.0, Python 3.11), AccessMask of the event, and its description:
#
#   0x1, ReadData             Create Child, SPECIFIC_RIGHTS_ALL
#   0x2, WriteData            Delete Child, SPECIFIC_RIGHTS_ALL
#   0x20, Execute             Write Property, SPECIFIC_RIGHTS_ALL
#   0x80, ReadAttributes      List Object, SPECIFIC_RIGHTS_ALL
#   0x100000, SYNCHRONIZE     SYNCHRONIZE, STANDARD_RIGHTS_REQUIRED, STANDARD_RIGHTS_ALL
#   0x10000, DELETE           DELETE, STANDARD_RIGHTS_ALL
#
# The names are those of Active Directory's objects, and …_ALL is there when one of its bits is set. evtxtoelk takes the table of Elastic's
# own pipeline. AccessList of the event is right: %%4416 becomes “ReadData (or ListDirectory)”.
# Lesson: who looks for “Delete Child” finds each client that wrote, and no client that deleted. Go by AccessList, or by the mask.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install evtxtoelk==2.2.0 evtx==0.14.0
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
import json, struct, subprocess
from maker import Chunk, log, wide
MASKS = 0x1, 0x2, 0x20, 0x80, 0x100000, 0x10000
chunk = Chunk()
for number, mask in enumerate(MASKS, 1):
    chunk.record(number, 5145, [("ShareName", 1, wide("\\\\*\\data")), ("AccessMask", 20, struct.pack("<I", mask)), ("AccessList", 1, wide("%%4416\n\t\t\t\t"))])
with open("one.evtx", "wb") as file: file.write(log(chunk))
done = subprocess.run(["v/bin/evtxtoelk", "one.evtx", "-"], capture_output=True, text=True, check=True)
seen = [json.loads(line)["winlog"]["event_data"] for line in done.stdout.splitlines()]
for event in seen: print(event["AccessMask"], event["AccessMaskDescription"], event["AccessList"])
every = "SPECIFIC_RIGHTS_ALL"
assert [event["AccessMaskDescription"] for event in seen] == [
    ["Create Child", every], ["Delete Child", every], ["Write Property", every], ["List Object", every],
    ["SYNCHRONIZE", "STANDARD_RIGHTS_REQUIRED", "STANDARD_RIGHTS_ALL"], ["DELETE", "STANDARD_RIGHTS_ALL"]], "this has changed"
assert all(event["AccessList"] == "ReadData (or ListDirectory)" for event in seen), "this has changed"
P
v/bin/python look.py
