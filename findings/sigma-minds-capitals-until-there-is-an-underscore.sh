#!/bin/sh
# Does a Sigma rule for a user find the name in other capitals, as Sigma promises, in a table of SQLite or DuckDB?
#
# Guess before the run: yes, for letters of ASCII; SQLite's LIKE knows no others, DuckDB's ILIKE does. An underscore and a percent sign in
# the rule are no wildcards.
# Seen (pysigma 1.5.1, pysigma-backend-sqlite 1.2.4, pysigma-backend-duckdb 0.1.4, duckdb 2.0.1, Python 3.11), the rows that are found:
#
#   account: in a rule       SQLite                    DuckDB
#   alice                     alice                     alice
#   al_ce                     al_ce, AL_CE              al_ce, AL_CE, alice, ALICE
#   LAB\alice                 LAB\alice, lab\ALICE      LAB\alice
#   ali*                      alice, ALICE              alice, ALICE
#   müller                    müller                    müller
#   |contains: 0%             50%                       50%, 505
#   |exists: false            none                      the row without one
#
# A value without a wildcard becomes “=”, which minds capitals; one with _, % or a backslash becomes LIKE in SQLite, which does not.
# Lesson: the same rule finds svc_backup in each spelling and backup in one alone. A test of a rule on a file is a test of these backends:
# write |contains, or both spellings; and “account: null” for a field that is not there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pysigma==1.5.1 pysigma-backend-sqlite==1.2.4 pysigma-backend-duckdb==0.1.4 duckdb==2.0.1
cat > look.py <<'P'
import sqlite3
import duckdb
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma_backend_duckdb.backend import DuckDBBackend
ROWS = "alice", "ALICE", "al_ce", "AL_CE", "LAB\\alice", "lab\\ALICE", "müller", "MÜLLER", "50%", "505", None
def rule(item):
    return SigmaCollection.from_yaml(
        f"title: t\nstatus: test\nlogsource:\n  product: windows\ndetection:\n  sel:\n    account{item}\n  condition: sel\n")
def find(backend, database, item):
    where = backend().convert(rule(item))[0].split("WHERE", 1)[1]
    database.execute("create table logs(account varchar)")
    for row in ROWS: database.execute("insert into logs values (?)", [row])
    return [row[0] for row in database.execute("select account from logs where " + where).fetchall()]
seen = {}
for item in (": alice", ": al_ce", ": 'LAB\\alice'", ": 'ali*'", ": müller", "|contains: '0%'", "|exists: false"):
    seen[item] = find(sqliteBackend, sqlite3.connect(":memory:"), item), find(DuckDBBackend, duckdb.connect(), item)
    print(item, *seen[item])
assert list(seen.values()) == [
    (["alice"], ["alice"]), (["al_ce", "AL_CE"], ["alice", "ALICE", "al_ce", "AL_CE"]), (["LAB\\alice", "lab\\ALICE"], ["LAB\\alice"]),
    (["alice", "ALICE"], ["alice", "ALICE"]), (["müller"], ["müller"]), (["50%"], ["50%", "505"]), ([], [None])], "this has changed"
P
v/bin/python look.py
