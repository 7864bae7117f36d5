#!/bin/sh
# Can pyarrow read the times of an ORC file that it wrote itself, when one of them is 1601 or 9999?
#
# Guess before the run: yes. ORC counts seconds and nanoseconds apart, so it has room for each year; pyarrow wrote the column in
# microseconds.
# Seen (pyarrow 26.0.1, pyorc 0.12.0, Python 3.11), a table with a logon of 2023 and an end of the account, as Windows has it for never:
#
#   end of the account     pyarrow writes   pyarrow reads the file             pyorc reads it
#   2030-01-01             yes              both times                         both times
#   1601-01-01 (0)         yes              an error, for 2023 neither         both times
#   9999-12-31             yes              an error, for 2023 neither         both times
#   as Parquet             yes              both times                         –
#
# The reader makes nanoseconds since 1970 in 64 bits of all times, which reach from 1677 to 2262.
# Lesson: one account that never ends makes a whole file unreadable for the library that wrote it, days later. Write an empty value for
# “never”, or choose Parquet; an old file can be read with pyorc.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pyarrow==26.0.1 pyorc==0.12.0
TZ=UTC v/bin/python - <<'P'
import datetime
import pyarrow, pyarrow.orc, pyarrow.parquet, pyorc
logon = datetime.datetime(2023, 11, 14, 22, 13, 20)
ends = {
    "2030": datetime.datetime(2030, 1, 1), "1601": datetime.datetime(1601, 1, 1), "9999": datetime.datetime(9999, 12, 31, 23, 59, 59)}
def arrow(read, name):
    try: return read(name)["t"].to_pylist()
    except pyarrow.ArrowInvalid: return "error"
right = True
for name, end in ends.items():
    table = pyarrow.table({"t": pyarrow.array([logon, end], pyarrow.timestamp("us"))})
    pyarrow.orc.write_table(table, name + ".orc")
    pyarrow.parquet.write_table(table, name + ".parquet")
    with open(name + ".orc", "rb") as file: other = [row[0].replace(tzinfo=None) for row in pyorc.Reader(file)]
    seen = arrow(pyarrow.orc.read_table, name + ".orc"), other, arrow(pyarrow.parquet.read_table, name + ".parquet")
    print(name, *seen)
    right = right and seen == ([logon, end] if name == "2030" else "error", [logon, end], [logon, end])
assert right, "this has changed"
P
