#!/bin/sh
# Is there a copy of a database of Samba (passdb.tdb, secrets.tdb) when tdbbackup ends with status 0, and is a dump that came back whole?
#
# Guess before the run: each call makes the copy new. tdbrestore of half a dump is an error and leaves no file, and one into a file that is there
# leaves that as it is. “tdbdump -k NAME” finds keys without a zero byte alone. Only the first two were wrong.
# Seen (tdb-tools 1.4.8-2 of Debian bookworm):
#
#   tdbbackup of a database that is younger       status 0, a new copy
#     than its .bak
#   of one that is as old or older, as after      status 0, no word; the .bak is that of the other data
#     a restore with cp -p, or within a second
#   of one that is not there                      status 0, no word, no copy
#   tdbrestore of a dump that was cut             status 1; a database with the records up to there, which “check” calls whole
#   the whole dump into that file, after it       status 1, “File exists”; the half is left
#   tdbdump -k bob\00, a key as it is printed     status 1; keys that end with a zero byte, as most of Samba's, are not found
#
# Lesson: a nightly copy can be the one of last month. Look at the copy itself (tdbdump), with other data in it than yesterday; remove the file
# of a tdbrestore that failed before smbd starts with half of its users.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tdb-tools=1.4.8-2 libtdb1=1.4.8-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LC_ALL=C LD_LIBRARY_PATH="$libraries" "root/usr/bin/$@"; }
# The names of the programs of the package.
backup=$(cd root/usr/bin && echo tdbbackup*)
status() { "$@" > words 2>&1 && echo 0 || echo $?; }
record() { printf '{\nkey(%d) = "%s"\ndata(1) = "1"\n}\n' "$1" "$2"; }
keys() { run tdbdump "$1" | sed -n 's/^key.*"\(.*\)"$/\1/p' | sort | tr '\n' ' '; }
{
  record 5 alice; record 4 'bob\00'; record 5 carol
} > dump
record 5 other > dump2
run tdbrestore base.tdb < dump
touch -d 2026-01-02 base.tdb
{
  printf '%s\n' "first: $(status run "$backup" base.tdb) $(wc -c < words), $(keys base.tdb.bak)"
  touch -d 2026-01-01 base.tdb.bak
  rm base.tdb
  run tdbrestore base.tdb < dump2
  touch -d 2026-01-01 base.tdb
  printf '%s\n' "as old: $(status run "$backup" base.tdb) $(wc -c < words), $(keys base.tdb.bak)"
  touch -d 2025-12-31 base.tdb
  printf '%s\n' "older: $(status run "$backup" base.tdb) $(wc -c < words), $(keys base.tdb.bak)"
  touch -d 2026-01-02 base.tdb
  printf '%s\n' "younger: $(status run "$backup" base.tdb) $(wc -c < words), $(keys base.tdb.bak)"
  printf '%s\n' "missing: $(status run "$backup" nosuch.tdb) $(wc -c < words), $(find . -name 'nosuch*')"
  head -c 60 dump > half
  code=0
  run tdbrestore new.tdb < half 2> words || code=$?
  printf '%s\n' "half: $code, $(keys new.tdb), $(run tdbtool new.tdb check | grep -c 'integrity is OK' || true)"
  code=0
  run tdbrestore new.tdb < dump 2> words || code=$?
  printf '%s\n' "again: $code, $(keys new.tdb)"
  run tdbrestore whole.tdb < dump
  for key in alice bob 'bob\00'; do printf '%s\n' "$key: $(status run tdbdump -k "$key" whole.tdb)"; done
} > seen
cat seen
cat > wanted <<'W'
first: 0 0, alice bob\00 carol 
as old: 0 0, alice bob\00 carol 
older: 0 0, alice bob\00 carol 
younger: 0 0, other 
missing: 0 0, 
half: 1, alice , 1
again: 1, alice 
alice: 0
bob: 1
bob\00: 1
W
cmp seen wanted || { echo "this has changed"; exit 1; }
