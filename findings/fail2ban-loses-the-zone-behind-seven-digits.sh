#!/bin/sh
# When did a refused logon happen, for fail2ban on a host in Tokyo (UTC+9), by the time in the line of a log?
#
# Guess before the run: at the right time: the header of smbd's log in local time, JSON of Samba and of Suricata by its zone, Zeek's JSON
# by its number of seconds. Nothing was guessed about the number of digits behind the second, nor about Samba's lines “Auth: …”.
# Seen (fail2ban 1.0.2-2 of Debian bookworm), its usual patterns for times, each line of 22:13:20 UTC:
#
#   [2023/11/15 07:13:20.123456,  2]            right, as are the others that were guessed, but for Zeek
#   2023-11-14T22:13:20.123456Z                 right
#   2023-11-14T22:13:20.1234567Z                nine hours too early: “Z” is not read
#   2023-11-14T22:13:20.123456789+00:00         nine hours too early
#   {"ts":1700000000.123456,…}                  no time
#   at [Tue, 14 Nov 2023 22:13:20.123456 UTC]   no time
#
# Lesson: seven digits are those of Windows, nine those of Go and of containers. What seems to be nine hours old is older than findtime,
# and no client is banned; west of UTC it lies in the future. Give such a log a datepattern of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install fail2ban=1.0.2-2 >&2
for file in archives/fail2ban_*.deb; do dpkg-deb -x "$file" root; done
cat > log <<'L'
[2023/11/15 07:13:20.123456,  2] auth.c: WRONG_PASSWORD from ipv4:10.0.0.1:49152
{"timestamp": "2023-11-15T07:13:20.123456+0900", "status": "WRONG_PASSWORD", "remoteAddress": "ipv4:10.0.0.2:49152"}
2023-11-14T22:13:20.123456Z WRONG_PASSWORD from ipv4:10.0.0.3:49152
2023-11-14T22:13:20.1234567Z WRONG_PASSWORD from ipv4:10.0.0.4:49152
2023-11-14T22:13:20.123456789+00:00 WRONG_PASSWORD from ipv4:10.0.0.5:49152
{"ts":1700000000.123456,"status":"WRONG_PASSWORD","client":"ipv4:10.0.0.6:49152"}
Auth: user [LAB]\[alice] at [Tue, 14 Nov 2023 22:13:20.123456 UTC] status [WRONG_PASSWORD] remote host [ipv4:10.0.0.7:49152]
L
PYTHONPATH="$folder/root/usr/lib/python3/dist-packages" TZ=Asia/Tokyo /usr/bin/python3 root/usr/bin/fail2ban-regex --usedns=no -c root/etc/fail2ban \
  -o row log 'WRONG_PASSWORD.*ipv4:<HOST>:\d+' | sed -n "s/^\['\([0-9.]*\)',[[:space:]]*\([0-9None]*\).*/\1 \2/p" > seen
cat seen
cat > wanted <<'W'
10.0.0.1 1700000000
10.0.0.2 1700000000
10.0.0.3 1700000000
10.0.0.4 1699967600
10.0.0.5 1699967600
10.0.0.6 None
10.0.0.7 None
W
cmp seen wanted || { echo "this has changed"; exit 1; }
