#!/bin/sh
# Is the time of a report in JSON lines of one type in ray.data?
#
# Guess before the run: yes; RFC 3339 becomes a time, with up to nine digits behind the second.
# Seen (ray 2.60.0 with pyarrow 26.0.1, Python 3.11), files of one line each:
#
#   {"time": "2023-11-14T22:13:20Z"}     timestamp[s], a datetime without a zone
#   {"time": "2023-11-14T22:13:20.5Z"}   string
#   both files                           one row of each type; sort("time") and repartition(1) fail (ArrowConversionError)
#   both lines in one file               two strings
#
# So a set of files works until one of them has only events on the full second.
# Lesson: let a writer print the same number of digits always, also “.000000”, as RFC 3339 allows; or give read_json a schema.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install --no-compile ray==2.60.0 pyarrow==26.0.1 pandas==3.1.1 fsspec==2025.9.0
cat > look.py <<'P'
import logging, os
import ray
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=os.getcwd() + "/ray")
ray.data.DataContext.get_current().enable_progress_bars = False
logging.disable(logging.CRITICAL)
full, half, same = "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.5Z", "2023-11-14T22:13:20.000Z"
for name, times in {"full": [full], "half": [half], "both": [full, half], "same": [same]}.items():
    with open(name + ".jsonl", "w") as file: file.writelines('{"time": "%s"}\n' % one for one in times)
def read(*names): return ray.data.read_json([name + ".jsonl" for name in names])
def kinds(data): return sorted(type(row["time"]).__name__ for row in data.take_all())
def fails(action):
    try: action()
    except Exception as error: return "ArrowConversionError" in type(error).__name__ + str(error)
    return False
seen = [kinds(read("full")), kinds(read("half")), kinds(read("full", "half")), kinds(read("both")), kinds(read("same", "half"))]
print(seen)
assert seen == [["datetime"], ["str"], ["datetime", "str"], ["str", "str"], ["str", "str"]], "this has changed"
bad = [fails(lambda: read("full", "half").sort("time").take_all()), fails(lambda: read("full", "half").repartition(1).take_all())]
good = [fails(lambda: read("same", "half").sort("time").take_all()), fails(lambda: read("same", "half").repartition(1).take_all())]
print(bad, good)
assert bad == [True, True] and good == [False, False], "this has changed"
P
RAY_USAGE_STATS_ENABLED=0 v/bin/python look.py > seen.txt 2> errors.txt || { tail -3 errors.txt; exit 1; }
cat seen.txt
