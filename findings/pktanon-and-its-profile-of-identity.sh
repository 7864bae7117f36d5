#!/bin/sh
# Does pktanon leave a recording as it is with the profile that it ships as “identity”, and SMB readable?
#
# Guess before the run: yes; each field of it says AnonIdentity. VLAN tags stay.
# Seen (pktanon 2~git20160407.0.2bde4f2+dfsg-10 of Debian bookworm, its profile-identity.xml), packets of Ethernet, IPv4 and TCP:
#
#   a SYN                    byte by byte the same
#   an SMB2 message          the headers alone; the length on the wire stays, so that it looks like a cut by the recorder
#   a SYN behind a VLAN tag  Ethernet's header with 0x8100; the tag's number and all behind it are gone
#   pcap in nanoseconds      “wrong magic number”, an empty output
#
# The profile shortens each payload to 0, as the other one does; of VLAN neither of them says a word.
# Lesson: a recording without any payload behind TCP may have been through pktanon, and says nothing about SMB. See what is left
# before you send one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install "pktanon=2~git20160407.0.2bde4f2+dfsg-10" libxerces-c3.2 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries"
cat > look.py <<'P'
import struct, subprocess
def total(data):
    value = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while value >> 16: value = (value & 0xFFFF) + (value >> 16)
    return ~value & 0xFFFF
def frame(flags, payload=b"", tag=b""):
    ends = bytes([10, 0, 0, 1, 10, 0, 0, 2])
    data = struct.pack(">HHIIBBHHH", 50000, 445, 100, 0, 0x80, flags, 65535, 0, 0) + bytes.fromhex("020405b40103030801010402") + payload
    data = data[:16] + struct.pack(">H", total(ends + struct.pack(">HH", 6, len(data)) + data)) + data[18:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0x4000, 64, 6, 0) + ends
    return bytes.fromhex("020000000002020000000001") + tag + b"\x08\x00" + head[:10] + struct.pack(">H", total(head)) + head[12:] + data
smb2 = struct.pack(">I", 64) + b"\xfeSMB" + struct.pack("<H", 64) + bytes(58)
frames = [frame(2), frame(0x18, smb2), frame(2, tag=bytes.fromhex("8100000a"))]
def write(path, magic):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, 1))
        for data in frames: file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
def run(path):
    command = ["root/usr/bin/pktanon", "-c", "root/usr/share/doc/pktanon/examples/profiles/profile-identity.xml", path, "out-" + path]
    one = subprocess.run(command, capture_output=True, text=True)
    with open("out-" + path, "rb") as file: data = file.read()
    place, found = 24, []
    while place < len(data):
        kept, long = struct.unpack_from("<II", data, place + 8)
        found.append((data[place + 16:place + 16 + kept], long))
        place += 16 + kept
    return found, one.stdout + one.stderr
write("micro.pcap", 0xA1B2C3D4)
write("nano.pcap", 0xA1B23C4D)
seen, _ = run("micro.pcap")
for (data, long), before in zip(seen, frames): print(len(before), "->", len(data), long, data == before)
syn, message, tagged = seen
assert syn[0] == frames[0] and len(message[0]) == 66 and message[1] == len(frames[1]) and smb2[4:] not in message[0], "this has changed"
assert message[0][:14] == frames[1][:14] and tagged[0][:14] == frames[2][:14] and frames[2][14:34] not in tagged[0], "this has changed"
found, said = run("nano.pcap")
print(found, said.strip().splitlines()[-2:])
assert not found and "wrong magic number" in said, "this has changed"
P
python3 look.py
