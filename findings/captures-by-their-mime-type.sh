#!/bin/sh
# Can a program pick out recordings by their MIME type?
#
# Guess before the run: yes. file names each format but pcap with nanoseconds in big-endian, and says application/vnd.tcpdump.pcap
# for pcap and pcapng alike. Nothing was guessed about the other two by format.
# Seen (file 1:5.44-3 and shared-mime-info 2.2-1 of Debian bookworm, puremagic 1.30 of PyPI), one whole packet in each file, whose
# name has no ending:
#
#                        file -b   file --mime-type               puremagic                  freedesktop.org.xml
#   pcap, microseconds   pcap      application/vnd.tcpdump.pcap   neither ending nor type    application/vnd.tcpdump.pcap
#   pcap, nanoseconds    pcap      application/vnd.tcpdump.pcap   an error                   (nothing)
#   pcapng               pcapng    application/octet-stream       application/octet-stream   (nothing)
#   snoop                Snoop     application/octet-stream       an error                   (nothing)
#
# Both byte orders give the same.
# Lesson: a filter that takes application/vnd.tcpdump.pcap alone loses each pcapng, which is what Wireshark writes. Look at the
# first four bytes instead.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install file=1:5.44-3 libmagic1=1:5.44-3 libmagic-mgc=1:5.44-3 shared-mime-info=2.2-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install puremagic==1.30
cat > look.py <<'P'
import os, struct, subprocess, sys
from xml.etree import ElementTree
import puremagic
PACKET = bytes(12) + b"\x88\xb5" + bytes(46)
def pcap(order, magic):
    head = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, 1)
    return head + struct.pack(order + "IIII", 1700000000, 5, 60, 60) + PACKET
def pcapng(order):
    blocks = struct.pack(order + "IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28) + struct.pack(order + "IIHHII", 1, 20, 1, 0, 0, 20)
    return blocks + struct.pack(order + "IIIIIII", 6, 92, 0, 0, 0, 60, 60) + PACKET + struct.pack(order + "I", 92)
snoop = b"snoop\0\0\0" + struct.pack(">II", 2, 4) + struct.pack(">IIIIII", 60, 60, 84, 0, 1700000000, 5) + PACKET
def file(path, *options):
    command = ["root/usr/bin/file", "-b", "-m", "root/usr/lib/file/magic.mgc", *options, path]
    return subprocess.run(command, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]), stdout=subprocess.PIPE, text=True, check=True).stdout.split()[0]
def pure(path):
    try: best = puremagic.magic_file(path)[0]
    except (puremagic.PureError, IndexError): return None
    return best.extension, best.mime_type, best.confidence
names = {"mime": "{http://www.freedesktop.org/standards/shared-mime-info}"}
def shared(data):
    "The types whose rule for the bytes at the start fits; only numbers of the host's byte order are needed here."
    found = set()
    for kind in ElementTree.parse("root/usr/share/mime/packages/freedesktop.org.xml").getroot():
        for match in kind.iterfind("*/" + names["mime"] + "match"):
            if match.get("offset") != "0": continue
            value = match.get("value")
            if match.get("type") == "host32": wanted = struct.pack("=I", int(value, 0))
            elif match.get("type") == "big32": wanted = struct.pack(">I", int(value, 0))
            elif match.get("type") == "little32": wanted = struct.pack("<I", int(value, 0))
            elif match.get("type") == "string" and "\\" not in value and len(value) > 3: wanted = value.encode()
            else: continue
            if "mask" not in match.keys() and data.startswith(wanted): found.add(kind.get("type"))
    return sorted(found)
PCAP, OCTETS = "application/vnd.tcpdump.pcap", "application/octet-stream"
rows = []
for order in "<>":
    rows.append(("micro", pcap(order, 0xA1B2C3D4), ("pcap", PCAP, ("", "", 0.4), [PCAP])))
    rows.append(("nano", pcap(order, 0xA1B23C4D), ("pcap", PCAP, None, [])))
    rows.append(("pcapng", pcapng(order), ("pcapng", OCTETS, (".pcapng", OCTETS, 0.4), [])))
rows.append(("snoop", snoop, ("Snoop", OCTETS, None, [])))
right = True
for name, data, wanted in rows:
    with open("one", "wb") as out: out.write(data)
    seen = file("one"), file("one", "--mime-type"), pure("one"), shared(data)
    print(name, *seen)
    right = right and seen == wanted
with open("root/usr/share/mime/packages/freedesktop.org.xml") as source: text = source.read().lower()
assert not any(word in text for word in ("pcapng", "a1b23c4d", "4d3cb2a1", "0a0d0d0a")), "the list of freedesktop.org has changed"
assert right, "this has changed"
P
v/bin/python look.py "$libraries"
