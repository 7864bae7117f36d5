#!/bin/sh
# Do tools for CSV leave names and numbers of SMB as they are?
#
# Guess before the run: hex digits stay a text, with or without 0x, for they are no decimal number; csvkit loses a user named
# “NA” and makes true of a share named “yes”, duckdb does not.
# Seen (csvkit 2.2.0, duckdb 2.0.1, Python 3.11), a table with the fields of two packets, the first of them:
#
#                               in2csv (csvkit)    csvjson (csvkit)   read_csv (duckdb)
#   user      NA                nothing            null               NA
#   share     yes               True               true               true
#   session   1234e567          1.234E+570         Infinity           inf
#   host      0010              10                 10.0               0010
#   status    0xC000006D        0xC000006D         0xC000006D         3221225581
#   clock     10:20:30          10:20:30           10:20:30           10:20:30, a time
#
# The second packet has none, no, 98e12, 0020, 0xC0000022 and 10:20:31. One value that fits no number in a column keeps
# the whole column a text, so the same file may come out otherwise with one more packet.
# Lesson: an ID that is missing, infinite or has a point came through such a tool. csvcut and csvgrep keep what they read;
# -I with --blanks (csvkit) and all_varchar=true (duckdb) turn the rest off; -I alone still loses NA.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install csvkit==2.2.0 agate==1.14.2 duckdb==2.0.1
cat > packets.csv <<'C'
user,share,session,host,status,clock
NA,yes,1234e567,0010,0xC000006D,10:20:30
none,no,98e12,0020,0xC0000022,10:20:31
C
table=$(v/bin/in2csv packets.csv | sed -n 2p)
json=$(v/bin/csvjson packets.csv)
duck=$(v/bin/python -c "import duckdb; print(duckdb.sql(\"from read_csv('packets.csv')\").fetchall()[0])")
half=$(v/bin/in2csv -I packets.csv | sed -n 2p)
plain=$(v/bin/in2csv -I --blanks packets.csv | sed -n 2p)
text=$(v/bin/python -c "import duckdb; print(*duckdb.sql(\"from read_csv('packets.csv', all_varchar=true)\").fetchall()[0], sep=',')")
seen="$table
$json
$duck
$half
$plain
$text"
echo "$seen"
[ "$seen" = ",True,1.234E+570,10,0xC000006D,10:20:30
[{\"user\": null, \"share\": true, \"session\": Infinity, \"host\": 10.0, \"status\": \"0xC000006D\", \"clock\": \"10:20:30\"}, {\"user\": null, \"share\": false, \"session\": 98000000000000.0, \"host\": 20.0, \"status\": \"0xC0000022\", \"clock\": \"10:20:31\"}]
('NA', True, inf, '0010', 3221225581, datetime.time(10, 20, 30))
,yes,1234e567,0010,0xC000006D,10:20:30
NA,yes,1234e567,0010,0xC000006D,10:20:30
NA,yes,1234e567,0010,0xC000006D,10:20:30" ] || { echo "this has changed"; exit 1; }
