#!/bin/sh
# What do readers in Python make of a time with nine digits behind the second?
#
# Guess before the run: they cut it to six, for datetime has no more; arrow alone rounds.
# Seen (Python 3.11), 2023-11-14T22:13:20.999999999Z:
#
#   python-dateutil 4.0.0, ciso8601 2.4.1, iso8601 2.1.0   22:13:20.999999
#   pendulum 3.3.0, isodate 0.7.2, aniso8601 10.0.1        22:13:20.999999
#   arrow 1.4.0, msgspec 0.22.0                            22:13:21, the next second
#
# Recordings count nanoseconds, and a report in JSON passes them on. With arrow or msgspec half of all packets move by a
# microsecond, some into the next second.
# Lesson: a packet that is found by its time in one tool and not in another may have been rounded. Compare numbers of
# packets, or keep the time as a text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install python-dateutil==4.0.0 ciso8601==2.4.1 iso8601==2.1.0 pendulum==3.3.0 isodate==0.7.2 aniso8601==10.0.1 \
  arrow==1.4.0 msgspec==0.22.0
v/bin/python - <<'P'
from datetime import datetime
import aniso8601, arrow, ciso8601, dateutil.parser, iso8601, isodate, msgspec, pendulum
time = "2023-11-14T22:13:20.999999999Z"
readers = {
    "dateutil": dateutil.parser.isoparse, "ciso8601": ciso8601.parse_datetime, "iso8601": iso8601.parse_date,
    "pendulum": pendulum.parse, "isodate": isodate.parse_datetime, "aniso8601": aniso8601.parse_datetime,
    "arrow": arrow.get, "msgspec": lambda value: msgspec.convert(value, datetime)}
seen = {name: reader(time).strftime("%S.%f") for name, reader in readers.items()}
for one in seen.items(): print(*one)
assert {name for name, value in seen.items() if value == "21.000000"} == {"arrow", "msgspec"}, "this has changed"
assert {value for name, value in seen.items() if name not in ("arrow", "msgspec")} == {"20.999999"}, "this has changed"
P
