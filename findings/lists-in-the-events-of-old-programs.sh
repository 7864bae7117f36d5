#!/bin/sh
# Does a list of strings in one field, as old programs write their events (and the Service Control Manager), outlive a reader of .evtx?
#
# Guess before the run: yes. An XML has an element for each, as Windows shows it, but python-evtx one element with the strings behind
# one another; dissect.eventlog and the JSON of evtx have a list. Lists of other types are an error in python-evtx alone.
# Seen (python-evtx 0.8.1, libevtx-python 20260705, evtx 0.14.0, dissect.eventlog 3.11, Python 3.11):
#
#                    “alpha”, “”, “beta”                                     two SIDs         two Booleans
#   python-evtx      one text: &lt;string&gt;alpha&lt;/string&gt; and so on   KeyError         KeyError
#   libevtx          three elements                                          OSError          OSError
#   evtx, XML        three elements                                          two elements     two elements
#   evtx, JSON       a list                                                  the last alone   the last alone
#   dissect          a list                                                  a list           1 and seven zeros
#
# The error is that of the whole event.
# Lesson: a rule that looks for a name of a service or of a server in such a field has to expect “<string>alpha</string>” as a part of
# the value. An event that is missing in an export may have a list in one of its fields; read the log with another tool.
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
import json, re, struct
import Evtx.Evtx, pyevtx
from dissect.eventlog.evtx import Evtx as Dissect
from evtx import PyEvtxParser
from maker import Chunk, log, wide
SIDS = b"".join(struct.pack("<BB6sI", 1, 1, bytes([0, 0, 0, 0, 0, 5]), last) for last in (18, 19))
chunk = Chunk()
# The upper bit of a type makes a list of it.
chunk.record(1, 7036, [(None, 0x81, b"".join(wide(one) + bytes(2) for one in ("alpha", "", "beta")))])
chunk.record(2, 5140, [("users", 0x93, SIDS)])
chunk.record(3, 5140, [("signed", 0x8D, struct.pack("<II", 1, 0))])
with open("one.evtx", "wb") as file: file.write(log(chunk))
def elements(text): return re.findall(r"<Data(?: Name=\"\w+\")?(?:/>|>([^<]*)</Data>)", text)
def tried(action):
    try: return action()
    except (KeyError, OSError) as error: return type(error).__name__
def python_evtx():
    with Evtx.Evtx.Evtx("one.evtx") as opened: return [tried(lambda: elements(one.xml())) for one in opened.records()]
def libevtx():
    opened = pyevtx.file()
    opened.open("one.evtx")
    return [tried(lambda: elements(opened.get_record(index).xml_string)) for index in range(3)]
def xml(): return [[text.strip() for text in elements(one["data"])] for one in PyEvtxParser("one.evtx").records()]
def as_json(): return [json.loads(one["data"])["Event"]["EventData"] for one in PyEvtxParser("one.evtx").records_json()]
def dissect():
    with open("one.evtx", "rb") as file: return [one[name] for one, name in zip(Dissect(file), ("Data", "users", "signed"))]
strings, sids = ["alpha", "", "beta"], ["S-1-5-18", "S-1-5-19"]
marked = "".join("&lt;string&gt;%s&lt;/string&gt;\n" % one for one in strings)
rows = [
    (python_evtx, [[marked], "KeyError", "KeyError"]), (libevtx, [strings, "OSError", "OSError"]), (xml, [strings, sids, ["true", "false"]]),
    (as_json, [{"Data": {"#text": strings}}, {"users": "S-1-5-19"}, {"signed": False}]), (dissect, [strings, sids, [1] + [0] * 7])]
right = True
for reader, wanted in rows:
    seen = reader()
    print(reader.__name__, seen)
    right = right and seen == wanted
assert right, "this has changed"
P
v/bin/python look.py
