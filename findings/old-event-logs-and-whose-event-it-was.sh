#!/bin/sh
# What do readers of the old event logs of Windows (.evt) say about an event: its number, its user and its time?
#
# Guess before the run: 8003 for the event 0xC0001F43 of MRxSmb, as the event viewer has it; the SID of the user; the time in UTC, also behind
# 2038, since it has 32 bits and no sign; no data where the event has none. After a first sight: S-1-5-18 and other short SIDs are right.
# Seen (libevt-utils 20200926-1+b2 of Debian bookworm; libevt-python 20260705, dissect.eventlog 3.11, Python 3.11):
#
#                      dissect.eventlog             evtexport            libevt-python
#   the number         EventCode 8003               3221233475           3221233475
#   each SID           “S-?”                        right                right
#   a time of 2040     2040                         1968                 2040
#   no data            b""                          nothing              OSError
#
# Lesson: look for an event of the old numbers by its lower 16 bits. Whose event it was dissect does not say, and “S-?” is not one
# unknown user but any one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libevt-utils=20200926-1+b2 libevt1=20200926-1+b2 libbfio1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install libevt-python==20260705 dissect.eventlog==3.11
cat > look.py <<'P'
import glob, os, re, struct, subprocess
import pyevt
from dissect.eventlog.evt import Evt
def wide(text): return text.encode("utf-16-le") + bytes(2)
def sid(text):
    _, _, authority, *rest = text.split("-")
    return struct.pack("<BB", 1, len(rest)) + int(authority).to_bytes(6, "big") + b"".join(struct.pack("<I", int(one)) for one in rest)
def record(number, time, event, user, data):
    names = wide("MRxSmb") + wide("FS")
    names += bytes(-len(names) % 4)
    text = wide("PC1")
    at = 56 + len(names)
    body = names + user + text + data
    body += bytes(-len(body) % 4)
    size = 60 + len(body)
    return struct.pack(
        "<I4sIIIIHHHHIIIIII", size, b"LfLe", number, time, time, event, 1, 1, 0, 0, 0, at + len(user), len(user), at, len(data),
        at + len(user) + len(text)) + body + struct.pack("<I", size)
USERS = "S-1-5-18", "S-1-5-21-1-2-3-1001"
records = record(1, 1700000000, 0xC0001F43, sid(USERS[0]), b"\1\2") + record(2, 2208988800, 0xC0001F43, sid(USERS[1]), b"")
end = 48 + len(records)
with open("one.evt", "wb") as file:
    file.write(struct.pack("<I4s10I", 48, b"LfLe", 1, 1, 48, end, 3, 1, 65536, 0, 0, 48) + records)
    file.write(struct.pack("<10I", 40, 0x11111111, 0x22222222, 0x33333333, 0x44444444, 48, end, 3, 1, 40))
    file.write(bytes(65536 - end - 40))
with open("one.evt", "rb") as file: dissect = [(one.EventCode, one.UserSid, one.TimeGenerated.year, one.Data) for one in Evt(file)]
libraries = ":".join({os.path.dirname(os.path.abspath(one)) for one in glob.glob("root/usr/lib/*/*.so*")})
text = subprocess.run(["root/usr/bin/evtexport", "one.evt"], env=dict(os.environ, LD_LIBRARY_PATH=libraries), capture_output=True, text=True).stdout
exported = [re.findall(word + r"\s*: (.*)", text) for word in (r"Event identifier", r"User security identifier", r"Creation time")]
opened = pyevt.file()
opened.open("one.evt")
library = []
for one in opened.records:
    try: data = one.data
    except OSError: data = "OSError"
    library.append((one.event_identifier, one.user_security_identifier, one.creation_time.year, data))
for row in (dissect, exported, library): print(row)
assert dissect == [(8003, "S-?", 2023, b"\1\2"), (8003, "S-?", 2040, b"")], "dissect.eventlog has changed"
assert exported[0] == ["0xc0001f43 (3221233475)"] * 2 and exported[1] == list(USERS), "evtexport has changed"
assert "2023" in exported[2][0] and "1968" in exported[2][1], "evtexport's times have changed"
assert library == [(0xC0001F43, USERS[0], 2023, b"\1\2"), (0xC0001F43, USERS[1], 2040, "OSError")], "libevt-python has changed"
P
v/bin/python look.py
