#!/bin/sh
# Is a bytearray still a bytearray in a ray task?
#
# Guess before the run: yes, wherever it stands; a large array of numpy alone is handed over read-only.
# Seen (ray 2.60.0, Python 3.11), the type in the task:
#
#   a bytearray, as an argument            bytes
#   in a list, or a value of a dict        bytes
#   in a tuple, or a field of a dataclass  bytearray
#   a memoryview                           bytes
#   a bytearray that the task returns      bytes
#
# There is no word about it. With multiprocessing of Python all of them stay what they are, but for the memoryview, which is
# refused. The values are equal (bytearray(b"x") == b"x"), so a test that compares them passes.
# Lesson: code that patches a packet in place works on the driver and raises TypeError in a worker. Call bytearray() in the
# task itself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install ray==2.60.0
cat > look.py <<'P'
import dataclasses, pickle, sys
import ray
@dataclasses.dataclass
class Packet: data: object
def kind(value):
    if isinstance(value, dict): value = list(value.values())
    if isinstance(value, Packet): value = value.data
    return kind(value[0]) if isinstance(value, (list, tuple)) else type(value).__name__
@ray.remote
def look(*arguments): return [kind(one) for one in arguments]
@ray.remote
def answer(): return bytearray(b"x")
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=sys.argv[1])
def x(): return bytearray(b"x")
seen = ray.get(look.remote(x(), [x()], {"k": x()}, (x(),), Packet(x()), memoryview(b"x"))) + [type(ray.get(answer.remote())).__name__]
ray.shutdown()
# What multiprocessing sends is a pickle.
plain = {type(pickle.loads(pickle.dumps(x()))).__name__, kind(pickle.loads(pickle.dumps([x()])))}
try: pickle.dumps(memoryview(b"x"))
except TypeError: plain.add("no memoryview")
print(seen, plain)
assert seen == ["bytes", "bytes", "bytes", "bytearray", "bytearray", "bytes", "bytes"] and plain == {"bytearray", "no memoryview"}, "this has changed"
P
RAY_USAGE_STATS_ENABLED=0 v/bin/python look.py "$folder/ray"
