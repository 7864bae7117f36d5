#!/bin/sh
# Are SessionIds still exact in a Parquet file that DuckDB made of lines of JSON or of CSV?
#
# Guess before the run: yes. DuckDB reads a number above 2^63 as UBIGINT; were it a larger type, Parquet would keep it as a decimal
# number.
# Seen (duckdb 2.0.1, pyarrow 26.0.1, pandas 3.1.1, Python 3.11), two ids, 10376293541461622785 and 10376293541461622787:
#
#   SELECT, from JSON or CSV               exact, HUGEINT (128 bits)
#   COPY ... TO 'x.csv', 'x.json'          exact
#   COPY ... TO 'x.parquet'                double: both are 1.0376293541461623e+19, and COUNT(DISTINCT) is 1
#   .df(), pandas                          float64, the same
#   with columns={'session': 'UBIGINT'}    exact, uint64, in Parquet too
#
# One such id in a column is enough; the smaller ones in it are rounded from 2^53 on. There is no warning.
# Lesson: give the type of each id when you read the lines. Two sessions that seem one in a data lake may have been two.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install duckdb==2.0.1 pyarrow==26.0.1 pandas==3.1.1
cat > look.py <<'P'
import duckdb, json
import pyarrow.parquet as parquet
ids = [10376293541461622785, 10376293541461622787]
with open("a.json", "w") as file: file.writelines(json.dumps({"session": one}) + "\n" for one in ids)
with open("a.csv", "w") as file: file.write("session\n" + "".join("%d\n" % one for one in ids))
def column(source, end):
    duckdb.sql("COPY (SELECT session FROM %s) TO 'x.%s'" % (source, end))
    if end == "parquet":
        table = parquet.read_table("x.parquet")
        return str(table.schema.field("session").type), table["session"].to_pylist()
    with open("x." + end) as file: return [int("".join(filter(str.isdigit, line))) for line in file if any(map(str.isdigit, line))]
typed = "read_json('a.json', columns={'session': 'UBIGINT'})"
rounded = "double", [1.0376293541461623e+19] * 2
for source in ("'a.json'", "'a.csv'"):
    read = duckdb.sql("SELECT session, typeof(session) FROM " + source).fetchall()
    print(source, read, column(source, "csv"), column(source, "json"), column(source, "parquet"))
    assert read == [(one, "HUGEINT") for one in ids] and column(source, "csv") == column(source, "json") == ids, "this has changed"
    assert column(source, "parquet") == rounded, "this has changed"
    assert duckdb.sql("SELECT count(DISTINCT session) FROM 'x.parquet'").fetchall() == [(1,)], "this has changed"
    assert str(duckdb.sql("FROM " + source).df()["session"].dtype) == "float64", "this has changed"
print(column(typed, "parquet"))
assert column(typed, "parquet") == ("uint64", ids), "this has changed"
P
v/bin/python look.py
