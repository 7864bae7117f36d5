#!/bin/sh
# What do the tools that import a .reg file into a hive of the registry make of letters that are not in ASCII, and of "name"=-, which
# deletes a value?
#
# Guess before the run: hivexregedit takes names and texts in UTF-8, reged takes the names wrong; both delete.
# Seen (libwin-hivex-perl and libhivex-bin 1.3.23-1, chntpw 140201-1 of Debian bookworm), a file in UTF-8 with "größe"="größe" and "old"=-, into
# a hive that has a value “old”:
#
#                            name                  text                  old             exit status
#   hivexregedit --merge     größe                 gr Ã ¶ Ã U+009F e     deleted         0
#   reged -I                 gr Ã ¶ Ã 9F e         größe                 the text “-”    2
#
# Each reads one of the two as ISO 8859-1. reged's status 2 says that it wrote the file.
# Lesson: such a file is right for one of the tools at most. Write texts as hex(1): and hex(7):, in UTF-16, keep names in ASCII, and look at
# the hive with another program; a setting that was to be gone may be “-” now.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libwin-hivex-perl=1.3.23-1+b1 libhivex-bin=1.3.23-1+b1 libhivex0=1.3.23-1+b1 chntpw=140201-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install python-registry==1.3.1
printf 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Shares]\r\n"größe"="größe"\r\n"old"=-\r\n\r\n' > new.reg
cat > look.py <<'P'
import os, struct, subprocess, sys
TEXT = 1
def hive(key, values):
    data = bytearray(b"hbin" + bytes(28))
    def cell(content, size=0):
        place, length = len(data), (max(len(content), size) + 11) // 8 * 8
        data.extend(struct.pack("<i", -length) + content.ljust(length - 4, b"\0"))
        return place
    def value(text, kind, content):
        letters = text.encode()
        size = len(content)
        if size <= 4: size, place = size | 1 << 31, int.from_bytes(content, "little")
        else: place = cell(content)
        return cell(struct.pack("<2sHIIIHH", b"vk", len(letters), size, place, kind, 1, 0) + letters)
    def node(text, flags, parent, keys, places, listed, security):
        letters = text.encode()
        return struct.pack(
            "<2sHQ15I2H", b"nk", flags | 0x20, 133444736000000000, 0, parent, keys, 0, listed if keys else -1 & 0xFFFFFFFF, -1 & 0xFFFFFFFF,
            places, -1 & 0xFFFFFFFF if keys else listed, security, -1 & 0xFFFFFFFF, 200, 0, 200, 30000, 0, len(letters), 0) + letters
    root = cell(b"", 80)
    owner = bytes.fromhex("0100048014000000200000000000000000000000 010100000000000512000000 010100000000000512000000")
    security = cell(struct.pack("<2sHIIII", b"sk", 0, len(data), len(data), 2, len(owner)) + owner)
    places = [value(*one) for one in values]
    below = cell(node(key, 0, root, 0, len(places), cell(struct.pack("<%dI" % len(places), *places)), security))
    number = 0
    for letter in key.upper(): number = (number * 37 + ord(letter)) % 2**32
    top = node("ROOT", 0x0C, 0, 1, 0, cell(struct.pack("<2sHII", b"lh", 1, below, number)), security)
    data[root + 4:root + 4 + len(top)] = top
    free = -len(data) % 4096 or 4096
    data.extend(struct.pack("<i", free) + bytes(free - 4))
    struct.pack_into("<II", data, 4, 0, len(data))
    head = struct.pack("<4sIIQ7I", b"regf", 1, 1, 133444736000000000, 1, 5, 0, 1, root, len(data), 1) + "SYSTEM".encode("utf-16-le")
    head = head.ljust(508, b"\0")
    check = 0
    for word in struct.unpack("<127I", head): check ^= word
    return (head + struct.pack("<I", check)).ljust(4096, b"\0") + data
from Registry import Registry
def look(*command):
    with open("SYSTEM", "wb") as file: file.write(hive("Shares", [("old", TEXT, "x\0".encode("utf-16-le"))]))
    run = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(
            os.environ, LD_LIBRARY_PATH=sys.argv[1], PERL5LIB="root/usr/lib/x86_64-linux-gnu/perl5/5.36", LC_ALL="C.UTF-8"))
    return run.returncode, {one.name(): one.value() for one in Registry.Registry("SYSTEM").open("Shares").values()}
top = "HKEY_LOCAL_MACHINE\\SYSTEM"
seen = {
    "hivexregedit": look("root/usr/bin/hivexregedit", "--merge", "--prefix", top, "SYSTEM", "new.reg"),
    "reged": look("root/usr/sbin/reged", "-I", "SYSTEM", top, "new.reg", "-C")}
for one in seen.items(): print(ascii(one))
right, wrong = "größe", "größe".encode().decode("latin-1")
assert seen["hivexregedit"] == (0, {right: wrong}), "hivexregedit has changed"
# python-registry reads a name of one byte a letter as Windows-1252.
assert seen["reged"] == (2, {right.encode().decode("cp1252"): right, "old": "-"}), "reged has changed"
P
v/bin/python look.py "$libraries"
