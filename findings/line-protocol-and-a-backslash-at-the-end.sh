#!/bin/sh
# Does a tag that ends with a backslash, such as C:\, outlive InfluxDB's line protocol, and does a large SessionId?
#
# Guess before the run: yes; the clients double the backslash at the end, since it would escape the comma behind it. The number
# becomes an integer (…i), which is too large for the 64 bits with a sign.
# Seen (influxdb-client 1.50.0 and influxdb3-python 0.21.0, read back by line-protocol-parser 2.0.1; no server took part), tags
# folder=C:\ and share=\\fs\data, field session=2^63+1:
#
#   both clients write   smb,folder=C:\ ,share=\\fs\data session=9223372036854775809i
#   read back            folder is “C: ”, with a blank and without its backslash; an error for the number
#
# The clients put a blank behind such a backslash, so that it does not reach the comma. The reader does not take it away.
# Lesson: end no tag with a backslash: write the drive without it. Write numbers above 2^63 as a text, or with u by yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install influxdb-client==1.50.0 influxdb3-python==0.21.0 line-protocol-parser==2.0.1
v/bin/python - <<'P'
import influxdb_client, influxdb_client_3
from line_protocol_parser import LineFormatError, parse_line
def write(point, value): return point("smb").tag("folder", "C:\\").tag("share", "\\\\fs\\data").field("session", value).to_line_protocol()
def read(line):
    try: return parse_line(line)
    except LineFormatError as error: return str(error)
lines = [write(one, value) for one in (influxdb_client.Point, influxdb_client_3.Point) for value in (1, 2**63 + 1)]
for line in lines: print(line, "|", read(line))
want = ["smb,folder=C:\\ ,share=\\\\fs\\data session=1i", "smb,folder=C:\\ ,share=\\\\fs\\data session=9223372036854775809i"]
assert lines[:2] == lines[2:] == want, "this has changed"
assert read(lines[0])["tags"] == {"folder": "C: ", "share": "\\\\fs\\data"} and isinstance(read(lines[1]), str), "this has changed"
assert read("smb session=9223372036854775809u")["fields"] == {"session": 2**63 + 1}, "this has changed"
P
