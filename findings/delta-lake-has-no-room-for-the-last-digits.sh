#!/bin/sh
# Are times in nanoseconds and SessionIds exact in a table of Delta Lake?
#
# Guess before the run: an error for each: the format has times in microseconds and no numbers without a sign.
# Seen (deltalake 1.6.6, pyarrow 26.0.1, Python 3.11), a table of pyarrow with the columns timestamp[ns, UTC] and uint64:
#
#                                                  written                           read again
#   22:13:20.123456789 and 22:13:20.123456001      yes, no word                      both 22:13:20.123456
#   ids below 2^63                                 yes, no word                      int64
#   ids above 2^63                                 DeltaError, “Cast error”          nothing of the batch is there
#
# Lesson: two packets of one microsecond have one time afterwards, so their order is lost; keep the number of the frame. Whether a report
# is refused depends on the SessionIds in it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install deltalake==1.6.6 pyarrow==26.0.1
cat > look.py <<'P'
import deltalake, pyarrow
def look(name, session):
    table = pyarrow.table({
        "session": pyarrow.array([1, session], pyarrow.uint64()),
        "time": pyarrow.array([1700000000123456789, 1700000000123456001], pyarrow.timestamp("ns", "UTC"))})
    try: deltalake.write_deltalake(name, table)
    except deltalake.exceptions.DeltaError as refused: return "Cast error" in str(refused)
    read = deltalake.DeltaTable(name).to_pyarrow_table()
    kinds = [str(read.schema.field(one).type) for one in ("session", "time")]
    return kinds, read["session"].to_pylist(), read["time"].cast(pyarrow.int64()).to_pylist()
small, large = look("small", 2**63 - 1), look("large", 2**63 + 1)
print(small, large)
assert small == (["int64", "timestamp[us, tz=UTC]"], [1, 2**63 - 1], [1700000000123456] * 2), "this has changed"
assert large is True, "this has changed"
P
v/bin/python look.py
