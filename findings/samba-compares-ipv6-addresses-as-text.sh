#!/bin/sh
# Which spellings of an address does Samba find in “hosts allow”?
#
# Guess before the run: 10.0.0. and networks with a mask in either form; not 10.0.*, a form of shells. That the spelling of an IPv6
# address matters was not thought of, nor were short networks.
# Seen (samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm, “testparm smb.conf HOST ADDRESS”), who may connect:
#
#   hosts allow                    10.0.0.5            hosts allow     fd00::5
#   10.0.0.  10.0.*  10.0.0/24     yes                 fd00::5         yes
#   10.0.0.4;10.0.0.5              yes                 FD00::5         yes
#   10.0.0  10/8                   no                  fd00:0::5       no
#   10.0.0.1-10.0.0.9              no                  fd00::/64       yes
#
# An address is compared as a text, without regard to capitals; so an IPv6 address counts in its shortest form alone, unless it has a mask.
# 10/8 is no network, though 10.0.0/24 is.
# Lesson: a client that is turned away in spite of “hosts allow” (a negative session response, or ACCESS_DENIED to TREE_CONNECT) may
# be listed in a spelling that Samba does not find. testparm with the address tells, without a client.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
version=2:4.17.12+dfsg-0+deb12u4
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba-common-bin=$version samba-common=$version samba-libs=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
may() {
  printf '[global]\nlock directory = %s\nstate directory = %s\ncache directory = %s\nhosts allow = %s\n[share]\npath = %s\n' \
    "$folder" "$folder" "$folder" "$2" "$folder" > smb.conf
  LD_LIBRARY_PATH="$libraries" root/usr/bin/testparm smb.conf host.lab.test "$1" < /dev/null 2>&1 \
    | sed -n "s|^\(.*\) connection.*to share\$|\1 $2|p"
}
seen=$(for one in 10.0.0. '10.0.*' 10.0.0/24 '10.0.0.4;10.0.0.5' 10.0.0 10/8 10.0.0.1-10.0.0.9; do may 10.0.0.5 "$one"; done
for one in fd00::5 FD00::5 fd00:0::5 fd00::/64; do may fd00::5 "$one"; done)
echo "$seen"
[ "$seen" = 'Allow 10.0.0.
Allow 10.0.*
Allow 10.0.0/24
Allow 10.0.0.4;10.0.0.5
Deny 10.0.0
Deny 10/8
Deny 10.0.0.1-10.0.0.9
Allow fd00::5
Allow FD00::5
Deny fd00:0::5
Allow fd00::/64' ] || { echo "this has changed"; exit 1; }
