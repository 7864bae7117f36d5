#!/bin/sh
# Which two events does a sequence of EQL find, a refused logon and a good one “with maxspan=5s”, when they are 2 s or more apart?
#
# Guess before the run: those 2 s apart, with times in ISO 8601 and zone, or in seconds since 1970; not those of an hour later.
# Seen (eql 1.0.1, the library and program of EQL for Python, 3.11), lines of JSON, the time in “timestamp” unless named:
#
#   the time                              2 s apart   10 s apart   more
#   FILETIME                              found       no           a day: no
#   seconds since 1970                    found       found        a day: found
#   milliseconds since 1970               found       found        30,000 s: found
#   “@timestamp” of ECS, in any form      found       -            a day: found
#   ISO 8601                              an error (TypeError)
#
# With “maxspan=1500ms” and FILETIMEs those 0.9 s apart are found, those 1.4 s apart are not. The order is that of the file: a good logon in
# front of the refused one is not found, and one behind it is, even if its time is earlier.
# Lesson: a rule that works in the sensor finds any two events of a host in a file from elsewhere. Make FILETIMEs of the times, and sort.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install eql==1.0.1 lark==1.3.1
cat > look.py <<'P'
import datetime, json, subprocess
def find(first, second, field="timestamp", span="5s", reverse=False):
    events = [{"n": 1, "host": "fs", "status": "LOGON_FAILURE", field: first}, {"n": 2, "host": "fs", "status": "SUCCESS", field: second}]
    with open("events.jsonl", "w") as file: file.writelines(json.dumps(event) + "\n" for event in (events[::-1] if reverse else events))
    query = f'sequence by host with maxspan={span} [any where status == "LOGON_FAILURE"] [any where status == "SUCCESS"]'
    done = subprocess.run(["v/bin/eql", "query", query, "--file", "events.jsonl"], capture_output=True, text=True)
    return "TypeError" if "TypeError" in done.stderr else len([line for line in done.stdout.splitlines() if line.startswith("{")]) == 2
START = 1700000000
def filetime(second): return int((second + 11644473600) * 10**7)
def iso(second): return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).isoformat()
forms = {"FILETIME": filetime, "seconds": lambda second: second, "milliseconds": lambda second: second * 1000, "ISO 8601": iso}
seen = {name: [find(form(START), form(START + apart)) for apart in (2, 10, 30000)] for name, form in forms.items()}
seen["a day"] = [find(form(START), form(START + 86400)) for form in (filetime, forms["seconds"])]
seen["@timestamp"] = [find(form(START), form(START + apart), "@timestamp") for form in (filetime, iso) for apart in (2, 86400)]
seen["1500ms"] = [find(filetime(START), filetime(START + apart), span="1500ms") for apart in (0.9, 1.4)]
seen["order"] = [find(filetime(START), filetime(START + 2), reverse=True), find(filetime(START), filetime(START - 2))]
for each in seen.items(): print(*each)
assert seen == {
    "FILETIME": [True, False, False], "seconds": [True, True, True], "milliseconds": [True, True, True], "ISO 8601": ["TypeError"] * 3,
    "a day": [False, True], "@timestamp": [True] * 4, "1500ms": [True, False], "order": [False, True]}, "this has changed"
P
v/bin/python look.py
