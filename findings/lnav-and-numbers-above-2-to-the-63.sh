#!/bin/sh
# Does lnav show each field of a JSON line whose SessionId is above 2^63?
#
# Guess before the run: yes. The number comes out as text, a user with a backslash is exact, and times lose digits.
# Seen (lnav 0.11.1-3 of Debian bookworm), a format of its own for JSON lines, the fields by SQL (-c ';select …'):
#
#   "session" in the line                  session               user       time
#   9223372036854775807 (2^63 - 1)         the same              as given   22:13:20.123 of 22:13:20.123456789
#   10376293541462621785 (a number)        nothing               nothing    that of the line before, 22:13:20.123
#   "10376293541462621785" (a text)        the same              as given   22:13:22.123 of 22:13:22.123456789
#
# It makes no difference whether the format calls the field an integer, a float or a string. SQL reports no error.
# Lesson: one large id hides the user, the share and the time of its line, so a search by user misses the line. Write ids with
# 64 bits as text into JSON that lnav reads.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial home/formats/check
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install lnav=0.11.1-3 libarchive13 libcurl3-gnutls libncursesw6 libpcre2-8-0 libreadline8 libsqlite3-0 libtinfo6 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > lines <<'L'
{"time":"2023-11-14T22:13:20.123456789Z","session":9223372036854775807,"user":"LAB\\alice","text":"first"}
{"time":"2023-11-14T22:13:21.123456789Z","session":10376293541462621785,"user":"LAB\\bob","text":"second"}
{"time":"2023-11-14T22:13:22.123456789Z","session":"10376293541462621785","user":"LAB\\carol","text":"third"}
L
look() {
  cat > home/formats/check/check.json <<F
{"\$schema": "https://lnav.org/schemas/format-v1.schema.json", "check_log": {"title": "check", "json": true, "file-pattern": ".*",
  "timestamp-field": "time", "body-field": "text", "line-format": [{"field": "time"}, " ", {"field": "text"}],
  "value": {"session": {"kind": "$1"}, "user": {"kind": "string"}}}}
F
  TZ=UTC TERM=xterm HOME="$folder/home" XDG_CONFIG_HOME="$folder/home" LD_LIBRARY_PATH="$libraries" timeout 60 root/usr/bin/lnav -n -I "$folder/home" \
    -c ';select log_time, session, user, log_body from check_log' -c ':write-csv-to -' lines < /dev/null
}
wanted='log_time,session,user,log_body
2023-11-14 22:13:20.123,9223372036854775807,LAB\alice,first
2023-11-14 22:13:20.123,<NULL>,<NULL>,<NULL>
2023-11-14 22:13:22.123,10376293541462621785,LAB\carol,third'
for kind in integer float string; do
  seen=$(look $kind 2>&1)
  echo "$kind"
  printf '%s\n' "$seen"
  [ "$seen" = "$wanted" ] || { echo "this has changed"; exit 1; }
done
