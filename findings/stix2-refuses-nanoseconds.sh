#!/bin/sh
# Does the stix2 library take the time of a packet with nanoseconds?
#
# Guess before the run: yes, cut to microseconds. STIX 2.1 wants RFC 3339, which sets no limit to the digits behind the second.
# Seen (stix2 3.0.2, Python 3.11), the start of a network-traffic object:
#
#   2023-11-14T22:13:20.123456Z      taken
#   2023-11-14T22:13:20.1234567Z     InvalidValueError: must be a datetime object, ... or timestamp string
#   2023-11-14T22:13:20.123456789Z   the same
#
# Seven digits are what Windows counts, nine what recordings count. parse() of an object from another program fails so.
# Lesson: cut times to six digits before they go into STIX; a bundle that one library refuses may be valid.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install stix2==3.0.2
v/bin/python - <<'P'
import json
import stix2
def take(digits):
    text = {"type": "network-traffic", "spec_version": "2.1", "id": "network-traffic--2568d22a-8998-58eb-99ec-3c8ca74f527d",
            "protocols": ["tcp", "smb"], "src_ref": "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd",
            "start": "2023-11-14T22:13:20." + digits + "Z"}
    try: return json.loads(stix2.parse(json.dumps(text)).serialize())["start"]
    except stix2.exceptions.InvalidValueError as error: return type(error).__name__
seen = [take(digits) for digits in ("123456", "1234567", "123456789")]
print(seen)
assert seen == ["2023-11-14T22:13:20.123456Z", "InvalidValueError", "InvalidValueError"], "this has changed"
P
