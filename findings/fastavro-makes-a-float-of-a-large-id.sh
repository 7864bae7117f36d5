#!/bin/sh
# Which numbers and times of a report does fastavro write into an Avro file as they are, and which does it refuse?
#
# Guess before the run: a SessionId above 2^63 is an error for a long, as Avro has no numbers without a sign. A datetime in a field
# timestamp-nanos is written and read as one, cut to microseconds. What does not fit is an error.
# Seen (fastavro 1.13.1, Python 3.11):
#
#   the type in the schema             the value                    comes back as
#   long                               2^63 + 1                     an error
#   null or long or string             2^63 + 1                     an error
#   null or long or double             2^63 + 1                     9.223372036854776e+18, no error
#   long                               1700000000.9                 1700000000, no error
#   float                              1700000001.0                 1700000000.0, no error
#   long, timestamp-micros             datetime                     the same
#   long, timestamp-nanos              datetime                     an error
#   long, timestamp-nanos              1700000000123456789          the number 1700000000123456789
#   long, local-timestamp-micros       22:13:20 UTC                 22:13:20 without a zone
#   the same                           07:13:20+09:00, equal to it  07:13:20 without a zone
#
# Lesson: a schema that was made from examples often has “long or double” for an id, and two sessions become one in it. Times since
# 1970 in seconds lose their fraction in a long. Read one record back and compare before you write a million.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install fastavro==1.13.1
TZ=UTC v/bin/python - <<'P'
import datetime, io
import fastavro
def there_and_back(kind, value):
    schema = fastavro.parse_schema({"type": "record", "name": "report", "fields": [{"name": "field", "type": kind}]})
    file = io.BytesIO()
    try: fastavro.writer(file, schema, [{"field": value}])
    except (OverflowError, ValueError, TypeError): return "error"
    file.seek(0)
    return next(fastavro.reader(file))["field"]
def logical(name): return {"type": "long", "logicalType": name}
here = datetime.datetime(2023, 11, 14, 22, 13, 20, 123456, tzinfo=datetime.timezone.utc)
tokyo = here.astimezone(datetime.timezone(datetime.timedelta(hours=9)))
large, nano = 2**63 + 1, 1700000000123456789
rows = [
    ("long", large, "error"), (["null", "long", "string"], large, "error"), (["null", "long", "double"], large, float(large)),
    ("long", 1700000000.9, 1700000000), ("float", 1700000001.0, 1700000000.0), (logical("timestamp-micros"), here, here),
    (logical("timestamp-nanos"), here, "error"), (logical("timestamp-nanos"), nano, nano),
    (logical("local-timestamp-micros"), here, here.replace(tzinfo=None)), (logical("local-timestamp-micros"), tokyo, tokyo.replace(tzinfo=None))]
right = True
for kind, value, wanted in rows:
    seen = there_and_back(kind, value)
    print(kind, value, repr(seen), sep=" | ")
    right = right and seen == wanted and type(seen) is type(wanted)
assert right, "this has changed"
P
