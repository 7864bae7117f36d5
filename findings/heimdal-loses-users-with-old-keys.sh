#!/bin/sh
# Can the users of a KDC of MIT be moved to Heimdal with its own tool, hprop --source=mit-dump?
#
# Guess before the run: yes, with their passwords; policies are lost.
# Seen (krb5-kdc 1.20.1-2+deb12u5, heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm):
#
#   kdb5_util dump, as it is             hprop: unknown dump file format, got 7, expected 4-6
#   kdb5_util dump -r18, hprop -D        exit status 0; then, at Heimdal's KDC:
#     plain, with one password           gets a ticket
#     changed, by cpw                    gets a ticket
#     kept, by cpw -keepold              “Client (kept@LAB.TEST) unknown”
#
# hprop decrypts the keys, but not the old ones of a user, which only the master key of MIT opens; Heimdal's KDC then cannot read the
# entry and says KDC_ERR_C_PRINCIPAL_UNKNOWN (6). Without -D, and with MIT's stash as Heimdal's master key, all three get a ticket.
# Lesson: KDC_ERR_C_PRINCIPAL_UNKNOWN after a move may mean an entry that the KDC cannot decrypt. Services whose keys were changed
# with care, -keepold, are the ones to be lost; purge old keys before the move (kadmin: purgekeys).
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
for user in plain changed kept; do admin "addprinc -pw secret $user"; done
admin "cpw -pw secret changed"
admin "cpw -keepold -pw secret kept"
cat > look.sh <<'S'
ip link set lo up
echo secret > password
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@"; }
# Not by run: the process to be ended is that of the KDC, not of a shell around it.
start() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> log 2>&1 & }
run root/usr/sbin/kdb5_util dump new
run root/usr/sbin/hprop --source=mit-dump --database=new --master-key=stash --decrypt --stdout 2>&1 > /dev/null | tr '\n' ';'
run root/usr/sbin/kdb5_util dump -r18 old
for way in --decrypt ""; do
  rm -f heimdal* key
  [ -n "$way" ] || cp stash key
  run root/usr/sbin/hprop --source=mit-dump --database=old --master-key=stash $way --stdout > moved 2>> log
  run root/usr/sbin/hpropd --stdin --database="$folder/heimdal" < moved 2>> log
  start root/usr/lib/heimdal-servers/kdc
  sleep 1
  for user in plain changed kept; do
    if run root/usr/bin/kinit.heimdal --password-file=password --cache=FILE:cache $user 2> error; then printf "%s ticket;" $user
    else printf "%s %s;" $user "$(grep -o 'Client (kept@LAB.TEST) unknown' error)"; fi
  done
  kill $!
  wait
done
S
seen=$(folder="$folder" libraries="$libraries" unshare -rn sh look.sh)
echo "$seen"
[ "$seen" = "hprop: unknown dump file format, got 7, expected 4-6;plain ticket;changed ticket;kept Client (kept@LAB.TEST) unknown;\
plain ticket;changed ticket;kept ticket;" ] || { echo "this has changed"; exit 1; }
