#!/bin/sh
# What does mount.cifs make of the user that it is given?
#
# Guess before the run: LAB/alice%secret is split into domain, user and password, as smbclient does it; an end of line of
# Windows in the file of credentials is left out.
# Seen (cifs-utils 2:7.0-2 of Debian bookworm), the options that go to the kernel:
#
#   user=LAB/alice, PASSWD in place         user=LAB/alice
#   user=alice%secret, PASSWD in place      user=alice%secret
#   user=OTHER/alice,dom=LAB                user=OTHER/alice,domain=LAB
#   username=alice and an end of Windows    user=alice and the CR
#   username="alice"                        user="alice", with its quotes
#   a byte order mark in front              the line is left out, and user=$USER
#
# Each ends in a logon of a user that nobody has.
# Lesson: LOGON_FAILURE for mount.cifs while smbclient gets in, with the same line or file: look at each letter of the user
# in the AUTHENTICATE message, those that a screen does not show as well.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial place
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install cifs-utils=2:7.0-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
# With -f it says what it would do, and mounts nothing.
look() {
  LD_LIBRARY_PATH="$libraries" USER=caller PASSWD=secret timeout 20 root/sbin/mount.cifs -f -v //127.0.0.1/share "$folder/place" -o "$1" < /dev/null 2>&1 \
    | sed -n 's/.*share,\(.*\),pass=.*/\1/p' | tr '\r' '!'
}
printf 'username=alice\r\npassword=secret\r\n' > windows
printf 'username="alice"\npassword=secret\n' > quotes
printf '\357\273\277username=alice\npassword=secret\n' > mark
seen="$(look user=LAB/alice)
$(look user=alice%secret)
$(look user=OTHER/alice,dom=LAB)
$(for file in windows quotes mark; do look "credentials=$folder/$file"; done)"
echo "$seen"
[ "$seen" = 'user=LAB/alice
user=alice%secret
user=OTHER/alice,domain=LAB
user=alice!
user="alice"
user=caller' ] || { echo "this has changed"; exit 1; }
