#!/bin/sh
# Are SessionIds exact when ray.data reads a report in JSON lines?
#
# Guess before the run: yes; a column with a number above 2^63 gets Arrow's type uint64, or Python's numbers.
# Seen (ray 2.60.0 with pyarrow 26.0.1, Python 3.11), one number in each line:
#
#   2^53 + 1 and 1              int64, exact
#   2^53 + 1 and 2^63 + 1       double: 9007199254740992 and 9223372036854775808, both off by one, and no word about it
#   made by from_items or map   exact, up to 2^64 - 1
#
# One such SessionId makes floats of the whole column, and two sessions may become one. It depends on the file: a column of one
# file may be of integers, and of floats in the next.
# Lesson: write SessionId and FileId as texts, or read lines as text (read_text) and take them apart with json.
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
def read(*numbers):
    with open("one.jsonl", "w") as file: file.writelines('{"session": %d}\n' % one for one in numbers)
    return [row["session"] for row in ray.data.read_json("one.jsonl").take_all()]
small, large = read(2**53 + 1, 1), read(2**53 + 1, 2**63 + 1)
made = [row["s"] for row in ray.data.from_items([{"s": 2**53 + 1}, {"s": 2**64 - 1}]).map(lambda row: row).take_all()]
print(small, large, made)
assert small == [2**53 + 1, 1] and made == [2**53 + 1, 2**64 - 1], "this has changed"
assert large == [float(2**53), float(2**63)] and all(isinstance(one, float) for one in large), "this has changed"
P
RAY_USAGE_STATS_ENABLED=0 v/bin/python look.py > seen.txt 2> errors.txt || { tail -3 errors.txt; exit 1; }
cat seen.txt
