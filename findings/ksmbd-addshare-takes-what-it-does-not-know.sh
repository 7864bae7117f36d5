#!/bin/sh
# What do the tools of ksmbd write when a parameter is not one of theirs?
#
# Guess before the run: an unknown parameter is refused with an error, “guest ok = maybe” goes in without a message, the
# comments of the file are lost, and a note behind a value stays in the value. Nothing was guessed about Alice and alice.
# Seen (ksmbd-tools 3.4.7-1 of Debian bookworm), each run ends with status 0 and no error:
#
#   ksmbd.addshare -o …        in the file
#   colour = blue              colour = blue
#   guestok = yes              guestok = yes
#   guest ok = maybe           guest ok = maybe
#   comment = one # note       comment = one # note
#
#   in the file before         in the file after ksmbd.addshare
#   # a note of the owner      (gone)
#   gest ok = yes              gest ok = yes
#
#   ksmbd.adduser -a Alice, then -a alice: two users, each with a password
#
# Lesson: a share that ksmbd.addshare took can still refuse each guest. Compare the names in the file with ksmbd.conf(5), and
# the user in the packet with the list of users letter by letter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install ksmbd-tools=3.4.7-1 libglib2.0-0 libnl-3-200 libnl-genl-3-200 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > ksmbd.conf <<'C'
# a note of the owner
[global]
	workgroup = LAB
	; another note
[old]
	path = /srv/old
	gest ok = yes
C
run() {
  program=$1
  shift
  LD_LIBRARY_PATH="$libraries" "root/usr/sbin/$program" "$@" -c "$folder/ksmbd.conf" 2>&1 \
    || { echo "$program has changed"; exit 1; }
}
words=$(
  run ksmbd.addshare -a new -o "path = /srv/new
colour = blue
guestok = yes
guest ok = maybe
comment = one # note"
  for name in Alice alice; do run ksmbd.adduser -i "$folder/users" -a $name -p secret; done)
echo "$words" | sed 's/^.*\]: //'
lines=$(sed 's/^[[:space:]]*//' ksmbd.conf | sort)
users=$(sed 's/:.*//' users | sort)
echo "$lines"
echo "$users"
case $words in *ERROR* | *WARN* | *colour*) echo "there is a message now"; exit 1 ;; esac
[ "$lines" = "$(sort <<'L'
[global]
workgroup = LAB
[old]
path = /srv/old
gest ok = yes
[new]
path = /srv/new
colour = blue
guestok = yes
guest ok = maybe
comment = one # note
L
)" ] || { echo "the file has changed"; exit 1; }
[ "$users" = "$(printf '%s\n' Alice alice | sort)" ] || { echo "the users have changed"; exit 1; }
