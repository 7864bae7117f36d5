#!/bin/sh
# What does captype, Wireshark's program that names the format of a recording, say of files that are none?
#
# Guess before the run: “unknown” for an empty file and for a text, and an exit status that is not zero.
# Seen (captype and tshark 4.0.17-0+deb12u3 of Debian bookworm):
#
#                                             captype        tshark -r                  tcpdump -r
#   an empty file                             erf            no packet, status 0        “truncated dump file”, status 1
#   gzip of an empty file                     erf            no packet, status 0        “unknown file format”
#   a text of 7 bytes, “refused”              mp4            one packet, status 0       “unknown file format”
#   an empty line                             json           one packet, status 0       “truncated dump file”
#   lines of JSON                             json           one packet, status 0       “unknown file format”
#   a certificate (PEM)                       rfc7468        one packet, status 0       “unknown file format”
#   lines of syslog                           unknown, 0     status 2                   “unknown file format”
#
# Formats without a magic number, Endace's ERF among them, are tried when no other fits, and an empty file is a valid one of ERF.
# captype ends with status 0 for “unknown”, too.
# Lesson: a script that lets tshark or captype judge takes a recording that was never begun (a disk that was full, a capture without rights)
# for one without SMB. Look at the size first; let tcpdump open the file, or compare the name of the format.
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
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 >&2
dpkg-deb -x archives/tcpdump_*.deb root
cat > look.py <<'P'
import gzip, os, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", TZ="UTC", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
files = {
    "empty": b"", "empty.gz": gzip.compress(b""), "text": b"refused", "line": b"\n", "json": b'{"user":"alice"}\n{"user":"bob"}\n',
    "pem": b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "log": b"Nov 14 22:13:20 fs smbd[12]: refused\n" * 20}
def run(*words):
    out = subprocess.run(["root/usr/bin/" + words[0], *words[1:]], capture_output=True, text=True, env=environment)
    return out.returncode, out.stdout, out.stderr
def look(name, data):
    with open(name, "wb") as file: file.write(data)
    status, kind, _ = run("captype", name)
    frames, other = run("tshark", "-r", name, "-T", "fields", "-e", "frame.number"), run("tcpdump", "-nr", name)
    return status, kind.split()[-1], frames[0], len(frames[1].split()), other[0], "truncated dump file" in other[2], "unknown file format" in other[2]
seen = {name: look(name, data) for name, data in files.items()}
for each in seen.items(): print(*each)
assert seen == {
    "empty": (0, "erf", 0, 0, 1, True, False), "empty.gz": (0, "erf", 0, 0, 1, False, True), "text": (0, "mp4", 0, 1, 1, False, True),
    "line": (0, "json", 0, 1, 1, True, False), "json": (0, "json", 0, 1, 1, False, True), "pem": (0, "rfc7468", 0, 1, 1, False, True),
    "log": (0, "unknown", 2, 0, 1, False, True)}, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
