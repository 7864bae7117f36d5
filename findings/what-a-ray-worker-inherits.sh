#!/bin/sh
# What of the driver's process do ray's workers have, when it was set before ray.init?
#
# Guess before the run: all that a child process has from its parent, and the driver's sys.path. What changes behind ray.init
# is not seen.
# Seen (ray 2.60.0, Python 3.11 on Linux):
#
#   set before ray.init                  in the worker
#   an environment variable              the same
#   the current directory                the same
#   the umask                            the same
#   a folder appended to sys.path        not there
#   niceness 0                           15
#
# Lesson: “No module named …” in workers alone needs PYTHONPATH, not sys.path. And a program that a worker starts has niceness
# 15 too: beside other work on the machine its time-outs end sooner than by hand. RAY_worker_niceness=0 changes that.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install ray==2.60.0
mkdir modules work
cat > look.py <<'P'
import os, sys
folder = sys.argv[1]
os.environ["BEFORE"] = "set"
os.chdir(folder + "/work")
os.umask(0o027)
sys.path.append(folder + "/modules")
import ray
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=folder + "/ray")
os.environ["AFTER"] = "set"
@ray.remote
def look():
    mask = os.umask(0o027)
    return os.environ.get("BEFORE"), os.environ.get("AFTER"), os.path.basename(os.getcwd()), mask, any(
        path.endswith("/modules") for path in sys.path), os.nice(0)
seen = ray.get(look.remote())
print(seen, "driver", os.nice(0))
ray.shutdown()
# The difference is seen on a machine where this script itself runs nice, too.
more, found = (0, True) if "RAY_worker_niceness" in os.environ else (15, False)
assert seen == ("set", None, "work", 0o027, found, min(19, os.nice(0) + more)), "this has changed"
P
export RAY_USAGE_STATS_ENABLED=0
v/bin/python look.py "$folder"
PYTHONPATH="$folder/modules" RAY_worker_niceness=0 v/bin/python look.py "$folder"
