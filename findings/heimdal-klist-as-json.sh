#!/bin/sh
# Can a program take the end of a ticket from “klist --json” of Heimdal, the list of tickets as JSON?
#
# Guess before the run: yes; times in local time without a zone, as in the list for people, with the name of the encryption.
# Seen (heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), two tickets of 2023 in a cache, TZ=UTC and TZ=Asia/Tokyo:
#
#   Issued    “Nov 14 22:13:20 2023” and “Nov 15 07:13:20 2023”, without a zone
#   Expires   “>>>Expired<<<” in the place of the time
#   nothing of the encryption, the flags, or the time until which a ticket can be renewed
#
# The cache has to be its owner's alone. With mode 0644 it prints {}, nothing else, and exit status 0; without --json it says why.
# Lesson: a program that watches tickets has no time to compare as soon as it needs one. {} does not mean “no tickets”.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install heimdal-clients=7.8.git20221117.28daf24+dfsg-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 - <<'P'
import os, struct
def text(value): return struct.pack(">I", len(value)) + value
def principal(*parts): return struct.pack(">II", 1, len(parts) - 1) + b"".join(text(part) for part in parts)
alice = principal(b"LAB.TEST", b"alice")
def ticket(*server):
    return (alice + principal(b"LAB.TEST", *server) + struct.pack(">H", 18) + text(b"k" * 32)
            + struct.pack(">IIII", 1700000000, 1700000000, 1700036000, 1700604800) + b"\0" + struct.pack(">III", 0x50E10000, 0, 0)
            + text(bytes.fromhex("6103020105")) + text(b""))
with open("cache", "wb") as file:
    file.write(b"\5\4" + struct.pack(">HHHii", 12, 1, 8, 0, 0) + alice + ticket(b"krbtgt", b"LAB.TEST") + ticket(b"cifs", b"fs.lab.test"))
P
look() { LD_LIBRARY_PATH="$libraries" LC_ALL=C TZ="$1" bash -c 'exec -a klist root/usr/bin/klist.heimdal -c FILE:cache --json' 2>&1; }
chmod 600 cache
utc=$(look UTC)
tokyo=$(look Asia/Tokyo)
chmod 644 cache
open=$(look UTC)
status=$?
printf '%s\n' "$utc" "$tokyo" "$open" "exit status $status"
python3 - "$utc" "$tokyo" "$open $status" <<'P'
import json, sys
for text, issued in zip(sys.argv[1:3], ("Nov 14 22:13:20 2023", "Nov 15 07:13:20 2023")):
    for one in json.loads(text)["tickets"]:
        assert one == {"Issued": issued, "Expires": ">>>Expired<<<", "Principal": one["Principal"]}, "Heimdal has changed"
assert sys.argv[3] == "{} 0", "Heimdal has changed"
P
