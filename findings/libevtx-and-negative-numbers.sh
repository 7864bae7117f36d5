#!/bin/sh
# Do readers of event logs (.evtx) show a negative number, as a status is one in a field of the type Int32?
#
# Guess before the run: yes, each of them. After a first sight of an Int8: the wider types are right.
# Seen (libevtx-utils 20181227-2+b2 of Debian bookworm; libevtx-python 20260705, evtx 0.14.0, python-evtx 0.8.1, dissect.eventlog 3.11,
# Python 3.11), fields of one event:
#
#   in the log                        libevtx, both versions    the other three
#   Int8, -1                          -127                      -1
#   Int16, -1                         -32767                    -1
#   Int32, -1073741715 (0xC000006D)   -1073741933               -1073741715
#   Int64, -2                         -9223372036854775806      -2
#   UInt32 3221225581, HexInt32       right                     right
#
# It takes the first bit for the sign and the rest as it is.
# Lesson: a status that nobody knows, such as -1073741933 (0xBFFFFF93), may be LOGON_FAILURE in an export of evtxexport or of a tool that
# uses libevtx. Without its sign, and with 2^31 added, it is right again: 1073741933 + 2147483648 is 0xC000006D.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libevtx-utils=20181227-2+b2 libevtx1=20181227-2+b2 libbfio1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
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
import glob, os, re, struct, subprocess
import Evtx.Evtx, pyevtx
from dissect.eventlog.evtx import Evtx as Dissect
from evtx import PyEvtxParser
from maker import Chunk, log
NAMES = ("Int8", "Int16", "Int32", "Int64", "UInt32", "HexInt32")
TYPES = ((3, "<b", -1), (5, "<h", -1), (7, "<i", -1073741715), (9, "<q", -2), (8, "<I", 0xC000006D), (0x14, "<I", 0xC000006D))
chunk = Chunk()
chunk.record(1, 5140, [(name, kind, struct.pack(form, value)) for name, (kind, form, value) in zip(NAMES, TYPES)])
with open("one.evtx", "wb") as file: file.write(log(chunk))
def fields(text): return re.findall(r'<Data Name="\w+">([^<]*)</Data>', text)
def libevtx():
    opened = pyevtx.file()
    opened.open("one.evtx")
    return fields(opened.get_record(0).xml_string)
def python_evtx():
    with Evtx.Evtx.Evtx("one.evtx") as opened: return [fields(one.xml()) for one in opened.records()][0]
def exported():
    libraries = ":".join({os.path.dirname(os.path.abspath(one)) for one in glob.glob("root/usr/lib/*/*.so*")})
    words = ["root/usr/bin/evtxexport", "-f", "xml", "one.evtx"]
    return fields(subprocess.run(words, env=dict(os.environ, LD_LIBRARY_PATH=libraries), capture_output=True, text=True, check=True).stdout)
wrong = ["-127", "-32767", "-1073741933", "-9223372036854775806", "3221225581", "0xc000006d"]
right = ["-1", "-1", "-1073741715", "-2", "3221225581", "0xc000006d"]
with open("one.evtx", "rb") as file: event = next(iter(Dissect(file)))
dissect = [str(event[name]) for name in NAMES]
rows = [
    ("evtxexport", exported(), wrong), ("libevtx-python", libevtx(), wrong), ("python-evtx", python_evtx(), right),
    ("evtx", fields(next(iter(PyEvtxParser("one.evtx").records()))["data"]), right), ("dissect", dissect, right)]
for row in rows: print(*row[:2])
assert all(seen == wanted for _, seen, wanted in rows), "this has changed"
P
v/bin/python look.py
