#!/bin/sh
# Does a Sigma rule for the share \\fs\data find that share?
#
# Guess before the run: yes; the quotes of YAML are single ones, in which a backslash is a backslash.
# Seen (pysigma 1.0.2 with pysigma-backend-sqlite 1.2.4; the query was run in SQLite), two rows, \\fs\data and \fs\data:
#
#   share: '\\fs\data'     finds \fs\data
#   share: '\\\\fs\data'   finds \\fs\data
#   share: '\\fs\*'        finds nothing: no wildcard is left
#   share|endswith: '\data'   finds both
#
# Sigma has an escape of its own, below that of YAML: two backslashes are one, and one in front of a star makes it a plain star.
# Between other letters one backslash is one, so that most paths of a host need no care, and UNC paths do.
# Lesson: write four backslashes in front of a server's name, or only the end of the path. A rule without hits is no proof.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pysigma==1.0.2 pysigma-backend-sqlite==1.2.4
v/bin/python - <<'P'
import sqlite3
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
rows = ["\\\\fs\\data", "\\fs\\data"]
store = sqlite3.connect(":memory:")
store.execute("create table log (share text)")
store.executemany("insert into log values (?)", [(one,) for one in rows])
def find(line):
    rule = "title: share\nstatus: test\nlogsource: {category: smb}\ndetection:\n  one:\n    " + line + "\n  condition: one\n"
    query = sqliteBackend().convert(SigmaCollection.from_yaml(rule))[0].replace("<TABLE_NAME>", "log")
    found = [one for one, in store.execute(query)]
    print(line, "|", query, "|", found)
    return found
assert find(r"share: '\\fs\data'") == rows[1:], "this has changed"
assert find(r"share: '\\\\fs\data'") == rows[:1], "this has changed"
assert find(r"share: '\\fs\*'") == [], "this has changed"
assert find(r"share|endswith: '\data'") == rows, "this has changed"
P
