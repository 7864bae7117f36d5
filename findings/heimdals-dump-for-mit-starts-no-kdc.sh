#!/bin/sh
# Does a KDC of MIT start with the users of a Heimdal KDC that “kadmin -l dump --format=MIT” wrote?
#
# Guess before the run: yes, with Heimdal's master key as its stash; both keep such a key as a keytab with K/M.
# Seen (heimdal-kdc 7.8.git20221117.28daf24+dfsg-2, krb5-kdc and krb5-admin-server 1.20.1-2+deb12u5 of Debian bookworm), with and without
# --decrypt:
#
#   kadmin -l dump --format=MIT       exit status 0, “kdb5_util load_dump version 5”
#   kdb5_util load                    exit status 0, no word
#   kadmin.local                      Cannot find master key record in database
#   krb5kdc                           cannot initialize realm LAB.TEST
#
# MIT wants an entry K/M@LAB.TEST in the database itself, which Heimdal has not; nothing looks for it while the dump is loaded.
# Lesson: a move is done when the new KDC has given a ticket, not when the load has ended well. Try it before the old one is shut; a port 88
# that is closed the next morning may be this.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
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
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/key
  }
C
kadmin() { run root/usr/bin/kadmin.heimdal -l "$@"; }
run root/usr/sbin/kstash --random-key --enctype=aes256-cts-hmac-sha1-96 --key-file="$folder/key" 2>> log
kadmin init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
kadmin add --use-defaults --password=secret alice
seen=$(
  for way in "" --decrypt; do
    rm -f mit mit.* dump
    kadmin dump --format=MIT $way dump
    printf '%s, %s; ' $? "$(head -n 1 dump)"
    run root/usr/sbin/kdb5_util load dump
    printf '%s, %s; ' $? "$(grep -c alice@LAB.TEST dump)"
    run root/usr/sbin/kadmin.local -q listprincs 2>&1 | grep -o 'Cannot find master key record in database' | tr '\n' ';'
    run timeout 10 root/usr/sbin/krb5kdc -n 2>&1 | grep -o 'cannot initialize realm LAB.TEST' || true
  done)
echo "$seen"
line='0, kdb5_util load_dump version 5; 0, 1; Cannot find master key record in database;cannot initialize realm LAB.TEST'
[ "$seen" = "$line
$line" ] || { echo "this has changed"; exit 1; }
