#!/bin/sh
# Do scapy and tshark show each SMB2 message of a TCP stream that had trouble on its way?
#
# Guess before the run: scapy's TCPSession copes with a segment that came twice, with two that changed places, and with sequence numbers
# that pass 2^32; so does tshark.
# Seen (scapy 2.8.0, Python 3.11; tshark 4.0.17-0+deb12u3 of Debian bookworm), five ECHO of 72 bytes (0 to 4) in eight segments of 50:
#
#                                       scapy        tshark       tshark -o tcp.reassemble_out_of_order:TRUE
#   as it was sent                      0 1 2 3 4    0 1 2 3 4    0 1 2 3 4
#   sequence numbers that pass 2^32     0 1          0 1 2 3 4    0 1 2 3 4
#   the second segment twice            0            0 1 2 3 4    0 1 2 3 4
#   the second behind the third         0            none         0 1 2 3 4
#   the fourth missing                  0 1 3 4      0 1 3 4      0 1
#
# None of them says that something is left out.
# Lesson: “the client stopped asking” in what scapy shows may be one retransmission. With tshark, give that option for packets out of
# order, and look at a recording with a hole without it.
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
python3 -m venv v
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, re, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.all import NoPayload, sniff
from scapy.layers.smb2 import SMB2_Header
from scapy.sessions import TCPSession
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
def echo(number):
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0, 13, 1, 0, 0, number, 0xFEFF, 0, 0x11) + bytes(16)
    return struct.pack(">I", 68) + header + struct.pack("<HH", 4, 0)
def packet(who, flags, sequence, acknowledged, data=b""):
    ports = (50000, 445) if who == 1 else (445, 50000)
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence % 2**32, acknowledged % 2**32, 0x50, flags, 8192, 0, 0) + data
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + bytes([10, 0, 0, who, 10, 0, 0, 3 - who]) + tcp
    return bytes.fromhex("525400000002525400000001") + b"\x08\0" + ip
def write(first=1000, order=range(8)):
    stream = b"".join(echo(number) for number in range(5))
    packets = [packet(1, 2, first, 0), packet(2, 18, 9000, first + 1), packet(1, 16, first + 1, 9001)]
    came = set()
    for number in order:
        packets.append(packet(1, 24, first + 1 + 50 * number, 9001, stream[50 * number : 50 * number + 50]))
        came.add(number)
        whole = min(next(place for place in range(9) if place not in came) * 50, len(stream))
        packets.append(packet(2, 16, 9001, first + 1 + whole))
    end = first + 1 + len(stream)
    packets += [packet(1, 17, end, 9001), packet(2, 17, 9001, end + 1), packet(1, 16, end + 1, 9002)]
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for place, one in enumerate(packets): file.write(struct.pack("<IIII", 1700000000, place, len(one), len(one)) + one)
def scapy():
    found = []
    for one in sniff(offline="one.pcap", session=TCPSession, quiet=True):
        while not isinstance(one, NoPayload):
            if isinstance(one, SMB2_Header): found.append(str(one.MID))
            one = one.payload
    return " ".join(found)
def tshark(*options):
    run = subprocess.run(["root/usr/bin/tshark", *options, "-r", "one.pcap", "-T", "fields", "-e", "smb2.msg_id"], env=environment,
                         capture_output=True, text=True, timeout=60)
    return " ".join(re.findall(r"\d+", run.stdout))
CASES = {"sent": {}, "wrapped": {"first": 2**32 - 130}, "twice": {"order": [0, 1, 1, 2, 3, 4, 5, 6, 7]},
         "swapped": {"order": [0, 2, 1, 3, 4, 5, 6, 7]}, "hole": {"order": [0, 1, 2, 4, 5, 6, 7]}}
seen = {}
for name, case in CASES.items():
    write(**case)
    seen[name] = scapy(), tshark(), tshark("-o", "tcp.reassemble_out_of_order:TRUE")
for one in seen.items(): print(*one)
whole = "0 1 2 3 4"
assert seen == {"sent": (whole,) * 3, "wrapped": ("0 1", whole, whole), "twice": ("0", whole, whole), "swapped": ("0", "", whole),
                "hole": ("0 1 3 4", "0 1 3 4", "0 1")}, "this has changed"
P
v/bin/python look.py "$libraries"
