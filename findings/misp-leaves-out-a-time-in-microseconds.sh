#!/bin/sh
# Which time does an attribute have that is made with PyMISP, on a host in Tokyo (UTC+9)?
#
# Guess before the run: that of the text, to a microsecond; a time without a zone is one of the host, in each place. Nothing was guessed
# about numbers.
# Seen (pymisp 2.5.34.4, Python 3.11), the field first_seen, or what is named:
#
#   2023-11-14T22:13:20.123456789Z     22:13:20.123456+00:00
#   2023-11-14T22:13:20                22:13:20+09:00
#   the same in an attribute of the
#   type datetime                      22:13:20, without a zone
#   1700000000.123456 (seconds)        07:13:20.123456+09:00, the right time
#   1700000000123456 (microseconds)    no first_seen; a line in the log, no error
#   "1700000000.123456", as text       the same
#   event.set_date("10.11.2023")       11 October; "14.11.2023" is 14 November
#
# Lesson: times of Zeek and of Suricata, read as text, vanish on their way into MISP, and the attributes arrive. Give a datetime with a
# zone, and see that first_seen is there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pymisp==2.5.34.4 python-dateutil==4.0.0
TZ=Asia/Tokyo v/bin/python - <<'P'
import datetime, json, logging
import pymisp
logging.disable(logging.CRITICAL)
def first_seen(value):
    attribute = pymisp.MISPAttribute()
    attribute.from_dict(type="ip-dst", value="10.0.0.1", first_seen=value)
    return json.loads(attribute.to_json()).get("first_seen")
def date(text):
    event = pymisp.MISPEvent()
    event.set_date(text)
    return event.date.isoformat()
field = pymisp.MISPAttribute()
field.from_dict(type="datetime", value="2023-11-14T22:13:20")
seen = {
    "nanoseconds": first_seen("2023-11-14T22:13:20.123456789Z"), "no zone": first_seen("2023-11-14T22:13:20"),
    "type datetime": json.loads(field.to_json())["value"], "seconds": first_seen(1700000000.123456), "microseconds": first_seen(1700000000123456),
    "text": first_seen("1700000000.123456"), "10.11.2023": date("10.11.2023"), "14.11.2023": date("14.11.2023")}
for each in seen.items(): print(*each)
assert seen == {
    "nanoseconds": "2023-11-14T22:13:20.123456+00:00", "no zone": "2023-11-14T22:13:20+09:00", "type datetime": "2023-11-14T22:13:20",
    "seconds": "2023-11-15T07:13:20.123456+09:00", "microseconds": None, "text": None, "10.11.2023": "2023-10-11", "14.11.2023": "2023-11-14"}, \
    "this has changed"
P
