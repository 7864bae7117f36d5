#!/bin/sh
# What do tools show for the times -1 and -2 in a SET_INFO request, which are no times?
#
# Guess before the run: a word in tshark, as for 0; a number or an error elsewhere. With FileBasicInformation -1 says that the
# server shall not set this time any more, -2 that it shall set it again.
# Seen (tshark 4.0.17-0+deb12u3 and python3-samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; scapy 2.8.0, smbprotocol 1.17.0,
# Python 3.11):
#
#                                  0                     never (2^63 - 1)         -1 and -2
#   tshark                         No time specified     Infinity                 May 28, 60056
#   scapy (FileBasicInformation)   1601-01-01            show() raises an error   show() raises an error
#   smbprotocol                    1601-01-01            9999-12-31               9999-12-31
#   samba.nttime2string            NTTIME(0)             14 September 30828       1 January 1970
#
# Lesson: a time of the year 60056, 9999 or 1970 in a SET_INFO is a request to leave the time alone, and no broken clock. A reader
# has to look at the number before it makes a date of it.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version python3-samba=2:4.17.12+dfsg-0+deb12u4 samba-libs=2:4.17.12+dfsg-0+deb12u4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | grep -v python | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0 smbprotocol==1.17.0
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.layers.smb2 import FileBasicInformation
from smbprotocol.structure import DateTimeField
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark", TZ="UTC")
TIMES = [0, 2**63 - 1, -1, -2]
def body(time): return struct.pack("<4qII", time, time, time, time, 0x80, 0)
def request(time):
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0, 17, 1, 0, 0, 5, 0xFEFF, 1, 0x11) + bytes(16)
    message = header + struct.pack("<HBBIHHI", 33, 1, 4, 40, 96, 0, 0) + bytes(16) + body(time)
    tcp = struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, 0x18, 8192, 0, 0) + struct.pack(">I", len(message)) + message
    ip = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, 10, 0, 0, 1, 10, 0, 0, 2)
    return bytes(12) + b"\x08\0" + ip + tcp
def tshark(time):
    packet = request(time)
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 1700000000, 0, len(packet), len(packet)))
        file.write(packet)
    run = subprocess.run(["root/usr/bin/tshark", "-r", "one.pcap", "-V"], env=environment, capture_output=True, text=True, timeout=60)
    return next(line.split(": ", 1)[1] for line in run.stdout.splitlines() if line.strip().startswith("Last Write: "))
def scapy(time):
    try: return next(line for line in FileBasicInformation(body(time)).show(dump=True).splitlines() if "LastWriteTime" in line)
    except OverflowError as error: return str(error)
def smbprotocol(time):
    field = DateTimeField()
    field.unpack(struct.pack("<q", time))
    return str(field.get_value())
def samba(time):
    code = "import samba, sys; print(samba.nttime2string(int(sys.argv[1])))"
    run = subprocess.run(
        ["/usr/bin/python3", "-c", code, str(time % 2**64)], env=dict(environment, PYTHONPATH="root/usr/lib/python3/dist-packages"),
        capture_output=True, text=True, timeout=60)
    return run.stdout.strip()
seen = {tool.__name__: [tool(time) for time in TIMES] for tool in (tshark, scapy, smbprotocol, samba)}
for one in seen.items(): print(*one)
def has(tool, *words): return all(word in text for word, text in zip(words, seen[tool]))
assert has("tshark", "No time specified", "Infinity", "May 28, 60056", "May 28, 60056"), "tshark has changed"
assert has("scapy", "1601", "out of range", "out of range", "out of range"), "scapy has changed"
assert has("smbprotocol", "1601-01-01", "9999-12-31", "9999-12-31", "9999-12-31"), "smbprotocol has changed"
assert has("samba", "NTTIME(0)", "Sep 14 02:48:05 30828", "Jan  1 00:00:00 1970", "Jan  1 00:00:00 1970"), "samba has changed"
P
v/bin/python look.py "$libraries"
