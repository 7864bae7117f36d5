#!/bin/sh
# Does pcapfix, which repairs recordings, leave a healthy one alone?
#
# Guess before the run: yes; what it does not know, it passes over.
# Seen (pcapfix 1.1.7-2 of Debian bookworm). Each of these files is valid, and tshark reads each without a word:
#
#   pcap with the length of the FCS in its header          1 corruption fixed
#   pcapng with a Decryption Secrets Block                 3 fixed, the secrets are gone
#   pcapng with a Simple Packet Block, cut by its snaplen  1 fixed, the file cannot be read any more
#   pcapng of a big-endian machine                         5 fixed, the file cannot be read any more
#
# It ends with SUCCESS each time.
# Lesson: “corruptions fixed” proves no damage. Compare with the file as it was before repair, and keep that one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download pcapfix=1.1.7-2 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
python3 - <<'P'
import os, re, struct, subprocess
def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)
def start(order): return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
def interface(order, limit): return block(order, 1, struct.pack(order + "HHI", 1, 0, limit))
def packet(order):
    time = 1700000000 * 10**6
    return block(order, 6, struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, 64, 64) + bytes(64))
secrets = b"CLIENT_RANDOM " + b"0" * 64 + b" " + b"1" * 96 + b"\n"
files = {
    "fcs": struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 0x24000001) + struct.pack("<IIII", 1700000000, 0, 68, 68) + bytes(68),
    "secrets": start("<") + block("<", 10, struct.pack("<II", 0x544C534B, len(secrets)) + secrets) + interface("<", 262144) + packet("<"),
    "simple": start("<") + interface("<", 64) + block("<", 3, struct.pack("<I", 1514) + bytes(64)),
    "big-endian": start(">") + interface(">", 262144) + packet(">"),
    "plain": start("<") + interface("<", 262144) + packet("<"),
}
def kinds(data):
    order = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    place, found = 0, []
    while place < len(data):
        kind, length = struct.unpack_from(order + "II", data, place)
        if length % 4 or place + length > len(data) or struct.unpack_from(order + "I", data, place + length - 4)[0] != length: return None
        found.append(kind)
        place += length
    return found[1:]
seen = {}
for name, data in files.items():
    with open(name, "wb") as file: file.write(data)
    text = subprocess.run(["root/usr/bin/pcapfix", "-o", name + "-fixed", name], capture_output=True, text=True).stdout
    fixed = int((re.findall(r"SUCCESS: (\d+) Corruption", text) or ["0"])[0])
    after = None
    if os.path.exists(name + "-fixed") and name != "fcs":
        with open(name + "-fixed", "rb") as file: after = kinds(file.read())
    seen[name] = (fixed, None if name == "fcs" else kinds(data), after)
print(seen)
assert seen == {
    "fcs": (1, None, None), "secrets": (3, [10, 1, 6], [1, 6]), "simple": (1, [1, 3], None),
    "big-endian": (5, [1, 6], None), "plain": (0, [1, 6], None)}, "this has changed"
P
