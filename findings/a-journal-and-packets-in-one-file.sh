#!/bin/sh
# Can a journal of systemd and a recording be merged into one file, to see the kernel's messages of cifs.ko beside the packets?
#
# Guess before the run: yes; Wireshark reads “journalctl -o export”, and mergecap puts both in the order of time. Other programs
# read the packets of the merged file.
# Seen (wireshark-common and tshark 4.0.17-0+deb12u3, tcpdump 4.99.3-1, of Debian bookworm), two packets and an entry between them:
#
#   mergecap -w both.pcapng one.pcap one.export   the file, in the right order
#   tshark -r both.pcapng                         shows all three
#   tshark -r … -w, also with -Y for packets      “has a network type that can't be saved in a "pcapng" file”, an empty copy
#   editcap, reordercap, mergecap                 each refuses to copy it
#   tcpdump -r                                    “an interface has a type 65535”, before it shows a packet
#
# mergecap writes an interface with the link type 65535 for the journal, which none of them can write a second time.
# Lesson: merge the journal last, into a file to look at; cut, filter and send the recording without it.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version tcpdump=4.99.3-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import struct, subprocess
second = 1700000000
frame = bytes.fromhex("020000000002 020000000001 0800") + struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
frame += struct.pack(">HHIIBBHHH", 50000, 445, 1, 0, 0x50, 2, 65535, 0, 0)
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for micro in (0, 2000): file.write(struct.pack("<IIII", second, micro, len(frame), len(frame)) + frame)
with open("one.export", "w") as file:
    file.write(f"__CURSOR=s=1;i=1;b=2;m=3;t=4;x=5\n__REALTIME_TIMESTAMP={second}001000\n__MONOTONIC_TIMESTAMP=1\n_BOOT_ID={'0' * 31}1\n"
               "_TRANSPORT=kernel\nPRIORITY=3\n_HOSTNAME=client\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=CIFS: VFS: cifs_mount failed w/return code = -13\n\n")
def run(*arguments):
    one = subprocess.run(arguments, capture_output=True, text=True)
    return one.returncode, one.stdout, one.stderr
assert run("mergecap", "-w", "both.pcapng", "one.pcap", "one.export")[0] == 0, "this has changed"
shown = run("tshark", "-r", "both.pcapng", "-T", "fields", "-e", "frame.protocols")[1].split()
print(shown)
assert shown == ["eth:ethertype:ip:tcp", "systemd_journal", "eth:ethertype:ip:tcp"], "this has changed"
copies = {
    "tshark": run("tshark", "-r", "both.pcapng", "-w", "1.pcapng"), "tshark -Y": run("tshark", "-r", "both.pcapng", "-Y", "tcp", "-w", "2.pcapng"),
    "editcap": run("editcap", "both.pcapng", "3.pcapng"), "reordercap": run("reordercap", "both.pcapng", "4.pcapng"),
    "mergecap": run("mergecap", "-w", "5.pcapng", "both.pcapng"), "tcpdump": run("tcpdump", "-nr", "both.pcapng")}
for name, (code, _, errors) in copies.items(): print(name, code, errors.strip().splitlines()[-1])
assert all(code for code, _, _ in copies.values()) and "type 65535" in copies["tcpdump"][2] and not copies["tcpdump"][1], "this has changed"
assert run("tshark", "-r", "one.export", "-w", "6.pcapng")[0] == run("editcap", "one.pcap", "7.pcapng")[0] == 0, "this has changed"
P
PATH="$folder/root/usr/bin:$PATH" python3 look.py
