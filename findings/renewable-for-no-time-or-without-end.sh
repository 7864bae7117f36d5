#!/bin/sh
# For how long may a user renew tickets whose limit is 0, MIT's default (max_renewable_life), before and after a move to Heimdal?
#
# Guess before the run: not at all; kinit -r 7d gets a ticket that is not renewable, from both. A ticket of the old KDC goes on working at the
# new one, which has the same keys.
# Seen (krb5-kdc and krb5-user 1.20.1-2+deb12u5, heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm; hprop --source=mit-dump):
#
#   KDC        kinit -r 7d: the ticket is           a ticket for cifs/fs.lab.test with MIT's (kvno)
#   MIT        renewable, until its first second    yes
#   Heimdal    renewable, for seven days            “Requested effective lifetime is negative or too short” (11)
#
# MIT sets the flag “renewable” and an end that is the start. For Heimdal 0 is “unlimited”, and a renewable ticket whose renew-till has
# passed has no time left.
# Lesson: the flag alone does not say that a ticket can be renewed; look at renew-till. KDC_ERR_NEVER_VALID for a service need not be the
# clock: the ticket-granting ticket may come from another KDC of the realm. Set the limits again after a move.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 krb5-user=1.20.1-2+deb12u5" \
  "heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@"; }
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
  }
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[kdc]
  database = {
    dbname = $folder/heimdal
    realm = LAB.TEST
    mkey_file = $folder/key
    log_file = $folder/changes
  }
  addresses = 127.0.0.1
[logging]
  kdc = FILE:$folder/log
C
cat > kdc.conf <<C
[kdcdefaults]
  kdc_listen = 127.0.0.1:88
  kdc_tcp_listen = 127.0.0.1:88
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
  }
C
admin() { run root/usr/sbin/kadmin.local -q "$1" >> log 2>&1; }
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST >> log 2>&1
admin "addprinc -pw secret bob"
admin "addprinc -randkey cifs/fs.lab.test"
run root/usr/sbin/kdb5_util dump -r18 old
run root/usr/sbin/hprop --source=mit-dump --database=old --master-key=stash --decrypt --stdout > moved 2>> log
run root/usr/sbin/hpropd --stdin --database="$folder/heimdal" < moved 2>> log
cat > look.sh <<'S'
ip link set lo up
export LC_ALL=C TZ=UTC
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" KRB5CCNAME="$folder/$cache" "$@"; }
# Not by run: the process to be ended is that of the KDC, not of a shell around it.
start() {
  LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> log 2>&1 &
}
renewable() {
  echo secret | run root/usr/bin/kinit -r 7d bob > /dev/null
  run root/usr/bin/klist -f | python3 -c '
import re, sys, datetime
text = sys.stdin.read()
times = re.search(r"(?m)^(\S+ \S+) .*krbtgt.*\n\s+renew until (\S+ [\d:]+)", text).groups()
start, until = (datetime.datetime.strptime(one, "%m/%d/%y %H:%M:%S") for one in times)
print("R" in re.search("Flags: (.*)", text)[1], round((until - start).total_seconds() / 86400), end=";")'
}
service() {
  if run root/usr/bin/kvno cifs/fs.lab.test > /dev/null 2> error; then printf "ticket;"
  else grep -o "Requested effective lifetime.*short" error | tr '\n' ';'; fi
}
cache=mit-cache
start root/usr/sbin/krb5kdc -n
sleep 1
renewable
service
kill $!
wait
# A cache without the service ticket.
start root/usr/sbin/krb5kdc -n
sleep 1
renewable > /dev/null
kill $!
wait
start root/usr/lib/heimdal-servers/kdc
sleep 1
service
cache=heimdal-cache
renewable
service
kill $!
wait
S
seen=$(folder="$folder" libraries="$libraries" unshare -rn sh look.sh)
echo "$seen"
[ "$seen" = "True 0;ticket;Requested effective lifetime is negative or too short;True 7;ticket;" ] || { echo "this has changed"; exit 1; }
