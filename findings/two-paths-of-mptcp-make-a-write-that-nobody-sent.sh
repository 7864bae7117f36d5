#!/bin/sh
# What does tshark show of an SMB connection over Multipath TCP, whose messages are spread over two paths (Linux does so, with a second
# address)?
#
# Guess before the run: both TCP connections; the second, whose data begins in the middle, without SMB. The WRITE requests whose pieces
# went both ways are missing, and their answers are there.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), four WRITE requests of 3000 bytes, each in three segments, of which the middle one
# goes by the second path; each with a letter of its own as data (a to d):
#
#   frame   connection   command             data of the request, as tshark puts it together
#   12      0            answer to WRITE 1
#   13      0            WRITE 1             1884 a, 884 b
#   16      0            answer to WRITE 2
#   20      0            answer to WRITE 3
#   21      0            WRITE 3             1884 c, 884 d
#   24      0            answer to WRITE 4
#
# In truth each has 2884 of its own letter. tshark knows that both connections are one (mptcp.stream), and puts the bytes of each by
# itself together. It warns of nothing.
# Lesson: an answer in front of its request, and a request that nobody sent, are signs of option 30 in the packets. A message whose bytes
# went over two paths is readable for the server alone; a reader of such a recording has to say that it cannot know.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=4.0.17-0+deb12u3 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 \
  libwireshark-data=4.0.17-0+deb12u3 libwiretap13=4.0.17-0+deb12u3 libwsutil14=4.0.17-0+deb12u3 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import hashlib, hmac, os, struct, subprocess, sys
def checksum(data):
    total = sum(struct.unpack(">%dH" % ((len(data) + 1) // 2), data + bytes(len(data) % 2)))
    while total >> 16: total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF
class Path:
    # One TCP connection of the two.
    def __init__(self, client, port, at):
        self.ends, self.at, self.first = [(bytes(client), port), (bytes([10, 0, 0, 2]), 445)], list(at), list(at)
    def send(self, side, flags, data=b"", options=b""):
        (source, source_port), (target, target_port) = self.ends[side], self.ends[1 - side]
        options += b"\1" * (-len(options) % 4)
        seq, ack = self.at[side], self.at[1 - side] if flags & 16 else 0
        tcp = struct.pack(">HHIIBBHHH", source_port, target_port, seq, ack, (5 + len(options) // 4) << 4, flags, 64000, 0, 0) + options + data
        sealed = checksum(source + target + struct.pack(">HH", 6, len(tcp)) + tcp)
        tcp = tcp[:16] + struct.pack(">H", sealed) + tcp[18:]
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0) + source + target
        ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
        packets.append(bytes.fromhex("525400000002 525400000001 0800") + ip + tcp)
        self.at[side] += len(data) + (1 if flags & 3 else 0)
keys = b"keyOfOne", b"keyOfTwo"
def hashed(side): return hashlib.sha256(keys[side]).digest()
counters = [int.from_bytes(hashed(side)[-8:], "big") + 1 for side in (0, 1)]
def send(path, side, data):
    # Data, with the place that it has in the whole (DSS).
    mapping = struct.pack(
        ">BBBBIIIH", 30, 18, 0x20, 5, counters[1 - side] & 0xFFFFFFFF, counters[side] & 0xFFFFFFFF,
        path.at[side] - path.first[side], len(data))
    path.send(side, 24, data, mapping)
    counters[side] += len(data)
def smb(command, number, answer, body):
    head = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0, command, 1, answer, 0, number, 0, 1, 1) + bytes(16)
    return struct.pack(">I", len(head + body)) + head + body
def write_request(number, letter): return smb(
    9, number, 0, struct.pack("<HHIQ16sIIHHI", 49, 112, 2884, 0, b"f" * 16, 0, 0, 0, 0, 0) + letter * 2884)
packets = []
one, two = Path([10, 0, 0, 1], 50000, [1000, 9000]), Path([10, 0, 1, 1], 50001, [3000, 7000])
one.send(0, 2, options=b"\x1e\4\1\1")
one.send(1, 18, options=b"\x1e\x0c\1\1" + keys[1])
one.send(0, 16, options=b"\x1e\x14\1\1" + keys[0] + keys[1])
send(one, 0, smb(13, 0, 0, b"\4\0\0\0"))
send(one, 1, smb(13, 0, 1, b"\4\0\0\0"))
nonces = b"nonc", b"NONC"
proofs = [hmac.new(keys[side] + keys[1 - side], nonces[side] + nonces[1 - side], hashlib.sha256).digest() for side in (0, 1)]
two.send(0, 2, options=b"\x1e\x0c\x10\1" + hashed(1)[:4] + nonces[0])
two.send(1, 18, options=b"\x1e\x10\x10\1" + proofs[1][:8] + nonces[1])
two.send(0, 16, options=b"\x1e\x18\x10\0" + proofs[0][:20])
for number, letter in enumerate((b"a", b"b", b"c", b"d"), 1):
    message = write_request(number, letter)
    assert len(message) == 3000
    for path, start in ((one, 0), (two, 1000), (one, 2000)): send(path, 0, message[start:start + 1000])
    send(one, 1, smb(9, number, 1, struct.pack("<HHIIHH", 17, 0, 2884, 0, 0, 0)))
with open("two.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for number, packet in enumerate(packets): file.write(struct.pack("<IIII", 1700000000, number * 1000, len(packet), len(packet)) + packet)
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
def tshark(*words):
    return subprocess.run(
        ["root/usr/bin/tshark", "-r", "two.pcap", *words], capture_output=True, text=True, check=True, env=environment).stdout
rows = [line.split("\t") for line in tshark(
    "-Y", "smb2", "-T", "fields", "-e", "frame.number", "-e", "tcp.stream", "-e", "smb2.cmd", "-e", "smb2.flags.response", "-e", "smb2.msg_id",
    "-e", "tcp.reassembled.data").splitlines()]
seen = []
for frame, stream, command, answer, number, data in rows:
    letters = {letter: bytes.fromhex(data).count(letter.encode()) for letter in "abcd"} if data else {}
    seen.append((int(frame), stream, command, answer, number, {letter: count for letter, count in letters.items() if count}))
    print(*seen[-1])
wanted = [
    (4, "0", "13", "0", "0", {}), (5, "0", "13", "1", "0", {}), (12, "0", "9", "1", "1", {}), (13, "0", "9", "0", "1", {"a": 1884, "b": 884}),
    (16, "0", "9", "1", "2", {}), (20, "0", "9", "1", "3", {}), (21, "0", "9", "0", "3", {"c": 1884, "d": 884}), (24, "0", "9", "1", "4", {})]
assert seen == wanted and "Warn" not in tshark("-q", "-z", "expert"), "this has changed"
streams = set(tshark("-T", "fields", "-e", "tcp.stream", "-e", "mptcp.stream").splitlines())
assert "1\t0" in streams, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
