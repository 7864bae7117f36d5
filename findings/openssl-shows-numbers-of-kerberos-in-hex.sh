#!/bin/sh
# Which encryption does “openssl asn1parse” show in a Kerberos message?
#
# Guess before the run: the number as RFC 4120 has it, 18, 17 or 23, and -133 for Microsoft's old RC4, as libraries do.
# Seen (openssl 3.0.22-1~deb12u2, dumpasn1 20210212-3 and unber of asn1c 0.9.28+dfsg-5, all of Debian
# bookworm), an INTEGER for each type:
#
#   type                              openssl   dumpasn1   unber
#   18, AES256                        12        18         18
#   17, AES128                        11        17         17
#   23, RC4                           17        23         23
#   -133, RC4 of old Windows clients  -85       65403      -133
#
# openssl prints hex digits without a sign that they are: RC4 looks like AES128, and error 24 (wrong password) like 18 (revoked).
# dumpasn1 leaves out the sign of a number with two bytes.
# Lesson: read numbers of asn1parse as hexadecimal ones, or take unber or a Kerberos dissector.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 dumpasn1=20210212-3 asn1c=0.9.28+dfsg-5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries"
: > dumpasn1.cfg
look() {
  printf "$1" > one.der
  first=$(root/usr/bin/openssl asn1parse -inform DER -in one.der | sed 's/.*://')
  second=$(root/usr/bin/dumpasn1 -p -a -cdumpasn1.cfg one.der 2> error | sed -n 's/.*INTEGER *//p' | tr -d '\r')
  third=$(root/usr/bin/unber one.der | sed 's/.*F>//; s/<.*//')
  echo "$first $second $third"
}
root/usr/bin/openssl version
seen="$(look '\002\001\022'), $(look '\002\001\021'), $(look '\002\001\027'), $(look '\002\002\377\173')"
echo "$seen"
[ "$seen" = "12 18 18, 11 17 17, 17 23 23, -85 65403 -133" ] || { echo "this has changed"; exit 1; }
