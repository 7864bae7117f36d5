#!/bin/sh
# Does a Sigma rule with a number find the SessionId that it names?
#
# Guess before the run: yes; the number goes into the query as it stands in the rule.
# Seen (pysigma 1.0.2 with its backends for SQLite 1.2.4, Splunk 2.1.0 and Lucene 2.1.0):
#
#   session: 9007199254740993       9007199254740992.0        another number
#   session: 18446744073709551615   1.8446744073709552e+19    2^64, which no SessionId is
#   session: 0x8000000000000001     9.223372036854776e+18
#   session: '9007199254740993'     as it is, but a text
#
# Each number becomes a float on its way. Of the rows 2^53 and 2^53 + 1 the rule for the second finds the first.
# Lesson: put numbers above 2^53 (SessionId, FileId, FILETIME) into logs and rules as texts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pysigma==1.0.2 pysigma-backend-sqlite==1.2.4 pysigma-backend-splunk==2.1.0 pysigma-backend-elasticsearch==2.1.0
v/bin/python - <<'P'
import sqlite3
from sigma.backends.elasticsearch import LuceneBackend
from sigma.backends.splunk import SplunkBackend
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
def convert(value):
    rule = "title: t\nstatus: test\nlogsource: {category: smb}\ndetection:\n  one:\n    session: " + value + "\n  condition: one\n"
    queries = [backend().convert(SigmaCollection.from_yaml(rule))[0] for backend in (sqliteBackend, SplunkBackend, LuceneBackend)]
    print(value, "|", *queries, sep="  ")
    return queries
query = convert("9007199254740993")
assert all(one.endswith("9007199254740992.0") for one in query), "this has changed"
assert all(one.endswith("1.8446744073709552e+19") for one in convert("18446744073709551615")), "this has changed"
assert all(one.endswith("9.223372036854776e+18") for one in convert("0x8000000000000001")), "this has changed"
assert all("9007199254740993" in one for one in convert("'9007199254740993'")), "this has changed"
store = sqlite3.connect(":memory:")
store.execute("create table log (session integer)")
store.executemany("insert into log values (?)", [(2**53,), (2**53 + 1,)])
found = [one for one, in store.execute(query[0].replace("<TABLE_NAME>", "log"))]
print(found)
assert found == [2**53], "this has changed"
P
