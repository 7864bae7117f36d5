#!/bin/sh
# When does a program end that a ray task started?
#
# Guess before the run: ray.cancel interrupts the task, and subprocess.run then ends its program, as it does for control-C. A worker that
# dies leaves its programs behind, like each process of Unix; those with a session of their own in any case.
# Seen (ray 2.60.0, Python 3.11 on Linux), a task that starts “sleep 300”:
#
#                                                        the task               sleep
#   the task returns without waiting for it              is done                lives on
#   ray.cancel, while the task waits in subprocess.run   goes on, no error      lives on
#   ray.cancel with force=True                           the worker is killed   is killed
#   the worker ends by os._exit                          WorkerCrashedError     is killed
#   the same, sleep in a session of its own              WorkerCrashedError     lives on
#
# ray.get with a timeout raises GetTimeoutError and leaves the task as it is, too.
# Lesson: a driver that cancels a task has to use force=True, or to give subprocess.run a timeout of its own; else the machine
# fills with programs that no task waits for. What a task leaves behind on purpose needs a session of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install ray==2.60.0
cat > look.py <<'P'
import os, subprocess, sys, time
import ray
folder = sys.argv[1]
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=folder + "/ray")
def alive(number):
    try:
        with open("/proc/%d/stat" % number) as file: return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError: return False
def gone(number):
    for _ in range(50):
        if not alive(number): return True
        time.sleep(0.2)
    return False
@ray.remote(max_retries=0)
def leave(): return subprocess.Popen(["sleep", "300"]).pid
@ray.remote(max_retries=0)
def wait(name): subprocess.run(["sh", "-c", 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 300', name])
@ray.remote(max_retries=0)
def crash(name, alone):
    number = subprocess.Popen(["sleep", "300"], start_new_session=alone).pid
    with open(name, "w") as file: file.write(str(number))
    os._exit(1)
def started(name):
    while not os.path.exists(name): time.sleep(0.1)
    with open(name) as file: return int(file.read())
def outcome(task):
    try: return ray.get(task, timeout=10)
    except ray.exceptions.RayError as error: return type(error).__name__
seen = {}
number = ray.get(leave.remote())
seen["returns"] = not alive(number)
os.kill(number, 9)
for force in False, True:
    name = "%s/cancel%d" % (folder, force)
    task = wait.remote(name)
    number = started(name)
    ray.cancel(task, force=force)
    seen["cancel, force=%s" % force] = (outcome(task) if not force else "", gone(number) if force else not alive(number))
    if not force: os.kill(number, 9)
for alone in False, True:
    name = "%s/crash%d" % (folder, alone)
    seen["crash, alone=%s" % alone] = (outcome(crash.remote(name, alone)), gone(started(name)))
    if alone: os.kill(started(name), 9)
ray.shutdown()
for one in seen.items(): print(*one)
assert seen == {
    "returns": False, "cancel, force=False": ("GetTimeoutError", False), "cancel, force=True": ("", True),
    "crash, alone=False": ("WorkerCrashedError", True), "crash, alone=True": ("WorkerCrashedError", False)}, "this has changed"
P
RAY_USAGE_STATS_ENABLED=0 v/bin/python look.py "$folder"
