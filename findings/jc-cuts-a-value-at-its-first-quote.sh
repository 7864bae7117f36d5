#!/bin/sh
# Which user, share, address and time does jc, which makes JSON of the output of programs, read in lines of syslog (RFC 5424) and CEF?
#
# Guess before the run: those of the line, without the backslashes that escape; timestamp_epoch is of the zone of the host, as jc's manual
# says, and timestamp_epoch_utc the right one. A SessionId above 2^63 is exact.
# Seen (jc 1.26.1, Python 3.11):
#
#   syslog: share="\\\\fs\\data"                 \\fs\data
#   syslog: user="the \"old\" admin"             “the ”
#   syslog: …13:20.123456Z                       timestamp_epoch_utc 1700000000
#   syslog: …13:20Z, …13:20+00:00                no timestamp_epoch, and no timestamp_epoch_utc
#   CEF: cs1=\\\\fs\\data, cn1=17293822569102704641   both exact
#   CEF: name “refused \| again”, src=10.0.0.1   an empty name, and no src: its address is in “again_5_src”
#
# Lesson: “the ” is no user of the domain, and a search for events of 10.0.0.1 does not find each of them. Have times written with a
# fraction, even if it is zero.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install jc==1.26.1
cat > look.py <<'P'
import jc
def syslog(time="2023-11-14T22:13:20.123456Z"):
    line = rf'<134>1 {time} fs smbd 1 - [smb@32473 share="\\\\fs\\data" user="the \"old\" admin"] refused'
    return jc.parse("syslog", line, quiet=True)[0]
def cef(name): return jc.parse("cef", rf"CEF:0|a|b|1|445|{name}|5|src=10.0.0.1 cs1=\\\\fs\\data cs1Label=share cn1=17293822569102704641 cn1Label=session", quiet=True)[0]
one, other = cef("refused"), cef(r"refused \| again")
seen = [
    syslog()["structured_data"][0]["parameters"], syslog()["timestamp_epoch_utc"],
    [syslog(time)[key] for time in ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20+00:00") for key in ("timestamp_epoch", "timestamp_epoch_utc")],
    (one["name"], one["src"], one["share"], one["session"]), (other["name"], "src" in other, other["again_5_src"])]
for each in seen: print(each)
assert seen == [
    {"share": r"\\fs\data", "user": "the "}, 1700000000, [None] * 4, ("refused", "10.0.0.1", r"\\fs\data", 17293822569102704641),
    ("", False, "10.0.0.1")], "this has changed"
P
v/bin/python look.py
