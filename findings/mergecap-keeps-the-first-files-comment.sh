#!/bin/sh
# What does mergecap do with the comments of the files that it merges, and with what they say of their hosts?
#
# Guess before the run: both comments are kept; a section may have several.
# Seen (wireshark-common 4.0.17-0+deb12u3 of Debian bookworm), two files with a comment, a host (shb_os) and a program (shb_userappl)
# each:
#
#                      in the merged file
#   comment of one     kept, with “File created by merging:” and the names of both files behind it
#   comment of two     gone
#   host, program      those of the machine that merged, and “Mergecap (Wireshark) …”
#   comments of packets, names of interfaces    all there
#
# With the files in the other order the other comment is gone; with -a, which puts them one behind the other, the same.
# Lesson: a note of who recorded what belongs beside the file, or into a packet's comment. “Linux” in a merged file does not
# tell where it was recorded, and its comment tells the folders of whoever merged.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
OPTIONS = {0x0A0D0D0A: 16, 1: 8}
def option(code, text): return struct.pack("<HH", code, len(text)) + text + b"\0" * (-len(text) % 4)
def block(kind, body, *options):
    body += b"\0" * (-len(body) % 4) + b"".join(options) + bytes(4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def write(name, second):
    text, ticks = name.encode(), second * 10**6
    with open(name, "wb") as file:
        file.write(block(
            0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1), option(1, b"note of " + text), option(3, b"Windows of " + text),
            option(4, b"recorder of " + text)))
        file.write(block(1, struct.pack("<HHI", 1, 0, 262144), option(2, b"card of " + text)))
        file.write(block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 60, 60) + bytes(60), option(1, b"packet of " + text)))
def options(name):
    with open(name, "rb") as file: data = file.read()
    place, found = 0, []
    while place < len(data):
        kind, size = struct.unpack_from("<II", data, place)
        at = place + 8 + OPTIONS.get(kind, 80)
        while at + 4 <= place + size - 4:
            code, length = struct.unpack_from("<HH", data, at)
            if code: found.append((kind, code, data[at + 4 : at + 4 + length].decode()))
            at += 4 + (length + 3) // 4 * 4
        place += size
    return found
def look(*arguments):
    subprocess.run(["root/usr/bin/mergecap", "-w", "merged", *arguments], env=environment, check=True)
    found = options("merged")
    section = {code: [text for kind, one, text in found if kind == 0x0A0D0D0A and one == code] for code in (1, 3, 4)}
    (comment,), (host,), (program,) = section[1], section[3], section[4]
    return (
        comment.split("\n")[0].strip(), "File created by merging" in comment and "one" in comment and "two" in comment, "Windows" in host,
        program.startswith("Mergecap"), sorted(text for kind, _, text in found if kind != 0x0A0D0D0A))
write("one", 1700000000)
write("two", 1700000001)
seen = [look("one", "two"), look("two", "one"), look("-a", "one", "two")]
print(*seen, sep="\n")
kept = ["card of one", "card of two", "packet of one", "packet of two"]
def wanted(first): return ("note of " + first, True, False, True, kept)
assert seen == [wanted("one"), wanted("two"), wanted("one")], "this has changed"
P
python3 look.py "$libraries"
