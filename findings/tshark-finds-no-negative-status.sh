#!/bin/sh
# A log or a script gives a status of SMB as a negative number, -1073741715 for 0xc000006d. Does tshark's filter find it?
#
# Guess before the run: an error, for a field without a sign has no negative values; a name in small letters is an error too.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), a SESSION_SETUP refused with LOGON_FAILURE, and an answer without an error:
#
#   smb2.nt_status == 0xc000006d               the first
#   smb2.nt_status == "status_logon_failure"   the first
#   smb2.nt_status == -1073741715              none, and no error
#   smb2.nt_status & -1073741824               the first
#   smb2.nt_status >= 0                        both
#   smb2.nt_status > -1                        none
#   tcp.port > -1                              none
#   tcp.port == 65536                          an error: “too big for this field”
#   smb2.nt_status == "LOGON_FAILURE"          an error: no such name
#
# A negative number is less than nothing here: it is taken, and each comparison with it fails, but for !=. In a mask it is the right number.
# Lesson: “no packet” for a status out of an event log, of PowerShell or of Python's signed integers does not mean that it never came. Add
# 2^32, or use the name with STATUS_ in front.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=4.0.17-0+deb12u3 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 libwiretap13=4.0.17-0+deb12u3 \
  libwsutil14=4.0.17-0+deb12u3 libwireshark-data=4.0.17-0+deb12u3 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
def answer(command, status, place):
    message = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, status, command, 1, 1, 0, 1, 0, 0, 1) + bytes(16)
    message += struct.pack("<HBBIB", 9, 0, 0, 0, 0) if status else struct.pack("<HH", 4, 0)
    tcp = struct.pack(">HHIIBBHHH", 445, 50000, place, 1, 0x50, 24, 8192, 0, 0) + struct.pack(">I", len(message)) + message
    return bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + bytes((10, 0, 0, 2, 10, 0, 0, 1)) + tcp
with open("two.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for index, packet in enumerate((answer(1, 0xC000006D, 1), answer(13, 0, 1000))):
        file.write(struct.pack("<IIII", 1700000000, index, len(packet), len(packet)) + packet)
def find(query):
    command = ["root/usr/bin/tshark", "-r", "two.pcap", "-Y", query, "-T", "fields", "-e", "frame.number"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return "error" if done.returncode else [int(word) for word in done.stdout.split()]
wanted = {
    "smb2.nt_status == 0xc000006d": [1], 'smb2.nt_status == "status_logon_failure"': [1], "smb2.nt_status == -1073741715": [],
    "smb2.nt_status & -1073741824": [1], "smb2.nt_status >= 0": [1, 2], "smb2.nt_status > -1": [], "smb2.nt_status != -1": [1, 2], "tcp.port > -1": [],
    "tcp.port == 65536": "error", 'smb2.nt_status == "LOGON_FAILURE"': "error"}
seen = {query: find(query) for query in wanted}
for each in seen.items(): print(*each)
assert seen == wanted, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
