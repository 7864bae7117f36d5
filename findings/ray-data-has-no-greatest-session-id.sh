#!/bin/sh
# Does ray.data count with SessionIds above 2^63 in a column of Arrow's uint64, and what does it make of a field that is missing?
#
# Guess before the run: the order and the greatest one are exact; the mean is a floating-point number. Nothing was guessed about
# fields that are missing.
# Seen (ray 2.60.0 with pyarrow 26.0.1 and pandas 3.1.1, Python 3.11), the ids 5, 2^63 + 1 (twice) and 2^63 + 2:
#
#   sort("id")                                   exact
#   max("id")                                    an error of Arrow: no function for the type “arrow_pickled_object”
#   mean("id")                                   2.3e18; it is 6.9e18
#   from_items, True beside a missing one        take: None; map_batches: nan, which counts as true in Python
#   from_items, a text beside a missing one      take: None; map_batches: nan
#
# The error comes from results between the steps, which are Python's numbers again. The mean is that of a sum that began again at 0.
# Lesson: “the last SessionId” of a report has to be asked for by sort, and a mean of ids or of large times says nothing. In a function
# for map_batches compare with “is True”, or ask for batch_format="pyarrow".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install ray==2.60.0 pyarrow==26.0.1 pandas==3.1.1
cat > look.py <<'P'
import os
import pyarrow, ray
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=os.getcwd() + "/ray")
ray.data.DataContext.get_current().enable_progress_bars = False
first, second = 2**63 + 1, 2**63 + 2
table = ray.data.from_arrow(pyarrow.table({"id": pyarrow.array([second, 5, first, first], pyarrow.uint64())}))
def greatest():
    try: return table.max("id")
    except Exception as error: return "error" if "arrow_pickled_object" in str(error) else error
items = ray.data.from_items([{"truth": True, "text": "alice"}, {"truth": None, "text": None}])
def missing(data): return [repr(data.take_all()[1][name]) for name in ("truth", "text")]
seen = {
    "sort": [row["id"] for row in table.sort("id").take_all()], "max": greatest(), "mean": "%.1e" % table.mean("id"),
    "take": missing(items), "map_batches": missing(items.map_batches(lambda batch: batch))}
for each in seen.items(): print(*each)
assert seen == {
    "sort": [5, first, first, second], "max": "error", "mean": "2.3e+18", "take": ["None", "None"], "map_batches": ["nan", "nan"]}, "this has changed"
P
v/bin/python look.py 2> errors || { cat errors; exit 1; }
