#!/bin/sh
# Does a SessionId above 2^63 outlive the tools for lines of JSON?
#
# Guess before the run: jq and node round it, as they do from 2^53 on. Miller keeps numbers of 64 bits and makes the larger
# ones a floating-point number; sqlite does so too.
# Seen (jq 1.6-2.1+deb12u3, miller 6.6.0-2+b3, sqlite3 3.40.1-2+deb12u2 of Debian bookworm), {"s": 10376293541461622785}:
#
#   jq       10376293541461623000      rounded
#   sqlite   1.03762935414616e+19      rounded
#   miller   "10376293541461622785"    exact, but a text now; a sum with it is (error)
#
# The digits are right, and the type has changed without a word, in this line alone: 9223372036854775807 stays a number.
# Lesson: a SessionId belongs into JSON as a text. In a file of numbers, compare what went through a tool with the type in
# mind: a program behind Miller finds some ids as numbers and some as texts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install jq=1.6-2.1+deb12u3 miller=6.6.0-2+b3 sqlite3=3.40.1-2+deb12u2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" "$@"; }
printf '{"s":10376293541461622785}\n{"s":9223372036854775807}\n' > ids
first=$(head -1 ids)
seen="$(run root/usr/bin/jq .s ids | head -1)
$(run root/usr/bin/sqlite3 :memory: "select json_extract('$first', '\$.s')")
$(run root/usr/bin/mlr --ijsonl --ojsonl put '$type = typeof($s)' ids)"
echo "$seen"
[ "$seen" = '10376293541461623000
1.03762935414616e+19
{"s": "10376293541461622785", "type": "string"}
{"s": 9223372036854775807, "type": "int"}' ] || { echo "this has changed"; exit 1; }
