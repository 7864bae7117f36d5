#!/bin/sh
# Do readers of the registry show the name of a setting that is not in ASCII, such as that of a share?
#
# Guess before the run: yes, each of them. Windows writes a name with one byte a letter if ISO 8859-1 has all of its letters, with two if
# not; a flag says which.
# Seen (libwin-hivex-perl 1.3.23-1, chntpw 140201-1, reglookup 1.0.1+svn287-9, libregf-utils 20201007-2 of Debian bookworm; regipy 6.5.0,
# python-registry 1.3.1, dissect.regf 3.14, Python 3.11), names in one hive, with the bytes that a program writes:
#
#                                            größe             Łódź
#   hivexregedit --export                    67 72 f6 df 65    c5 81 c3 b3 64 c5 ba
#   reged -x                                 67 72 f6 df 65    c5 81 c3 b3 64 c5 ba
#   reglookup                                gr%F6%DFe         A%01%F3%00d%00z%01
#   regipy                                   gr??e (U+FFFD)    Łódź
#   python-registry, dissect, regfexport     größe             Łódź
#
# hivexregedit and reged write one name in ISO 8859-1 and the other in UTF-8, into one file.
# Lesson: no encoding reads such an export as a whole. Take the names from a reader that knows both forms, and never search an export
# for the name of a share in one encoding.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libwin-hivex-perl=1.3.23-1+b1 libhivex-bin=1.3.23-1+b1 libhivex0 chntpw=140201-1 \
  reglookup=1.0.1+svn287-9 libregfi1 libregf-utils=20201007-2+b2 libregf1 libbfio1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install python-registry==1.3.1 regipy==6.5.0 dissect.regf==3.14
cat > look.py <<'P'
import os, re, struct, subprocess, sys
DWORD = 4
def hive(key, values):
    data = bytearray(b"hbin" + bytes(28))
    def cell(content, size=0):
        place, length = len(data), (max(len(content), size) + 11) // 8 * 8
        data.extend(struct.pack("<i", -length) + content.ljust(length - 4, b"\0"))
        return place
    def name(text):
        # Windows writes a name with one byte a letter where ISO 8859-1 has all of its letters, and sets a flag.
        try: return text.encode("latin-1"), True
        except UnicodeEncodeError: return text.encode("utf-16-le"), False
    def value(text, kind, content):
        letters, short = name(text)
        size = len(content)
        if size <= 4: size, place = size | 1 << 31, int.from_bytes(content, "little")
        else: place = cell(content)
        return cell(struct.pack("<2sHIIIHH", b"vk", len(letters), size, place, kind, short and bool(text), 0) + letters)
    def node(text, flags, parent, keys, places, listed, security):
        letters, short = name(text)
        return struct.pack(
            "<2sHQ15I2H", b"nk", flags | 0x20 * short, 133444736000000000, 0, parent, keys, 0, listed if keys else -1 & 0xFFFFFFFF, -1 & 0xFFFFFFFF,
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
names = ["größe", "Łódź"]
with open("SYSTEM", "wb") as file: file.write(hive("Shares", [(one, DWORD, b"\1\0\0\0") for one in names]))
def run(program, *words):
    modules = "root/usr/lib/x86_64-linux-gnu/perl5/5.36"
    return subprocess.run(
        ["root/usr/" + program, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PERL5LIB=modules, LC_ALL="C.UTF-8")).stdout
run("sbin/reged", "-x", "SYSTEM", "HKEY_LOCAL_MACHINE\\SYSTEM", "Shares", "out.reg")
def exported(text): return sorted(re.findall(rb'(?m)^"([^"]*)"=dword', text))
seen = {
    "hivexregedit": exported(run("bin/hivexregedit", "--export", "SYSTEM", "\\")), "reged": exported(open("out.reg", "rb").read()),
    "reglookup": re.findall("/Shares/([^,]*),", run("bin/reglookup", "SYSTEM").decode()),
    "regipy": [one.name for one in RegistryHive("SYSTEM").get_key("\\Shares").iter_values(as_json=False)],
    "python-registry": [one.name() for one in Registry.Registry("SYSTEM").open("Shares").values()],
    "dissect.regf": [one.name for one in regf.RegistryHive(open("SYSTEM", "rb")).open("Shares").values()],
    "regfexport": re.findall("Value: . (.*)", run("bin/regfexport", "SYSTEM").decode())}
for one in seen.items(): print(ascii(one))
two = [names[0].encode("latin-1"), names[1].encode()]
assert seen["hivexregedit"] == seen["reged"] == two, "hivexregedit or reged has changed"
assert seen["reglookup"] == ["gr%F6%DFe", "A%01%F3%00d%00z%01"], "reglookup has changed"
assert seen["regipy"] == ["gr\ufffd\ufffde", names[1]], "regipy has changed"
assert seen["python-registry"] == seen["dissect.regf"] == seen["regfexport"] == names, "another reader has changed"
P
v/bin/python look.py "$libraries"
