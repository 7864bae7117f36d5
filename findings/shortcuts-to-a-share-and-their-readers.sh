#!/bin/sh
# Which share, path and protocol do readers find in a shortcut of Windows (.lnk) to a file on a server?
#
# Guess before the run: the share and the path, in Unicode where the file has them so, in Windows-1252 where not, and LANMAN (0x00020000), the
# number of SMB.
# Seen (liblnk-utils 20181227-1.1, libimage-exiftool-perl 12.57+dfsg-1 of Debian bookworm; LnkParse3 1.6.0, pylnk3 0.4.3, Python 3.11), \\FS\größe
# and a\ü.txt in one file, \\fs\größe-Ł and a\Łü.txt beside them in another:
#
#                in bytes: share      path         in Unicode: share     path         protocol
#   lnkinfo      \\FS\größe           a\ü.txt      \\fs\größe-Ł          a\Łü.txt     none
#   exiftool     .                    none         (empty)               none         Unknown (0x20000)
#   LnkParse3    \\FS\größe           a\ü.txt      \\fs\größe-Ł          Łü.txt       WNNC_NET_DECORB
#   pylnk3       \\FS\grцЯe           a\ь.txt      *                     a\ь.txt      none
#
# exiftool takes the place of the name from another structure, pylnk3 takes each name for Cyrillic, and LnkParse3 has a digit too few in its table
# (DECORB is 0x00200000) and cuts the path.
# Lesson: which server a shortcut leads to needs a second reader. A search for shares in such files by exiftool finds none.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install liblnk-utils=20181227-1.1+b4 liblnk1=20181227-1.1+b4 libimage-exiftool-perl=12.57+dfsg-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install LnkParse3==1.6.0 pylnk3==0.4.3
cat > look.py <<'P'
import os, re, struct, subprocess, sys
import LnkParse3, pylnk3
CLOCK = 133444736000000000
def wide(text): return text.encode("utf-16-le") + b"\0\0"
def shortcut(share, path, share_too=None, path_too=None):
    device = b"Z:\0"
    share, path = share.encode("cp1252") + b"\0", path.encode("cp1252") + b"\0"
    head = 0x1C if share_too else 0x14
    names = share + device
    places = b""
    if share_too:
        places = struct.pack("<II", head + len(names), head + len(names) + len(wide(share_too)))
        names += wide(share_too) + wide("Z:")
    network = struct.pack("<IIIII", head + len(names), 3, head, head + len(share), 0x00020000) + places + names
    head = 0x24 if share_too else 0x1C
    at = head + len(network)
    info = network + path + (wide(path_too) if path_too else b"")
    places = struct.pack("<II", 0, at + len(path)) if path_too else b""
    return struct.pack("<I16sIIQQQIiIHHII", 0x4C, bytes.fromhex("0114020000000000c000000000000046"), 0x82, 0x20, CLOCK, CLOCK, CLOCK, 9, 0, 1, 0, 0, 0, 0) + (
        struct.pack("<IIIIIII", head + len(info), head, 2, 0, 0, head, at) + places + info) + bytes(4)
with open("bytes.lnk", "wb") as file: file.write(shortcut("\\\\FS\\größe", "a\\ü.txt"))
with open("wide.lnk", "wb") as file: file.write(shortcut("\\\\FS\\größe", "a\\ü.txt", "\\\\fs\\größe-Ł", "a\\Łü.txt"))
def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=dict(
        os.environ, LD_LIBRARY_PATH=sys.argv[1], PERL5LIB="root/usr/share/perl5", LC_ALL="C.UTF-8")).stdout
def lnkparse3(name):
    with open(name, "rb") as file: info = LnkParse3.lnk_file(file).get_json()["link_info"]
    place = info["location_info"]
    return (
        place.get("net_name_unicode") or place["net_name"], info.get("common_path_suffix_unicode") or info["common_path_suffix"],
        place["network_provider_type"])
def pylnk(name):
    info = pylnk3.parse(name).link_info
    return info.network_share_name, info.base_name
seen = {}
for name in ("bytes.lnk", "wide.lnk"):
    seen[name] = {
        "lnkinfo": re.search(r"Network path\s*: (.*)", run("root/usr/bin/lnkinfo", name))[1],
        "exiftool": tuple(re.findall("Net (?:Name|Provider Type) *: ?(.*)", run("perl", "root/usr/bin/exiftool", name))),
        "LnkParse3": lnkparse3(name), "pylnk3": pylnk(name)}
    print(ascii(seen[name]))
assert seen == {
    "bytes.lnk": {
        "lnkinfo": "\\\\FS\\größe\\a\\ü.txt", "exiftool": (".", "Unknown (0x20000)"),
        "LnkParse3": ("\\\\FS\\größe", "a\\ü.txt", "WNNC_NET_DECORB"), "pylnk3": ("\\\\FS\\grцЯe", "a\\ь.txt")},
    "wide.lnk": {
        "lnkinfo": "\\\\fs\\größe-Ł\\a\\Łü.txt", "exiftool": ("", "Unknown (0x20000)"),
        "LnkParse3": ("\\\\fs\\größe-Ł", "Łü.txt", "WNNC_NET_DECORB"), "pylnk3": ("*", "a\\ь.txt")}}, "a reader has changed"
P
v/bin/python look.py "$libraries"
