#!/bin/sh
# Does a copy of the first packets of a recording keep the TLS secrets (DSB) that make them readable?
#
# Guess before the run: yes, editcap and tshark -w keep each block of secrets; mergecap puts those of both files in front of the
# packets.
# Seen (editcap, tshark, mergecap and reordercap 4.0.17-0+deb12u3 of Debian bookworm), a file with a packet, its secrets, and
# another packet, as dumpcap or a client that knows the secrets later writes it:
#
#   editcap, no option                          packet, secrets, packet
#   editcap -r FILE OUT 1                       packet
#   tshark -c 1 -w, tshark -Y frame.number==1   packet
#   tshark -Y frame.number==2 -w                secrets, packet
#   reordercap                                  secrets, packet, packet
#   mergecap, an older packet in file 2         packet of 2, packet, secrets, packet
#
# Nothing says that secrets were left out.
# Lesson: run reordercap, which reads all before it writes, before you cut a piece from the beginning; it puts the secrets in front.
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
head = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
text = ("CLIENT_RANDOM %s %s\n" % ("a" * 64, "b" * 96)).encode()
secrets = block(10, struct.pack("<II", 0x544C534B, len(text)) + text)
def packet(second):
    ticks = (1700000000 + second) * 10**6
    return block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 60, 60) + bytes.fromhex("020000000002 020000000001 88b5") + bytes(46))
with open("in.pcapng", "wb") as file: file.write(head + packet(1) + secrets + packet(2))
with open("other.pcapng", "wb") as file: file.write(head + packet(0))
def look(program, *options):
    subprocess.run(["root/usr/bin/" + program, *options], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open("out", "rb") as file: data = file.read()
    found = ""
    while data:
        kind, length = struct.unpack_from("<II", data)
        found, data = found + {6: "p", 10: "s"}.get(kind, ""), data[length:]
    return found
seen = [
    look("editcap", "in.pcapng", "out"), look("editcap", "-r", "in.pcapng", "out", "1"), look("tshark", "-r", "in.pcapng", "-c", "1", "-w", "out"),
    look("tshark", "-r", "in.pcapng", "-Y", "frame.number==1", "-w", "out"), look("tshark", "-r", "in.pcapng", "-Y", "frame.number==2", "-w", "out"),
    look("reordercap", "in.pcapng", "out"), look("mergecap", "-w", "out", "in.pcapng", "other.pcapng")]
print(seen)
assert seen == ["psp", "p", "p", "p", "sp", "spp", "ppsp"], "this has changed"
P
python3 look.py
