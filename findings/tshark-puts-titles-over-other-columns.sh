#!/bin/sh
# Which number is which in a table of tshark's statistics (-z io,stat) with several columns?
#
# Guess before the run: the one below its title: SUM, COUNT, MAX, …, in the order of the command.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), four READ requests in a session with the number 17293822569102704641:
#
#   io,stat,0,MAX(smb2.sesid)smb2.sesid,SUM(smb2.read_length)smb2.read_length,COUNT(smb2.cmd)smb2.cmd
#
#   | Interval       |  SUM | COUNT |
#   | 0.000 <> 0.300 | 17293822569102704641 | 3030 |     4 |
#
# The column of the large number has no title, and those of the others move to the left. With such a column alone there is no title at all.
# For small numbers the titles are right.
# Lesson: count the columns, and go by “Col 1:”, “2:” in the head of the table. A program that reads the table by its titles takes the
# SessionId for a number of bytes.
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
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
place, packets = 1000, []
for number, length in enumerate((1000, 2000, 10, 20)):
    message = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 8, 1, 0, 0, number, 0, 0, 0xF000000000000001) + bytes(16)
    message += struct.pack("<HBBIQ16sIIIHHB", 49, 80, 0, length, 0, bytes(16), 0, 0, 0, 0, 0, 0)
    tcp = struct.pack(">HHIIBBHHH", 50000, 445, place, 1, 0x50, 24, 8192, 0, 0) + struct.pack(">I", len(message)) + message
    place += len(message) + 4
    packets.append(bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + bytes((10, 0, 0, 1, 10, 0, 0, 2)) + tcp)
with open("reads.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for index, packet in enumerate(packets): file.write(struct.pack("<IIII", 1700000000, index * 100000, len(packet), len(packet)) + packet)
def table(*columns):
    command = ["root/usr/bin/tshark", "-r", "reads.pcap", "-q", "-z", "io,stat,0," + ",".join(columns)]
    lines = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.splitlines()
    rows = [line for line in lines if line.startswith("| Interval  ") or "<>" in line]
    print(*rows, sep="\n")
    return [[cell.strip() for cell in row.strip("|").split("|")[1:]] for row in rows]
large, total, count = "MAX(smb2.sesid)smb2.sesid", "SUM(smb2.read_length)smb2.read_length", "COUNT(smb2.cmd)smb2.cmd"
seen = [table(large, total, count), table(large), table(total, count)]
def filled(row): return [cell for cell in row if cell]
session = "17293822569102704641"
assert [[filled(row) for row in each] for each in seen] == [
    [["SUM", "COUNT"], [session, "3030", "4"]], [[], [session]], [["SUM", "COUNT"], ["3030", "4"]]], "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
