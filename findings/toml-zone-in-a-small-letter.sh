#!/bin/sh
# Does a date with time in TOML mean the same to each library?
#
# Guess before the run: yes; TOML takes its times from RFC 3339, where “t” and “z” may be small letters and a second may
# have a fraction. Only the seconds left out, which came with TOML 1.1, are for the newer libraries.
# Seen (Python 3.11):
#
#                     2027-01-31t07:32:00z   07:32:00.5         2027-01-31T07:32Z
#   toml 0.10.2       without a zone         the fraction lost  an error
#   qtoml 0.2.4       an error               an error           an error
#   pytomlpp 1.1.0    right                  right              an error
#   rtoml 0.14.0      right                  right              right
#   tomlkit 0.15.2    right                  right              right
#   tomli 2.5.0       right                  right              right
#
# Lesson: write T and Z in capitals and the seconds out. A last day that toml read may be hours off, for it says nothing
# about the zone that it left out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install toml==0.10.2 qtoml==0.2.4 pytomlpp==1.1.0 rtoml==0.14.0 tomlkit==0.15.2 tomli==2.5.0
"$folder/v/bin/python" - <<'P'
import datetime, pytomlpp, qtoml, rtoml, toml, tomli, tomlkit
utc = datetime.timezone.utc
second = datetime.datetime(2027, 1, 31, 7, 32)
values = {
    "2027-01-31t07:32:00z": second.replace(tzinfo=utc), "07:32:00.5": datetime.time(7, 32, 0, 500000),
    "2027-01-31T07:32Z": second.replace(tzinfo=utc)}
def read(library, value):
    try: found = library.loads("a = " + value + "\n")["a"]
    except Exception: return "error"
    if hasattr(found, "unwrap"): found = found.unwrap()
    # Compared in UTC: each library has zones of its own.
    if isinstance(found, datetime.datetime) and found.tzinfo: found = found.astimezone(utc)
    return "right" if found == values[value] else str(found)
seen = {library.__name__: [read(library, value) for value in values] for library in (toml, qtoml, pytomlpp, rtoml, tomlkit, tomli)}
for one in seen.items(): print(*one)
right = ["right", "right", "right"]
assert seen == {
    "toml": ["2027-01-31 07:32:00", "07:32:00", "error"], "qtoml": ["error", "error", "error"],
    "pytomlpp": ["right", "right", "error"], "rtoml": right, "tomlkit": right, "tomli": right}, "this has changed"
P
