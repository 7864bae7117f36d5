#!/bin/sh
# Do two SessionIds above 2^63 stay two in rsyslog's parser of JSON?
#
# Guess before the run: yes, exact or rounded to a float; 2^53 + 1 is exact, since it has integers of 64 bits.
# Seen (liblognorm-utils 2.0.6-4 and libfastjson4 1.2304.0-1 of Debian bookworm, lognormalizer with the field types json and
# cee-syslog):
#
#   9007199254740993 (2^53 + 1)                  9007199254740993
#   9223372036854775807 (2^63 - 1)               the same
#   10376293541461622785 (9000000000000001)      9223372036854775807
#   18446744073709551614 (fffffffffffffffe)      9223372036854775807
#
# There is no word about it. rsyslog reads JSON with the same library.
# Lesson: lines that share the number 9223372036854775807 need not be of one session. A SessionId may have any 64 bits;
# write it into JSON as text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install liblognorm-utils=2.0.6-4 liblognorm5=2.0.6-4 libestr0 libfastjson4=1.2304.0-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
printf 'version=2\nrule=:%%f:json%%\n' > json
printf 'version=2\nrule=:%%f:cee-syslog%%\n' > cee
run() { LD_LIBRARY_PATH="$libraries" root/usr/bin/lognormalizer -r "$1" -e json | sed -n 's/.*"s": *\([0-9]*\).*/\1/p'; }
numbers='9007199254740993 9223372036854775807 10376293541461622785 18446744073709551614'
seen=$(
  for one in $numbers; do echo "{\"s\": $one}"; done | run json | tr '\n' ' '
  for one in $numbers; do echo "@cee: {\"s\": $one}"; done | run cee | tr '\n' ' ')
echo "$seen"
wanted='9007199254740993 9223372036854775807 9223372036854775807 9223372036854775807 '
[ "$seen" = "$wanted$wanted" ] || { echo "this has changed"; exit 1; }
