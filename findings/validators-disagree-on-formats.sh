#!/bin/sh
# Do validators of JSON Schema agree on times and names of files, as a report has them (format date-time, uri-reference)?
#
# Guess before the run: not on a blank in a name, which jsonschema alone refuses, and not on a small “z”, which fastjsonschema
# refuses. On the rest they agree.
# Seen (jsonschema 4.26.0 with format-nongpl, fastjsonschema 2.22.3, jsonschema-rs 0.61.2, Python 3.11):
#
#                                             by the RFC   jsonschema   fastjsonschema   jsonschema-rs
#   2023-11-14t22:13:20z                      valid        yes          yes              yes
#   2016-12-31T23:59:60Z, a leap second       valid        no           yes              yes
#   2023-11-14T22:13:20+0000                  not valid    no           yes              no
#   the file “a b.pcapng”                     not valid    no           no               no
#   the file “a[1].pcapng”, “100%.pcapng”     not valid    no           yes              no
#   1700000000.123 as a multiple of 0.001     valid        no           yes              yes
#
# The third is how Samba writes the time into its JSON logs.
# Lesson: “does not match the schema” may be the validator's opinion, and a report that passed at the writer may be refused at
# the reader. Write names of files percent-encoded, zones with a colon, and no multipleOf for fractions.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install 'jsonschema[format-nongpl]==4.26.0' fastjsonschema==2.22.3 jsonschema-rs==0.61.2
v/bin/python - <<'P'
import fastjsonschema, jsonschema, jsonschema_rs
DRAFT = jsonschema.Draft202012Validator
def first(schema, value): return DRAFT(schema, format_checker=DRAFT.FORMAT_CHECKER).is_valid(value)
def second(schema, value):
    try: fastjsonschema.compile(schema)(value)
    except fastjsonschema.JsonSchemaException: return False
    return True
def third(schema, value): return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)
time, name = ({"type": "string", "format": one} for one in ("date-time", "uri-reference"))
rows = [
    (time, "2023-11-14T22:13:20Z", (True, True, True)), (time, "2023-11-14t22:13:20z", (True, True, True)),
    (time, "2016-12-31T23:59:60Z", (False, True, True)), (time, "2023-11-14T22:13:20+0000", (False, True, False)),
    (name, "a%20b.pcapng", (True, True, True)), (name, "a b.pcapng", (False, False, False)),
    (name, "a[1].pcapng", (False, True, False)), (name, "100%.pcapng", (False, True, False)),
    ({"multipleOf": 0.001}, 1700000000.123, (False, True, True))]
right = True
for schema, value, wanted in rows:
    seen = tuple(check(schema, value) for check in (first, second, third))
    print(value, *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
