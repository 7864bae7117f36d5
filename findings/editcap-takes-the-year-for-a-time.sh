#!/bin/sh
# Does “editcap -A TIME” or “-B TIME” refuse a time that it cannot read?
#
# Guess before the run: yes, with an error; a date without seconds is such a time, and a date alone.
# Seen (wireshark-common 4.0.17-0+deb12u3 of Debian bookworm, in UTC), packets at 22:13:20, 22:13:21 and 22:13:22 of 2023-11-14; how
# many are left by -A (from then on) and by -B (before), the exit status is 0 each time:
#
#                                    -A   -B
#   2023-11-14T22:13:21Z             2    1
#   2023-11-14 22:13                 3    0
#   2023-11-14                       3    0
#   2023/11/14 22:13:21              3    0
#   14.11.2023 22:13:21              3    0
#   22:13:21                         3    0
#   2023-11-14t22:13:21Z             3    0
#   2023-11-14T22:13:21 +09:00       2    1    the zone behind the blank does not count
#
# What is no date is read as a number of seconds since 1970, as far as there are digits: 2023, 14 or 22. Only a text that begins
# with no digit is an error.
# Lesson: write 2023-11-14T22:13:21Z, whole, and look at the first and last packet of what comes out.
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
export TZ=UTC
cat > look.py <<'P'
import os, struct, subprocess
frame = bytes(12) + b"\x88\xb5" + bytes(46)
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for second in range(3): file.write(struct.pack("<IIII", 1700000000 + second, 0, len(frame), len(frame)) + frame)
def left(option, time):
    code = subprocess.run(["root/usr/bin/editcap", "-F", "pcap", option, time, "in.pcap", "out.pcap"], capture_output=True).returncode
    return "error" if code else (os.path.getsize("out.pcap") - 24) // (16 + len(frame))
right = ("2023-11-14T22:13:21Z", "2023-11-14 22:13:21", "2023-11-15T07:13:21+09:00", "1700000001", "2023-11-14T22:13:21 +09:00")
wrong = ("2023-11-14 22:13", "2023-11-14", "2023/11/14 22:13:21", "14.11.2023 22:13:21", "22:13:21", "2023-11-14t22:13:21Z")
for time in right + wrong + ("Nov 14, 2023 22:13:21",):
    seen = left("-A", time), left("-B", time)
    print(time, *seen)
    assert seen == ((2, 1) if time in right else (3, 0) if time in wrong else ("error", "error")), "this has changed"
P
python3 look.py
