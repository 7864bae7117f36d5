#!/bin/sh
# Do tools know the names of the statuses with which a server refuses a logon?
#
# Guess before the run: yes, each of them has the list of MS-ERREF; at most the two of SMB 3.1.1 in 0xC05D.... are missing.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1, smbprotocol 1.17.0, aiosmb 0.4.14 with Python 3.11):
#
#                                                      tshark  impacket  smbprotocol  aiosmb
#   0xC000006D LOGON_FAILURE                           yes     yes       yes          yes
#   0xC0000234 ACCOUNT_LOCKED_OUT                      yes     yes       no           yes
#   0xC000035C NETWORK_SESSION_EXPIRED                 yes     yes       no           yes
#   0xC0000388 DOWNGRADE_DETECTED                      no      yes       no           yes
#   0xC0000413 AUTHENTICATION_FIREWALL_FAILED          no      yes       no           yes
#   0xC0000418 NTLM_BLOCKED                            no      yes       no           yes
#   0xC0000466 SERVER_UNAVAILABLE                      no      no        yes          no
#   0xC000A000 INVALID_SIGNATURE                       no      yes       no           yes
#   0xC05D0000 SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP   no      no        no           no
#
# Lesson: “Unknown” means that the tool has no name for it, not that the server made it up. The statuses of a policy
# (selective authentication, NTLM blocked) are just those without one; look the number up.
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
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 smbprotocol==1.17.0 aiosmb==0.4.14
cat > look.py <<'P'
import os, re, struct, subprocess, sys
from aiosmb.wintypes.ntstatus import NTStatus
from impacket import nt_errors
from smbprotocol.header import NtStatus
codes = [0xC000006D, 0xC0000234, 0xC000035C, 0xC0000388, 0xC0000413, 0xC0000418, 0xC0000466, 0xC000A000, 0xC05D0000]
def packet(port, code):
    smb = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, code, 1, 1, 1, 0, 1, 0xFEFF, 0, 5) + bytes(16) + struct.pack("<HBBI", 9, 0, 0, 0) + b"\0"
    tcp = struct.pack(">HHIIBBHHH", 445, port, 1, 1, 0x50, 0x18, 65535, 0, 0) + struct.pack(">I", len(smb)) + smb
    # The checksums are left out, as for a packet that the sender's card was to complete.
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + bytes([10, 0, 0, 2, 10, 0, 0, 1]) + tcp
with open("refusals.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
    for data in map(packet, range(50000, 51000), codes): file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=sys.argv[2])
lines = subprocess.run(["root/usr/bin/tshark", "-n", "-r", "refusals.pcap"], env=environment, capture_output=True, text=True).stdout.splitlines()
assert len(lines) == len(codes)
tshark = ["Error: STATUS_" in line for line in lines]
assert all(known or "Error: Unknown (0x" in line for known, line in zip(tshark, lines))
def aiosmb(code):
    try: NTStatus(code)
    except ValueError: return False
    return True
known = {number for number in vars(NtStatus).values() if isinstance(number, int)}
seen = [(shown, code in nt_errors.ERROR_MESSAGES, code in known, aiosmb(code)) for code, shown in zip(codes, tshark)]
for code, one in zip(codes, seen): print("0x%08X" % code, *one)
yes, no = True, False
assert seen == [
    (yes, yes, yes, yes), (yes, yes, no, yes), (yes, yes, no, yes), (no, yes, no, yes), (no, yes, no, yes), (no, yes, no, yes),
    (no, no, yes, no), (no, yes, no, yes), (no, no, no, no)], "this has changed"
P
v/bin/python look.py "$libraries" "$folder/root/usr/share/wireshark"
