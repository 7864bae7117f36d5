#!/bin/sh
# What is in the database that zeek-to-sqlite makes of a folder with Zeek's logs, which Zeek cuts by the hour?
#
# Guess before the run: the lines of all logs of a kind in one table; the time as a number, “-” as NULL. The escapes of Zeek, \\ for a
# backslash and \x09 for a tab, stay.
# Seen (zeek-to-sqlite 1.0.0, Python 3.11), smb_mapping.22.log and smb_mapping.23.log with three lines each:
#
#   rows                        3: those of one of the two files
#   what it says                “Inserted rows: 3”, twice
#   ts, id.orig_p               texts
#   id.orig_p > 1024            finds port 9 too, as a text
#   order by id.orig_p          49152, 5000, 9
#   where service is null       no row; it is “-”
#   the table's columns         with the dots of Zeek, "id.orig_h"
#   path                        \\\\fs\\data, as in the log
#
# The table of a kind is emptied for each file.
# Lesson: a share that was used at ten and not at eleven was never used, for this database. Put the logs of a kind into one file before, and
# write cast("id.orig_p" as integer).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install zeek-to-sqlite==1.0.0
cat > look.py <<'P'
import os, sqlite3, subprocess
HEAD = r"""#separator \x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	smb_mapping
#open	2023-11-14-HOUR-00-00
#fields	ts	uid	id.orig_h	id.orig_p	path	service
#types	time	string	addr	port	string	string
"""
def line(time, uid, port): return "\t".join((time, uid, "10.0.0.1", port, r"\\\\fs\\data", "-")) + "\n"
os.mkdir("logs")
for hour, second, number in (("22", 1700000000, 1), ("23", 1700003600, 4)):
    lines = [(f"{second + index}.123456", f"C{number + index}", port) for index, port in enumerate(("49152", "5000", "9"))]
    with open(f"logs/smb_mapping.{hour}.log", "w") as file: file.write(HEAD.replace("HOUR", hour) + "".join(line(*one) for one in lines))
done = subprocess.run(["v/bin/zeek_to_sqlite", "-p", "logs", "-r", "out"], capture_output=True, text=True, check=True)
database = sqlite3.connect("out/zeek.db")
def ask(text): return [row[0] for row in database.execute(text)]
rows = ask("select uid from smb_mapping")
kinds = database.execute('select distinct typeof(ts), typeof("id.orig_p") from smb_mapping').fetchall()
greater = ask('select "id.orig_p" from smb_mapping where "id.orig_p" > 1024 order by "id.orig_p"')
nulls = len(ask("select uid from smb_mapping where service is null"))
paths = ask("select distinct path from smb_mapping")
print(rows, done.stdout.count("Inserted rows: 3"), kinds, greater, nulls, paths)
assert rows in (["C1", "C2", "C3"], ["C4", "C5", "C6"]) and done.stdout.count("Inserted rows: 3") == 2 and kinds == [("text", "text")], "this has changed"
assert greater == ["49152", "5000", "9"] and nulls == 0 and paths == [r"\\\\fs\\data"], "this has changed"
P
v/bin/python look.py
