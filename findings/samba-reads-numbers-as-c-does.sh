#!/bin/sh
# Which number does Samba read in smb.conf?
#
# Guess before the run: a mask in octal digits or, behind 0x, in hexadecimal ones; a word in the place of a limit is 0 or an error. Nothing
# was guessed about a zero in front of a limit, and about a unit behind it.
# Seen (samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), testparm, no word about it and exit status 0:
#
#   max connections = 10     10                    create mask = 644      0644
#   max connections = 010    8                     create mask = 0x1a4    0000: a new file is nobody's to read
#   max connections = 0x10   16                    create mask = 0689     0006
#   max connections = ten    0, which is no limit  create mask = 999      “Invalid octal number”, exit status 1
#   deadtime = 1h            1, a minute
#
# Lesson: a limit with a zero in front is smaller than it looks, so that connections are refused too early (INSUFFICIENT_RESOURCES); and
# “1h” ends idle sessions after a minute. testparm shows the number that counts.
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
read_line() {
  section=share
  case $1 in deadtime*) section=global ;; esac
  printf '[global]\nlock directory = %s\nstate directory = %s\ncache directory = %s\n%s\n[share]\npath = %s\n%s\n' "$folder" "$folder" "$folder" \
    "$([ $section = share ] || echo "$1")" "$folder" "$([ $section = global ] || echo "$1")" > smb.conf
  status=0
  value=$(LD_LIBRARY_PATH="$libraries" root/usr/bin/testparm -s --section-name=$section --parameter-name="${1%% = *}" smb.conf < /dev/null 2> said) || status=$?
  echo "$1: $value $status $(grep -c Invalid said || true)"
}
seen=$(for line in 'max connections = 10' 'max connections = 010' 'max connections = 0x10' 'max connections = ten' 'deadtime = 1h' 'create mask = 644' \
  'create mask = 0x1a4' 'create mask = 0689' 'create mask = 999'; do read_line "$line"; done)
echo "$seen"
[ "$seen" = 'max connections = 10: 10 0 0
max connections = 010: 8 0 0
max connections = 0x10: 16 0 0
max connections = ten: 0 0 0
deadtime = 1h: 1 0 0
create mask = 644: 0644 0 0
create mask = 0x1a4: 0000 0 0
create mask = 0689: 0006 0 0
create mask = 999:  1 1' ] || { echo "this has changed"; exit 1; }
