#!/bin/sh
# Does a recording that editcap -s shortened say how long its packets may be?
#
# Guess before the run: yes, as tcpdump -s does; the limit (snapshot length) in the header becomes 60 in pcap and in pcapng.
# Seen (editcap and mergecap 4.0.17-0+deb12u3 of Debian bookworm), a packet of 160 bytes in a file with the limit 262144:
#
#   from     by                        bytes kept   limit in the header
#   pcap     editcap -s 60 -F pcap     60           60
#   pcap     editcap -s 60 (pcapng)    60           262144
#   pcapng   editcap -s 60 -F pcap     60           262144
#   pcapng   editcap -s 60 (pcapng)    60           262144
#   pcapng   mergecap -s 60 (pcapng)   60           262144
#
# Lesson: the limit in the header does not show that the recording was cut. A program that warns about a small limit is silent here:
# compare the two lengths of each packet.
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
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import struct, subprocess
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
ticks = 1700000000 * 10**6
packet = bytes.fromhex("020000000002 020000000001 88b5") + bytes(146)
with open("in.pcapng", "wb") as file:
    file.write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 262144))
        + block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 160, 160) + packet))
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1, 1700000000, 0, 160, 160) + packet)
def run(*command): return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
def look(name, program, *options):
    run("root/usr/bin/" + program, "-s", "60", *options)
    with open(name, "rb") as file: data = file.read()
    limit = struct.unpack_from("<I", data, 16 if data[:4] == b"\xd4\xc3\xb2\xa1" else data.index(struct.pack("<I", 1), 24) + 12)[0]
    return run("root/usr/bin/tshark", "-nr", name, "-T", "fields", "-e", "frame.cap_len").strip(), limit
seen = [look("out", "editcap", *kind, name, "out") for name in ("in.pcap", "in.pcapng") for kind in (["-F", "pcap"], ["-F", "pcapng"])]
seen.append(look("out", "mergecap", "-w", "out", "in.pcapng"))
print(*seen, sep="\n")
assert seen == [("60", 60)] + [("60", 262144)] * 4, "this has changed"
P
python3 look.py
