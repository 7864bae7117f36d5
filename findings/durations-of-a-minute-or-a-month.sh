#!/bin/sh
# How long is a time-out from a settings file, for libraries that read durations?
#
# Guess before the run: “1m” is a minute; durationpy, made after Go's durations, refuses “1d”; pytimeparse reads “1:30” as 90 s,
# humanfriendly knows “500ms”. Nothing was guessed about capitals and ISO 8601.
# Seen (Python 3.11), in seconds, “–” for an error or None:
#
#                        1m    1M        1d      1h30m   500ms   90   1:30   -5s   PT1H30M
#   pytimeparse 1.1.10   60    60        86400   5400    –       –    90     -5    –
#   pytimeparse2 1.7.1   60    60        86400   5400    0.5     90   90     -5    –
#   durationpy 0.11      60    –         86400   5400    0.5     –    –      -5    –
#   humanfriendly 10.0   60    60        86400   –       0.5     90   –      –     –
#   timelength 3.0.4     60    2635200   86400   5400    0.5     90   90     5     79059600
#
# timelength takes M for a month, passes over what it does not know, and makes two and a half years of PT1H30M, one and a half
# hours of ISO 8601. That durationpy takes “1d” is more than Go does, which refuses it.
# Lesson: write time-outs in seconds or milliseconds, as a number with the unit in the setting's name, and let the program say
# which time it took.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pytimeparse==1.1.10 pytimeparse2==1.7.1 durationpy==0.11 humanfriendly==10.0 timelength==3.0.4
v/bin/python - <<'P'
import durationpy, humanfriendly, pytimeparse, pytimeparse2
from timelength import TimeLength
readers = {"pytimeparse": pytimeparse.parse, "pytimeparse2": pytimeparse2.parse, "durationpy": lambda text: durationpy.from_str(text).total_seconds(),
           "humanfriendly": humanfriendly.parse_timespan, "timelength": lambda text: TimeLength(text).result.seconds}
def read(reader, text):
    try: return reader(text)
    except (durationpy.DurationError, humanfriendly.InvalidTimespan): return None
texts = ("1m", "1M", "1d", "1h30m", "500ms", "90", "1:30", "-5s", "PT1H30M")
seen = {name: [read(reader, text) for text in texts] for name, reader in readers.items()}
for name, values in seen.items(): print(name, *values)
assert seen == {
    "pytimeparse": [60, 60, 86400, 5400, None, None, 90, -5, None],
    "pytimeparse2": [60, 60, 86400, 5400, 0.5, 90, 90, -5, None],
    "durationpy": [60, None, 86400, 5400, 0.5, None, None, -5, None],
    "humanfriendly": [60, 60, 86400, None, 0.5, 90, None, None, None],
    "timelength": [60, 2635200, 86400, 5400, 0.5, 90, 90, 5, 79059600]}, "this has changed"
P
