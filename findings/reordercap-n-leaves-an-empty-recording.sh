#!/bin/sh
# What does reordercap -n write, which is to write nothing when the packets are in order already?
#
# Guess before the run: no file; one that is there stays as it is.
# Seen (reordercap 4.0.17-0+deb12u3 of Debian bookworm), “Not writing output file because input file is already in order”, status 0:
#
#   no file there           a recording of pcap without a packet, 24 bytes
#   a recording there       the same: its packets are gone
#   packets out of order    the packets, in order
#
# The file is opened before the packets are looked at.
# Lesson: in a script that goes on with “the new file, if there is one”, recordings in good order turn into empty ones, in which no rule
# finds a fault. Count the packets (capinfos -c), or leave -n out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=4.0.17-0+deb12u3 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 libwiretap13=4.0.17-0+deb12u3 \
  libwsutil14=4.0.17-0+deb12u3 libwireshark-data=4.0.17-0+deb12u3 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", TZ="UTC", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
def write(name, *seconds):
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for second in seconds: file.write(struct.pack("<IIII", 1700000000 + second, 0, 60, 60) + bytes(60))
write("order.pcap", 0, 1, 2)
write("mixed.pcap", 0, 2, 1)
write("there.pcap", 5, 6, 7, 8)
def reorder(source, target):
    """Status, whether it says that it does not write, and the size and packets of the file."""
    out = subprocess.run(["root/usr/bin/reordercap", "-n", source, target], capture_output=True, text=True, env=environment)
    count = subprocess.run(["root/usr/bin/capinfos", "-c", "-M", target], capture_output=True, text=True, env=environment).stdout
    return out.returncode, "Not writing output file" in out.stdout + out.stderr, os.path.getsize(target), re.search(r"packets: +(\d+)", count)[1]
seen = reorder("order.pcap", "new.pcap"), reorder("order.pcap", "there.pcap"), reorder("mixed.pcap", "other.pcap")[:2]
for each in seen: print(each)
assert seen == ((0, True, 24, "0"), (0, True, 24, "0"), (0, False)), "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
