#!/bin/sh
# When do accounts and passwords end by “kdb5_util tabdump”, the tables that a KDC of MIT gives for programs?
#
# Guess before the run: an account that never ends has an empty field; times are in local time with a zone, and numbers of seconds
# with -n. An account without a key is not in the table of keys.
# Seen (krb5-kdc 1.20.1-2+deb12u5 of Debian bookworm, TZ=Asia/Tokyo), the table princ_tktpolicy as CSV:
#
#                                          tabdump -c              tabdump -c -n
#   alice, who never ends                  1970-01-01T00:00:00Z    0
#   ends, on 1 January 2030                2030-01-01T00:00:00Z    1893456000
#   late, whose password ends in 2040      2040-01-01T00:00:00Z    -2085978496
#   last logon of who never logged on      1970-01-01T00:00:00Z
#
# The times are in UTC whatever TZ says. An account without a key is missing in the table keyinfo, as guessed.
# Lesson: who looks for ended accounts by “expiration < now” finds all of the realm, and with -n those too who end after 2038. Take 0
# and 1970 for never, and add 2^32 to a negative number.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" LC_ALL=C "$@"; }
: > acl
printf '[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n[dbmodules]\n db_module_dir = %s\n' \
  "$(find "$folder/root" -name db2.so -printf '%h')" > krb5.conf
cat > kdc.conf <<C
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
    acl_file = $folder/acl
  }
C
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST > log 2>&1
kadmin() { TZ=UTC run root/usr/sbin/kadmin.local -q "$1" >> log 2>&1; }
kadmin 'addprinc -pw secret alice'
kadmin 'addprinc -pw secret -expire "2030-01-01 00:00:00" ends'
kadmin 'addprinc -pw secret -pwexpire "2040-01-01 00:00:00" late'
kadmin 'addprinc -nokey empty'
table() { TZ=Asia/Tokyo run root/usr/sbin/kdb5_util tabdump -c "$@"; }
{
  table princ_tktpolicy | grep -E '^(alice|ends|late)@' | cut -d, -f1-3
  table -n princ_tktpolicy | grep -E '^(alice|ends|late)@' | cut -d, -f1-3
  table princ_lockout | grep '^alice@' | cut -d, -f1-2
  table keyinfo | grep -c -E '^empty@' || true
} > seen
cat seen
never=1970-01-01T00:00:00Z
cat > wanted <<W
alice@LAB.TEST,$never,$never
ends@LAB.TEST,2030-01-01T00:00:00Z,$never
late@LAB.TEST,$never,2040-01-01T00:00:00Z
alice@LAB.TEST,0,0
ends@LAB.TEST,1893456000,0
late@LAB.TEST,0,-2085978496
alice@LAB.TEST,$never
0
W
cmp seen wanted || { cat log; echo "this has changed"; exit 1; }
