#!/bin/sh
# Does it matter in which row of a table the first SessionId above 2^63 stands, when programs find out the types of its columns?
#
# Guess before the run: no. polars gives an error for such a number in lines of JSON and makes a text of it in CSV; DataFusion gives an
# error.
# Seen (polars 2.1.0, datafusion 55.0.0, pyarrow 26.0.1, Python 3.11), the ids 9007199254740993 (2^53 + 1) and 10376293541461622785:
#
#                        the large one in row 2            the large one behind 3000 rows
#   polars, JSON, CSV    exact, Int128                     an error
#   DataFusion, JSON     floating point, both rounded      an error
#   DataFusion, CSV      a text, exact                     an error
#   pyarrow, JSON, CSV   floating point, both rounded      the same
#
# polars looks at 100 rows, DataFusion at 1000. pyarrow looks at all, and rounds the small id as soon as there is a large one.
# Lesson: a report that is read today may be refused tomorrow, or give other ids, when the sessions come in another order. Give the types,
# or write ids as texts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install polars==2.1.0 datafusion==55.0.0 pyarrow==26.0.1
cat > look.py <<'P'
import datafusion, json
import polars, pyarrow.csv, pyarrow.json
SMALL, LARGE = 2**53 + 1, 10376293541461622785
for name, ids in (("early", [SMALL, LARGE]), ("late", [SMALL] * 3000 + [LARGE])):
    with open(name + ".json", "w") as file: file.writelines(json.dumps({"session": one}) + "\n" for one in ids)
    with open(name + ".csv", "w") as file: file.write("session\n" + "".join("%d\n" % one for one in ids))
def of_polars(name, end):
    table = polars.read_ndjson(name) if end == "json" else polars.read_csv(name)
    return str(table.schema["session"]), table["session"].to_list()
def of_datafusion(name, end):
    context = datafusion.SessionContext()
    if end == "json": context.register_json("report", name, file_extension=".json")
    else: context.register_csv("report", name)
    rows = context.sql("SELECT session, arrow_typeof(session) AS kind FROM report").to_pylist()
    return rows[0]["kind"], [row["session"] for row in rows]
def of_pyarrow(name, end):
    table = pyarrow.json.read_json(name) if end == "json" else pyarrow.csv.read_csv(name)
    return str(table.schema.field("session").type), table["session"].to_pylist()
def look(reader, name, end):
    try: kind, ids = reader(name + "." + end, end)
    except Exception as refused: return "error" if str(LARGE) in str(refused) else repr(refused)
    return kind, ids[0], ids[-1]
exact, rounded = (SMALL, LARGE), (float(2**53), float(LARGE))
wanted = {
    of_polars: {"json": (("Int128", *exact), "error"), "csv": (("Int128", *exact), "error")},
    of_datafusion: {"json": (("Float64", *rounded), "error"), "csv": (("Utf8", str(SMALL), str(LARGE)), "error")},
    of_pyarrow: {"json": (("double", *rounded),) * 2, "csv": (("double", *rounded),) * 2}}
right = True
for reader, rows in wanted.items():
    for end, row in rows.items():
        seen = look(reader, "early", end), look(reader, "late", end)
        print(reader.__name__, end, *seen)
        right = right and seen == row
assert right, "this has changed"
P
v/bin/python look.py
