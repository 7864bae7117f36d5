#!/bin/sh
# When does an account end, and how long may its tickets last, that an administrator of MIT Kerberos sets in words (kadmin.local modprinc -expire
# and -maxlife)?
#
# Guess before the run: 10:00 are ten hours; 1/2/2030 is in January; a time that is none is refused, and a status that is not 0 tells of it, with -q
# too. Nothing was guessed about “next”, a day with a time of day, and dates beyond 2106.
# Seen (krb5-kdc and krb5-admin-server 1.20.1-2+deb12u5 of Debian bookworm, UTC), status 0 and no word each time:
#
#   -expire "this week", "next week"    in 7 days, in 14 days
#   -expire "next year"                 in two years
#   -expire monday, "next monday"       on the Monday that comes or is today, and a week behind it
#   -expire 12:00                       12:00 today, be it in the past
#   -expire 2106-02-08                  2 January 1970
#   -maxlife "next week"                14 days
#   -maxlife 26:00                      26 hours
#   -maxlife "1 day 2:00"               the time until 02:00 tomorrow: at 18:05, 7 hours and 55 minutes
#   -maxlife "1 day 2 hours"            26 hours
#
# A policy's -maxlife reads the same words. With -q, “modprinc” of a user who does not exist ends with status 0; without it, with 1.
# Lesson: accounts whose passwords or tickets end at another hour for each of them were set by a time of day; one that ended in 1970 was to last
# for long. “next” is two. Write a date or hours, “never” for no end, and look at getprinc.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
: > acl
printf '[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n[dbmodules]\n db_module_dir = %s\n' \
  "$(find "$folder/root" -name db2.so -printf '%h')" > krb5.conf
printf '[realms]\n LAB.TEST = {\n  database_name = %s/mit\n  key_stash_file = %s/stash\n  acl_file = %s/acl\n }\n' "$folder" "$folder" "$folder" > kdc.conf
cat > look.py <<'P'
import calendar, os, re, subprocess, sys, time
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5_KDC_PROFILE="kdc.conf", LC_ALL="C", TZ="UTC")
def run(program, *words):
    out = subprocess.run(
        ["root/usr/sbin/" + program, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return out.returncode, out.stdout
def seconds(text, line):
    days, hours, minutes, rest = re.search(line + r": (\d+) days? (\d+):(\d+):(\d+)", text).groups()
    return ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(rest)
def life(words):
    run("kadmin.local", "modprinc", "-maxlife", "77 seconds", "alice")
    status = run("kadmin.local", "modprinc", "-maxlife", words, "alice")[0]
    return status or seconds(run("kadmin.local", "getprinc", "alice")[1], "Maximum ticket life")
def end(words):
    run("kadmin.local", "modprinc", "-expire", "never", "alice")
    status = run("kadmin.local", "modprinc", "-expire", words, "alice")[0]
    text = re.search("Expiration date: (.*)", run("kadmin.local", "getprinc", "alice")[1])[1]
    return "refused" if status else calendar.timegm(time.strptime(text, "%a %b %d %H:%M:%S UTC %Y"))
run("kdb5_util", "create", "-s", "-P", "master", "-r", "LAB.TEST")
run("kadmin.local", "addprinc", "-pw", "secret", "alice")
day = 86400
wanted = {
    "1 week": 7 * day, "next week": 14 * day, "10:00": 36000, "26:00": 26 * 3600, "1 day 2 hours": 26 * 3600}
lives = {words: life(words) for words in wanted}
# Not in the seconds around midnight.
while time.time() % day > day - 60: time.sleep(5)
now = time.time()
tomorrow = life("1 day 2:00") - ((now // day + 1) * day + 7200 - now)
ends = {words: end(words) for words in ("this week", "next week", "next year", "monday", "next monday", "12:00", "2106-02-08")}
run("kadmin.local", "addpol", "-maxlife", "next week", "short")
policy = seconds(run("kadmin.local", "getpol", "short")[1], "Maximum password life")
statuses = run("kadmin.local", "-q", "modprinc -maxlife 1d nosuch")[0], run("kadmin.local", "modprinc", "-maxlife", "1d", "nosuch")[0]
print(lives, tomorrow, ends, policy, statuses, sep="\n")
assert lives == wanted and abs(tomorrow) < 60 and policy == 14 * day, "the lives have changed"
assert abs(ends["this week"] - now - 7 * day) < 60 and abs(ends["next week"] - now - 14 * day) < 60, "the weeks have changed"
assert abs(ends["next year"] - now - 730.5 * day) < 2 * day, "the year has changed"
assert ends["12:00"] == now // day * day + day / 2, "noon has changed"
monday = now // day * day + -time.gmtime(now).tm_wday % 7 * day
assert (ends["monday"], ends["next monday"]) == (monday, monday + 7 * day), "Monday has changed"
assert time.gmtime(ends["2106-02-08"])[:3] == (1970, 1, 2), "the end of time has changed"
assert statuses == (0, 1), "the statuses have changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
