#!/bin/sh
# What is in a database of Samba (.ldb) after ldbadd, ldbmodify and ldbdel read a file in which one entry does not fit, and what do they say?
#
# Guess before the run: all or nothing, as these files have transactions; a status that is not 0. An entry with others below it is not removed.
# A search below a name that is not there is an error (32), as with ldapsearch. Nothing was guessed about the filter (|), “false” in RFC 4526.
# Seen (ldb-tools 2:2.6.2+samba4.17.12+dfsg-0+deb12u4 of Debian bookworm), a file with b, an entry that is there already, and c:
#
#   ldbadd                                          status 0, “Added 1 records successfully”: b is there, c is not
#   ldbmodify, the second one changes what is       status 32: b is not there, c is not
#     not there
#   ldbmodify, an entry without “changetype”        status 68: it takes it for a new one
#   ldbdel of an entry with others below it         status 0, “Deleted 1 record”; the others are left
#   ldbsearch below dc=nosuch                       status 0, no entries
#   the filters (|) and (&)                         all entries, both
#
# Lesson: half a provisioned domain or list can come from a script whose ldbadd “worked”; the word ERR on standard error is all that tells.
# Use ldbmodify with “changetype: add”, which takes all or nothing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
version=2:2.6.2+samba4.17.12+dfsg-0+deb12u4
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install ldb-tools=$version libldb2=$version libtdb1 libtalloc2 libtevent0 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
modules=$(find "$folder/root" -path '*ldb/modules/ldb' -type d)
run() {
  status=0
  LC_ALL=C LD_LIBRARY_PATH="$libraries" LDB_MODULES_PATH="$modules" "root/usr/bin/$@" > words 2>&1 || status=$?
}
fresh() {
  rm -f base.ldb
  printf 'dn: dc=lab\ndc: lab\n\ndn: cn=a,dc=lab\ncn: a\nmail: old\n' > first.ldif
  run ldbadd -H base.ldb first.ldif
}
names() {
  run ldbsearch -H base.ldb dn
  sed -n 's/^dn: //p' words | sort | tr '\n' ' '
}
tell() { printf '%s: %s, %s; %s\n' "$1" "$status" "$(grep -E -o '(Added|Deleted) [0-9]+ record' words | tr '\n' ' ')" "$(names)"; }
search() {
  run ldbsearch -H base.ldb "$@" dn
  printf '%s: %s, %s\n' "$*" "$status" "$(grep -c '^dn:' words || true)"
}
{
  fresh
  printf 'dn: cn=b,dc=lab\ncn: b\n\ndn: cn=a,dc=lab\ncn: a\n\ndn: cn=c,dc=lab\ncn: c\n' > file.ldif
  run ldbadd -H base.ldb file.ldif
  tell ldbadd
  fresh
  printf 'dn: cn=b,dc=lab\nchangetype: add\ncn: b\n\ndn: cn=nosuch,dc=lab\nchangetype: modify\nreplace: mail\nmail: new\n\ndn: cn=c,dc=lab\nchangetype: add\ncn: c\n' > file.ldif
  run ldbmodify -H base.ldb file.ldif
  tell ldbmodify
  printf 'dn: cn=a,dc=lab\nmail: new\n' > file.ldif
  run ldbmodify -H base.ldb file.ldif
  tell changetype
  run ldbdel -H base.ldb dc=lab
  tell ldbdel
  fresh
  search -b dc=nosuch
  search '(|)'
  search '(&)'
} > seen
cat seen
cat > wanted <<'W'
ldbadd: 0, Added 1 record ; cn=a,dc=lab cn=b,dc=lab dc=lab 
ldbmodify: 32, ; cn=a,dc=lab dc=lab 
changetype: 68, ; cn=a,dc=lab dc=lab 
ldbdel: 0, Deleted 1 record ; cn=a,dc=lab 
-b dc=nosuch: 0, 0
(|): 0, 2
(&): 0, 2
W
cmp seen wanted || { echo "this has changed"; exit 1; }
