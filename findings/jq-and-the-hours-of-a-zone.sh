#!/bin/sh
# Which time do jq and gojq read in a log line with an offset from UTC, and which offset do they write?
#
# Guess before the run: both write the hour of TZ with its name (“07 JST”), and fromdate is an error for a fraction of a second. Nothing
# was guessed about an offset in the text.
# Seen (jq 1.6-2.1+deb12u3, gojq 0.12.11-1 of Debian bookworm), TZ=Asia/Tokyo; 1700000000 is 22:13:20 in UTC:
#
#                                                             jq                   gojq
#   "14/Nov/2023:22:13:20 +0100" | strptime(... %z) | mktime  1700000000           1699996400, right
#   "2023-11-14 22:13:20 JST" | strptime(... %Z) | mktime     1700000000           1699967600, right
#   "2023-11-14T22:13:20+01:00" | fromdate                    an error             1699996400, right
#   "2023-11-14T22:13:20.5Z" | fromdate                       an error             an error
#   1700000000 | strflocaltime("%H %Z %z")                    07 JST +0000         07 JST +0900
#   1700000000 | localtime | strftime("%H %Z")                07 JST               07 UTC
#
# jq reads the offset, and mktime does not look at it.
# Lesson: events that are off by whole hours after a filter of jq came with an offset. Take it from the text by hand, or write UTC with a
# Z in the first place.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install jq=1.6-2.1+deb12u3 libjq1=1.6-2.1+deb12u3 gojq=0.12.11-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], TZ="Asia/Tokyo", LC_ALL="C")
def run(program, code):
    done = subprocess.run(["root/usr/bin/" + program, "-nrc", code], capture_output=True, text=True, timeout=30, env=environment)
    return done.stdout.strip() if done.returncode == 0 else "error"
wanted = {
    '"14/Nov/2023:22:13:20 +0100" | strptime("%d/%b/%Y:%H:%M:%S %z") | mktime': ("1700000000", "1699996400"),
    '"2023-11-14 22:13:20 JST" | strptime("%Y-%m-%d %H:%M:%S %Z") | mktime': ("1700000000", "1699967600"),
    '"2023-11-14T22:13:20+01:00" | fromdate': ("error", "1699996400"), '"2023-11-14T22:13:20.5Z" | fromdate': ("error", "error"),
    '1700000000 | strflocaltime("%H %Z %z")': ("07 JST +0000", "07 JST +0900"),
    '1700000000 | localtime | strftime("%H %Z")': ("07 JST", "07 UTC")}
seen = {code: (run("jq", code), run("gojq", code)) for code in wanted}
for row in seen.items(): print(*row)
assert seen == wanted, "this has changed"
P
python3 look.py "$libraries"
