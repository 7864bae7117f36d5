#!/bin/sh
# Does liblognorm, which takes log lines apart for rsyslog, read each field of a line of CEF?
#
# Guess before the run: yes, \\fs\share comes out as \fs\share. That a name could lose a letter was not thought of.
# Seen (liblognorm-utils 2.0.6-4 of Debian bookworm, lognormalizer with the field type cef), filePath and suser in this order:
#
#   ...|5|filePath=\\\\fs\\share suser=LAB\\alice    ilePath: \\fs\share    suser: LAB\alice
#   ...|5| filePath=\\\\fs\\share suser=LAB\\alice   filePath: \\fs\share   suser: LAB\alice
#
# It takes the first byte behind the bar for a blank, which CEF does not ask for. Backslashes come out right.
# Lesson: a field that is missing in a collection of logs may be there with its first letter gone; the one that a writer puts
# first is lost for each search by name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install liblognorm-utils=2.0.6-4 liblognorm5=2.0.6-4 libestr0 libfastjson4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
printf 'version=2\nrule=:%%f:cef%%\n' > rules
cat > lines <<'L'
CEF:0|maker|smbdx|1|id|refused|5|filePath=\\\\fs\\share suser=LAB\\alice
CEF:0|maker|smbdx|1|id|refused|5| filePath=\\\\fs\\share suser=LAB\\alice
L
seen=$(LD_LIBRARY_PATH="$libraries" root/usr/bin/lognormalizer -r rules -e json < lines | python3 -c '
import json, sys
for line in sys.stdin: print(*(" ".join(one) for one in json.loads(line)["f"]["Extensions"].items()), sep="; ")')
printf "%s\n" "$seen"
[ "$seen" = 'ilePath \\fs\share; suser LAB\alice
filePath \\fs\share; suser LAB\alice' ] || { echo "this has changed"; exit 1; }
