#!/bin/sh
# Is the output of “tshark -T fields -E quote=d -E separator=,” CSV when a value has a double quote in it?
#
# Guess before the run: yes; the quote within a value is doubled, as RFC 4180 has it.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), the text of a DNS answer (TXT) that is: say "hi", you
#
#   "1","say "hi", you"      which Python's csv reads as three columns: 1 | say hi" |  you"
#
# A line end in a value comes as \n, so the lines are right; the columns behind such a value are not. Who sends a packet picks the
# value: a TXT record, an error text of Kerberos, the name of a file.
# Lesson: use -T json, or a separator that no value can have (-E separator=/t; a tab in a value is written as \t), without quotes.
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
import csv, io, struct, subprocess
def answer(text):
    data = struct.pack(">6H", 1, 0x8180, 1, 1, 0, 0) + b"\x02fs\x03lab\x04test\0" + struct.pack(">HH", 16, 1)
    data += b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(text) + 1) + bytes([len(text)]) + text
    data = struct.pack(">HHHH", 53, 50000, 8 + len(data), 0) + data
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
    for data in answer(b'say "hi", you'), answer(b"two\nlines\tand"):
        file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
def fields(*options):
    command = ["root/usr/bin/tshark", "-r", "one.pcap", "-T", "fields", *options, "-e", "frame.number", "-e", "dns.txt"]
    return subprocess.run(command, capture_output=True, text=True).stdout
quoted, plain = fields("-E", "quote=d", "-E", "separator=,"), fields("-E", "separator=/t")
rows = list(csv.reader(io.StringIO(quoted)))
print(quoted, rows, plain, sep="\n")
assert quoted.splitlines()[0] == '"1","say "hi", you"' and rows[0] == ["1", 'say hi"', ' you"'], "this has changed"
assert plain.splitlines() == ['1\tsay "hi", you', "2\ttwo\\nlines\\tand"], "this has changed"
P
python3 look.py
