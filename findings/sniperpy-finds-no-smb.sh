#!/bin/sh
# When does sniperpy, which takes SMB2 out of recordings, say “No SMB packets found”?
#
# Guess before the run: when there is no SMB2 in the file, or none to port 445.
# Seen (sniperpy 1.0.1, scapy 2.8.0, Python 3.11), one packet in each file:
#
#   NEGOTIATE                                                     “No SMB packets found in the pcap file.”
#   CREATE, to port 445 or 139                                    SMB2 Create Request
#   ECHO and CREATE in one message (a compound)                   SMB2 Create Request
#   a message with ECHO, and behind it one with CREATE            “No SMB packets found in the pcap file.”
#   the refusal of CREATE (STATUS_OBJECT_NAME_NOT_FOUND)          “No SMB packets found in the pcap file.”
#
# It knows CREATE and the answer to CLOSE alone. scapy takes a second message in a segment for padding.
# Lesson: a client that fails before it opens a file leaves nothing that this tool sees. Its error says nothing about the
# recording: a filter for the four bytes fe 53 4d 42 does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install sniperpy==1.0.1 scapy==2.8.0
v/bin/python - <<'P'
import logging, struct
logging.disable(logging.CRITICAL)
import scapy.layers.smb2
from scapy.all import IP, TCP, Ether, Raw, wrpcap
from sniperpy.smb_extractor import SMBExtractorError, extract_smb_packets, parse_smb_packets
def message(command, body, behind=0, status=0, flags=0):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, status, command, 1, flags, behind, 1, 0xFEFF, 1, 5) + bytes(16) + body
def framed(data): return struct.pack(">I", len(data)) + data
NEGOTIATE = struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0, b"client of a test", 0, 0x0210)
ECHO = struct.pack("<HH", 4, 0)
CREATE = struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x80, 0, 7, 1, 0, 120, 2, 0, 0) + "a".encode("utf-16-le")
REFUSED = struct.pack("<HBBIB", 9, 0, 0, 0, 0)
rows = [
    ("NEGOTIATE", 445, framed(message(0, NEGOTIATE)), []), ("CREATE", 445, framed(message(5, CREATE)), ["SMB2 Create Request"]),
    ("CREATE", 139, framed(message(5, CREATE)), ["SMB2 Create Request"]),
    ("a compound", 445, framed(message(13, ECHO + bytes(4), behind=72) + message(5, CREATE)), ["SMB2 Create Request"]),
    ("two messages", 445, framed(message(13, ECHO)) + framed(message(5, CREATE)), []),
    ("a refusal", 445, framed(message(5, REFUSED, status=0xC0000034, flags=1)), [])]
right = True
for name, port, data, wanted in rows:
    wrpcap("one.pcap", Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(sport=50000, dport=port, flags="PA") / Raw(data))
    try: seen = [one["Packet Type"] for one in parse_smb_packets(extract_smb_packets("one.pcap"))]
    except SMBExtractorError as error:
        assert str(error) == "No SMB packets found in the pcap file.", error
        seen = []
    print(name, port, seen)
    right = right and seen == wanted
assert right, "this has changed"
P
