#!/bin/sh
# Which number do readers of the registry show for a setting that is big-endian (REG_DWORD_BIG_ENDIAN), or shorter than its type says?
#
# Guess before the run: 1 for the first, 5 or an error for a number (REG_DWORD) of two bytes; nothing, or 0, for one without any byte.
# Seen (libhivex-bin 1.3.23-1, chntpw 140201-1, libparse-win32registry-perl 1.1-2 of Debian bookworm; python-registry 1.3.1, regipy 6.5.0,
# dissect.regf 3.14, Python 3.11):
#
#                            00 00 00 01 (big-endian)   05 00          no byte
#   hivexget                 1                          0xffffffff     0xffffffff
#   reged -x                 hex(5):00,00,00,01         5              5
#   Parse::Win32Registry     1                          none           none
#   python-registry          83886080                   5              0
#   regipy                   ""                         5              0
#   dissect.regf             1                          EOFError       0
#
# 83886080 is 05 00 00 00, the type of the value, which stands behind its data. reged shows a number without a byte as that of the value
# in front of it. Windows keeps what programs write, of any length.
# Lesson: a time-out of 4294967295 in such a list may be an error that nobody looked at, and a RequireSecuritySignature of 1 may be its
# neighbour's. Check the length of a number before you believe it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libhivex-bin=1.3.23-1+b1 libhivex0 chntpw=140201-1 libparse-win32registry-perl=1.1-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install python-registry==1.3.1 regipy==6.5.0 dissect.regf==3.14
cat > look.pl <<'L'
use Parse::Win32Registry;
for my $value (Parse::Win32Registry->new("SYSTEM")->get_root_key->get_subkey("Parameters")->get_list_of_values) {
    print defined $value->get_data ? $value->get_data : "none", "\n";
}
L
cat > look.py <<'P'
import os, re, struct, subprocess, sys
DWORD, BIG_ENDIAN = 4, 5
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
with open("SYSTEM", "wb") as file:
    file.write(hive("Parameters", [("big", BIG_ENDIAN, b"\0\0\0\1"), ("short", DWORD, b"\5\0"), ("none", DWORD, b"")]))
def run(*words):
    return subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=dict(
            os.environ, LD_LIBRARY_PATH=sys.argv[1], PERL5LIB="root/usr/share/perl5", PATH="root/usr/bin:" + os.environ["PATH"])).stdout
def outcome(read):
    try: return read()
    except Exception as error: return type(error).__name__
run("root/usr/sbin/reged", "-x", "SYSTEM", "HKEY_LOCAL_MACHINE\\SYSTEM", "Parameters", "out.reg")
seen = {
    "hivexget": re.findall('"=(.*)', run("root/usr/bin/hivexget", "SYSTEM", "Parameters")),
    "reged": re.findall('"=([^\r\n]*)', open("out.reg").read()), "Perl": run("perl", "look.pl").split(),
    "python-registry": [one.value() for one in Registry.Registry("SYSTEM").open("Parameters").values()],
    "regipy": [one.value for one in RegistryHive("SYSTEM").get_key("\\Parameters").iter_values(as_json=False)],
    "dissect.regf": [outcome(lambda: one.value) for one in regf.RegistryHive(open("SYSTEM", "rb")).open("Parameters").values()]}
for one in seen.items(): print(*one)
assert seen["hivexget"] == ["dword:00000001", "dword:ffffffff", "dword:ffffffff"], "hivexget has changed"
assert seen["reged"] == ["hex(5):00,00,00,01", "dword:00000005", "dword:00000005"], "reged has changed"
assert seen["Perl"] == ["1", "none", "none"], "Parse::Win32Registry has changed"
assert seen["python-registry"] == [83886080, 5, 0], "python-registry has changed"
assert seen["regipy"] == ["", 5, 0], "regipy has changed"
assert seen["dissect.regf"] == [1, "EOFError", 0], "dissect.regf has changed"
P
v/bin/python look.py "$libraries"
