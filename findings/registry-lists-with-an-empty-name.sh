#!/bin/sh
# Which names do readers of the registry find in a list (REG_MULTI_SZ) of three of which the second is empty, such as NullSessionShares?
#
# Guess before the run: all three, in each; python-registry may leave the empty one out.
# Seen (python-registry 1.3.1, regipy 6.5.0, dissect.regf 3.14, Python 3.11; libparse-win32registry-perl 1.1-2, reglookup
# 1.0.1+svn287-9 of Debian bookworm), the lists a, "", b and a, b:
#
#                             a, "", b             a, b
#   python-registry           a, "", b, "", ""     a, b, "", ""
#   regipy                    a, b                 a, b
#   dissect.regf              a                    a, b
#   Parse::Win32Registry      a, "", b             a, b
#   reglookup                 a|b                  a|b
#
# Lesson: by the rule for such a list an empty text is its end, so a server may well see only what stands in front of it; a program that
# judges the settings of a server has to look at the bytes. Of python-registry's lists drop the last two.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libparse-win32registry-perl=1.1-2 reglookup=1.0.1+svn287-9 libregfi1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install python-registry==1.3.1 regipy==6.5.0 dissect.regf==3.14
cat > look.pl <<'L'
use Parse::Win32Registry;
for my $value (Parse::Win32Registry->new("SYSTEM")->get_root_key->get_subkey("Parameters")->get_list_of_values) {
    print join(",", map { "<$_>" } $value->get_data), "\n";
}
L
cat > look.py <<'P'
import os, re, struct, subprocess, sys
MULTI = 7
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
from dissect.regf import regf
from regipy.registry import RegistryHive
from Registry import Registry
def listed(*texts): return "".join(text + "\0" for text in (*texts, "")).encode("utf-16-le")
with open("SYSTEM", "wb") as file:
    file.write(hive("Parameters", [("NullSessionShares", MULTI, listed("a", "", "b")), ("NullSessionPipes", MULTI, listed("a", "b"))]))
seen = {
    "python-registry": [one.value() for one in Registry.Registry("SYSTEM").open("Parameters").values()],
    "regipy": [one.value for one in RegistryHive("SYSTEM").get_key("\\Parameters").iter_values(as_json=False)],
    "dissect.regf": [one.value for one in regf.RegistryHive(open("SYSTEM", "rb")).open("Parameters").values()]}
def run(*words, **more): return subprocess.run(words, capture_output=True, text=True, env=dict(os.environ, **more)).stdout
seen["Perl"] = run("perl", "look.pl", PERL5LIB="root/usr/share/perl5").split()
seen["reglookup"] = re.findall("MULTI_SZ,(.*),", run("root/usr/bin/reglookup", "SYSTEM", LD_LIBRARY_PATH=sys.argv[1]))
for one in seen.items(): print(*one)
assert seen["python-registry"] == [["a", "", "b", "", ""], ["a", "b", "", ""]], "python-registry has changed"
assert seen["regipy"] == [["a", "b"], ["a", "b"]], "regipy has changed"
assert seen["dissect.regf"] == [["a"], ["a", "b"]], "dissect.regf has changed"
assert seen["Perl"] == ["<a>,<>,<b>", "<a>,<b>"], "Parse::Win32Registry has changed"
assert seen["reglookup"] == ["a|b", "a|b"], "reglookup has changed"
P
v/bin/python look.py "$libraries"
