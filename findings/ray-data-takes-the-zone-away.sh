#!/bin/sh
# Does a time keep its zone in ray.data?
#
# Guess before the run: yes; Arrow has a type for times with a zone.
# Seen (ray 2.60.0 with pyarrow 26.0.1, Python 3.11), 2023-11-15 07:13:20+09:00, which is 22:13:20 of the day before in UTC:
#
#   from_items or map, a row with a datetime    2023-11-14 22:13:20 without a zone
#   a table of Arrow that has the zone          2023-11-15 07:13:20+09:00, as it was
#
# The moment is right as long as nobody takes the time without a zone for a local one; .timestamp() in Tokyo is nine hours off.
# Lesson: in a task make times of UTC and write so, or carry them as numbers of nanoseconds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install --no-compile ray==2.60.0 pyarrow==26.0.1 pandas==3.1.1 fsspec==2025.9.0
cat > look.py <<'P'
import datetime, logging, os
import pyarrow, ray
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=os.getcwd() + "/ray")
ray.data.DataContext.get_current().enable_progress_bars = False
logging.disable(logging.CRITICAL)
tokyo = datetime.timezone(datetime.timedelta(hours=9))
moment = datetime.datetime(2023, 11, 15, 7, 13, 20, tzinfo=tokyo)
table = pyarrow.table({"time": pyarrow.array([moment], pyarrow.timestamp("us", "+09:00"))})
ways = {"from_items": ray.data.from_items([{"time": moment}]), "map": ray.data.range(1).map(lambda row: {"time": moment}),
        "arrow": ray.data.from_arrow(table)}
seen = {name: data.take_all()[0]["time"] for name, data in ways.items()}
for one in seen.items(): print(*one)
bare = datetime.datetime(2023, 11, 14, 22, 13, 20)
assert seen["from_items"] == seen["map"] == bare and seen["arrow"] == moment and seen["arrow"].tzinfo, "this has changed"
P
RAY_USAGE_STATS_ENABLED=0 v/bin/python look.py > seen.txt 2> errors.txt || { tail -3 errors.txt; exit 1; }
cat seen.txt
