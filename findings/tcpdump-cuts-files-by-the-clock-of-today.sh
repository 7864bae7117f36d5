#!/bin/sh
# Does “tcpdump -r FILE -G 60 -w NAME” cut a recording into pieces of a minute?
#
# Guess before the run: yes, by the times of the packets, which are also in the names (%H%M%S).
# Seen (tcpdump 4.99.3-1 of Debian bookworm), five packets over ten minutes of November 2023:
#
#   one file, with all packets; its name has the time of the run
#
# -G goes by the clock of the host, as it does when it records. A long file that takes more than a minute to read is cut somewhere.
# Lesson: cut by time with editcap -i, or -A and -B. The time in a name with -G says when tcpdump ran, not when the packets came.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial pieces
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" TZ=UTC
cat > look.py <<'P'
import os, struct, subprocess, time
frame = bytes(12) + b"\x88\xb5" + bytes(46)
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for second in (0, 30, 100, 600, 601): file.write(struct.pack("<IIII", 1700000000 + second, 0, len(frame), len(frame)) + frame)
before = time.strftime("%Y%m%d%H%M%S")
tcpdump = next(path for path in ("root/usr/bin/tcpdump", "root/usr/sbin/tcpdump") if os.path.exists(path))
subprocess.run([tcpdump, "-Z", "root", "-r", "in.pcap", "-G", "60", "-w", "pieces/%Y%m%d%H%M%S"], check=True, capture_output=True)
seen = {name: os.path.getsize("pieces/" + name) for name in os.listdir("pieces")}
print(seen)
assert list(seen.values()) == [os.path.getsize("in.pcap")], "this has changed"
assert before <= list(seen)[0] <= time.strftime("%Y%m%d%H%M%S"), "this has changed"
P
python3 look.py
