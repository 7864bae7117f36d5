#!/bin/sh
# Can a time that tshark printed be given back to it in a filter, frame.time == "…"?
#
# Guess before the run: yes, in each zone; it is tshark's own text.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), a packet at 22:13:21 UTC, -T fields -e frame.time and the filter with its output:
#
#   UTC                Nov 14, 2023 22:13:21.000000000 UTC   finds the packet
#   Asia/Tokyo         Nov 15, 2023 07:13:21.000000000 JST   “Unexpected data after time value”
#   America/New_York   Nov 14, 2023 17:13:21.000000000 EST   the same error
#
# Without the zone's name it works in the same zone; on a host of another zone it then finds nothing, or other packets.
# “2023-11-15T07:13:21+09:00” works everywhere; a blank in front of “+09:00” is an error.
# Lesson: take frame.time_epoch for filters that others shall use, or run tshark with TZ=UTC, on a host of any zone.
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
import os, struct, subprocess
frame = bytes(12) + b"\x88\xb5" + bytes(46)
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for second in range(3): file.write(struct.pack("<IIII", 1700000000 + second, 0, len(frame), len(frame)) + frame)
def run(zone, field, filter="frame.number == 2"):
    command = ["root/usr/bin/tshark", "-r", "in.pcap", "-Y", filter, "-T", "fields", "-e", field]
    one = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, TZ=zone))
    return "error" if one.returncode else one.stdout.strip()
def find(zone, time): return run(zone, "frame.number", f'frame.time == "{time}"')
seen = {}
for zone in "UTC", "Asia/Tokyo", "America/New_York":
    shown = run(zone, "frame.time")
    bare = shown.rsplit(" ", 1)[0]
    seen[zone] = find(zone, shown), find(zone, bare), find(zone, "2023-11-15T07:13:21+09:00"), find(zone, "2023-11-15T07:13:21 +09:00")
    print(zone, shown, *seen[zone])
assert seen == {"UTC": ("2", "2", "2", "error"), "Asia/Tokyo": ("error", "2", "2", "error"), "America/New_York": ("error", "2", "2", "error")}, "this has changed"
assert run("UTC", "frame.number", "frame.time_epoch == 1700000001") == "2", "this has changed"
P
python3 look.py
