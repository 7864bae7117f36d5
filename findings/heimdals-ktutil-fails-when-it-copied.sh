#!/bin/sh
# What is in a keytab after commands of Heimdal's ktutil, and does its exit status tell?
#
# Guess before the run: 0 for what was done, another status for what was not. “add” puts a new key in the place of one with the same name,
# version (kvno) and encryption. Nothing was guessed about “rename”.
# Seen (heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm):
#
#   copy a b                                  status 1, the entries are in b
#   copy of a file that is not there          status 1
#   add of a name, kvno and encryption        status 0, both entries are there, the old key first
#     that are there, with another password
#   rename nosuch bob                         status 0, no word
#   rename alice bob, who has an entry of     status 0, bob has two of kvno 1
#     the same kvno
#   remove of what is not there               status 1
#   get, without a KDC                        status 0, “No KDC found”
#   change, without a KDC                     status 1
#
# Lesson: a script with “set -e” ends at a copy that is all right, and goes on behind a “get” that brought no key: the server then has no key
# for AP-REQ. Look at the list. For two entries of one kvno look with --keys; remove the old one before “add”.
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
printf '[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n' > krb5.conf
ktutil() {
  status=0
  LC_ALL=C LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" root/usr/bin/ktutil.heimdal "$@" > words 2>&1 || status=$?
}
entries() {
  ktutil -k "$1" list --keys
  awk '$1 + 0 > 0 { printf "%s %s %s, ", $1, $3, substr($4, 1, 4) }' words
}
add() { ktutil -k "$1" add -p "$2" -V "$3" -e aes256-cts-hmac-sha1-96 -w "$4"; }
{
  add a alice 1 first
  ktutil copy a b
  echo "copy: $status, $(entries b)"
  ktutil copy nosuch c
  echo "of nothing: $status"
  add a alice 1 second
  echo "add: $status, $(entries a)"
  ktutil -k b rename nosuch bob
  echo "rename nosuch: $status, $(wc -c < words), $(entries b)"
  add b bob 1 third
  ktutil -k b rename alice bob
  echo "rename: $status, $(entries b)"
  ktutil -k b remove -p nosuch
  echo "remove: $status"
  ktutil -k b get alice
  echo "get: $status, $(grep -c 'No KDC' words), $(entries b)"
  ktutil -k b change
  echo "change: $status"
} > seen
cat seen
cat > wanted <<'W'
copy: 1, 1 alice@LAB.TEST 9250, 
of nothing: 1
add: 0, 1 alice@LAB.TEST 9250, 1 alice@LAB.TEST 9e0d, 
rename nosuch: 0, 0, 1 alice@LAB.TEST 9250, 
rename: 0, 1 bob@LAB.TEST 07c3, 1 bob@LAB.TEST 9250, 
remove: 1
get: 0, 1, 1 bob@LAB.TEST 07c3, 1 bob@LAB.TEST 9250, 
change: 1
W
cmp seen wanted || { echo "this has changed"; exit 1; }
