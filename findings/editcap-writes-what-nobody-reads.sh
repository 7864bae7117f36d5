#!/bin/sh
# Do Wireshark's programs read each format that they write?
#
# Guess before the run: yes, for whole Ethernet packets at least.
# Seen (editcap and tshark 4.0.17-0+deb12u3 of Debian bookworm), three packets, all whole, or the last one cut by the recorder:
#
#                                   all whole                                      one cut
#   observer (Network Instruments)  no packet, “appears to be damaged or corrupt”  the same
#   commview-ncfx                   one packet, 20 bytes too short, then the same  the same
#   5views (Accellent)              three packets                                  two, “cut short in the middle of a packet”
#   pcap, snoop, netmon2            three packets                                  three packets
#
# editcap ends with exit status 0 each time.
# Lesson: “damaged” may be said of a file that was just made. Keep the recording in the format in which it came, and look
# at a copy before it is sent away.
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
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" TZ=UTC "$@"; }
python3 - <<'P'
import struct
frame = bytes(12) + b"\x88\xb5" + bytes(52)
for name, missing in ("whole", 0), ("cut", 20):
    with open(name + ".pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number in range(3):
            file.write(struct.pack("<IIII", 1700000000 + number, 5, len(frame), len(frame) + (missing if number == 2 else 0)) + frame)
P
seen=$(for format in observer commview-ncfx 5views pcap snoop netmon2; do
  for file in whole cut; do
    run root/usr/bin/editcap -F $format $file.pcap copy 2> /dev/null || { echo "editcap has changed"; exit 1; }
    run root/usr/bin/tshark -n -r copy -T fields -e frame.cap_len > lengths 2> words || :
    echo "$format $file $(tr '\n' ' ' < lengths)$(grep -o 'damaged\|cut short' words || :)"
  done
done)
echo "$seen"
[ "$seen" = 'observer whole damaged
observer cut damaged
commview-ncfx whole 46 damaged
commview-ncfx cut 46 damaged
5views whole 66 66 66 
5views cut 66 66 cut short
pcap whole 66 66 66 
pcap cut 66 66 66 
snoop whole 66 66 66 
snoop cut 66 66 66 
netmon2 whole 66 66 66 
netmon2 cut 66 66 66 ' ] || { echo "this has changed"; exit 1; }
