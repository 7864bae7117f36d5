#!/bin/sh
# Is a large value of the registry whole in what readers export?
#
# Guess before the run: yes, but in Parse::Win32Registry, which is old. Today's hives keep a value of more than 16344 bytes in pieces,
# with a list of the pieces.
# Seen (chntpw 140201-1, libparse-win32registry-perl 1.1-2, libhivex-bin 1.3.23-1, reglookup 1.0.1+svn287-9 of Debian bookworm;
# python-registry 1.3.1, regipy 6.5.0, dissect.regf 3.14, Python 3.11), a value of 20000 bytes:
#
#   reged -x                                       20000 bytes: the head of the list (“db”), then what follows it in the hive
#   hivexregedit, reglookup, python-registry,      the value
#   regipy, dissect.regf, Parse::Win32Registry
#
# Lesson: an export of the right length may hold something else. The letters “db” (64 62) at the beginning of a large binary value tell such
# an export by reged; take the value out again with another program.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install chntpw=140201-1 libparse-win32registry-perl=1.1-2 libwin-hivex-perl=1.3.23-1+b1 libhivex-bin=1.3.23-1+b1 libhivex0 \
  reglookup=1.0.1+svn287-9 libregfi1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install python-registry==1.3.1 regipy==6.5.0 dissect.regf==3.14
cat > look.pl <<'L'
use Parse::Win32Registry;
my $value = Parse::Win32Registry->new("SYSTEM")->get_root_key->get_subkey("Parameters")->get_value("Large");
print $value->get_data;
L
cat > look.py <<'P'
import os, re, struct, subprocess, sys
BINARY = 3
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
        elif size <= 16344: place = cell(content)
        else:
            # The head stands in front of the pieces, so that whatever a reader takes behind it is still within the hive.
            place = cell(b"", 12)
            parts = [cell(content[at:at + 16344]) for at in range(0, size, 16344)]
            pieces = cell(struct.pack("<%dI" % len(parts), *parts))
            struct.pack_into("<2sHI", data, place + 4, b"db", len(parts), pieces)
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
from dissect.regf import regf
from regipy.registry import RegistryHive
from Registry import Registry
large = b"0123456789" * 2000
with open("SYSTEM", "wb") as file: file.write(hive("Parameters", [("Large", BINARY, large)]))
def run(*words):
    modules = "root/usr/lib/x86_64-linux-gnu/perl5/5.36:root/usr/share/perl5"
    return subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PERL5LIB=modules)).stdout
run("root/usr/sbin/reged", "-x", "SYSTEM", "HKEY_LOCAL_MACHINE\\SYSTEM", "Parameters", "out.reg")
def exported(text):
    joined = text.replace(b"\r\n", b"\n").replace(b"\\\n", b"").decode("latin-1")
    return bytes.fromhex(re.search(r'"Large"=hex(?:\(3\))?:([0-9a-f, ]*)', joined)[1].replace(",", " "))
seen = {
    "reged": exported(open("out.reg", "rb").read()), "Perl": run("perl", "look.pl"),
    "hivexregedit": exported(run("root/usr/bin/hivexregedit", "--export", "SYSTEM", "\\")),
    "reglookup": re.search(rb"Large,BINARY,(\d*),", run("root/usr/bin/reglookup", "SYSTEM"))[1],
    "python-registry": Registry.Registry("SYSTEM").open("Parameters").value("Large").value(),
    "regipy": next(RegistryHive("SYSTEM").get_key("\\Parameters").iter_values(as_json=False)).value,
    "dissect.regf": regf.RegistryHive(open("SYSTEM", "rb")).open("Parameters").value("Large").value}
for name, one in seen.items(): print(name, len(one), one[:12])
other = seen.pop("reged")
assert len(other) == 20000 and other[:4] == b"db\2\0" and other != large, "reged has changed"
assert all(one in (large, large.decode()) for one in seen.values()), "another reader has changed"
P
v/bin/python look.py "$libraries"
