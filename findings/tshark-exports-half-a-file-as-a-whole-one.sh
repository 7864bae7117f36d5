#!/bin/sh
# Which files does “tshark --export-objects smb” write, and are they whole?
#
# Guess before the run: each file that was read or written, as long as it is, with zeros for what is not in the recording; a READ
# whose CREATE is not in the recording gives a file named by its FileId.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), one connection by SMB2 2.1:
#
#   dir\whole.txt, 300 bytes, two READs   %5cdir%5cwhole.txt, whole
#   the same, opened a second time        %5cdir%5cwhole(1).txt
#   part.txt, 100 bytes, the first 10     %5cpart.txt of 10 bytes; no word that 90 are missing
#   twice.txt, the same READ twice        the second answer's bytes
#   empty.txt, opened and closed          nothing
#   33 bytes by a FileId without CREATE   File_Id_00000009-… with no byte in it, though the packets have them
#
# Lesson: the length of an exported file proves nothing. Compare it with EndofFile in the answer to CREATE (smb2.eof), and begin to
# record before the file is opened.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import os, struct, subprocess
FILETIME = 133444736000000000
def message(command, number, answer, body, tree=5, session=0x11):
    head = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16s", 64, 1, 0, command, 1, int(answer), 0, number, 0xFEFF, tree, session, bytes(16))
    return struct.pack(">I", len(head + body)) + head + body
def handle(key): return struct.pack("<QQ", key, key)
packets, numbers, count = [], {False: 101, True: 201}, 0
def send(back, flags, data=b"", sequence=None):
    ends = bytes([10, 0, 0, 2, 10, 0, 0, 1] if back else [10, 0, 0, 1, 10, 0, 0, 2])
    ports = (445, 50000) if back else (50000, 445)
    start = numbers[back] if sequence is None else sequence
    segment = struct.pack(">HHIIBBHHH", *ports, start, numbers[not back] if flags != 2 else 0, 0x50, flags, 65535, 0, 0) + data
    packets.append(struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0x4000, 64, 6, 0) + ends + segment)
    if data: numbers[back] += len(data)
def talk(command, request, response, **more):
    global count
    send(False, 0x18, message(command, count, False, request, **more))
    send(True, 0x18, message(command, count, True, response, **more))
    count += 1
def create(name, key, size):
    name = name.encode("utf-16-le")
    talk(5, struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x120089, 0, 7, 1, 0, 120, len(name), 0, 0) + name,
         struct.pack("<HBBIQQQQQQII16sII", 89, 0, 0, 1, *[FILETIME] * 4, size, size, 0x20, 0, handle(key), 0, 0))
def read(key, offset, data):
    talk(8, struct.pack("<HBBIQ16sIIIHHB", 49, 0x50, 0, len(data), offset, handle(key), 0, 0, 0, 0, 0, 0),
         struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)
def close(key): talk(6, struct.pack("<HHI16s", 24, 0, 0, handle(key)), struct.pack("<HHIQQQQQQI", 60, 0, 0, 0, 0, 0, 0, 0, 0, 0))
send(False, 2, sequence=100)
send(True, 0x12, sequence=200)
send(False, 0x10)
talk(0, struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0, bytes(16), 0, 0x210),
     struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x210, 0, bytes(range(16)), 1, 65536, 65536, 65536, FILETIME, 0, 128, 0, 0), tree=0, session=0)
share = r"\\fs\data".encode("utf-16-le")
talk(3, struct.pack("<HHHH", 9, 0, 72, len(share)) + share, struct.pack("<HBBIII", 16, 1, 0, 0, 0, 0x1F01FF))
create(r"dir\whole.txt", 1, 300); read(1, 0, b"a" * 150); read(1, 150, b"b" * 150); close(1)
create(r"dir\whole.txt", 2, 300); read(2, 0, b"A" * 300); close(2)
create("part.txt", 3, 100); read(3, 0, b"c" * 10); close(3)
create("twice.txt", 4, 20); read(4, 0, b"1" * 20); read(4, 0, b"2" * 20); close(4)
create("empty.txt", 5, 0); close(5)
read(9, 0, b"x" * 33)
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
    for place, data in enumerate(packets): file.write(struct.pack("<IIII", 1700000000, place * 1000, len(data), len(data)) + data)
subprocess.run(["root/usr/bin/tshark", "-q", "-r", "one.pcap", "--export-objects", "smb,out"], check=True, capture_output=True)
seen = {}
for name in sorted(os.listdir("out")):
    with open("out/" + name, "rb") as file: seen[name] = file.read()
    print(name, len(seen[name]), seen[name][:1], seen[name][-1:])
assert seen == {"%5cdir%5cwhole.txt": b"a" * 150 + b"b" * 150, "%5cdir%5cwhole(1).txt": b"A" * 300, "%5cpart.txt": b"c" * 10,
                "%5ctwice.txt": b"2" * 20, "File_Id_00000009-0000-0000-0900-000000000000": b""}, "this has changed"
P
python3 look.py
