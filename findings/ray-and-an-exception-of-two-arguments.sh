#!/bin/sh
# Does the caller of a ray task catch an exception that the task raised, by its class?
#
# Guess before the run: yes, with all of its attributes; ray makes an error that is of both classes, its own and the task's.
# Seen (ray 2.60.0, Python 3.11), class Refused, whose __init__ takes a status and a share:
#
#   __init__ calls                             except Refused   what comes
#   super().__init__(status, share)            catches          RayTaskError(Refused), with both attributes
#   super().__init__("refused …")              misses           UnserializableException, a text alone
#   nothing, as a dataclass with two fields    catches          RayTaskError(Refused), with both attributes
#
# An exception travels as its class and its args, and __init__ is called with these again; one text is not two arguments.
# Lesson: a driver that tells refusals from crashes by class has to see each exception come back from a worker once, in a
# test. Give super().__init__ what __init__ itself got, and make the text in __str__.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install ray==2.60.0
cat > look.py <<'P'
import dataclasses, os, sys
import ray
class Same(Exception):
    def __init__(self, status, share):
        super().__init__(status, share)
        self.status, self.share = status, share
class Text(Exception):
    def __init__(self, status, share):
        super().__init__("refused %s with %#x" % (share, status))
        self.status, self.share = status, share
@dataclasses.dataclass
class Data(Exception):
    status: int
    share: str
@ray.remote
def connect(kind): raise kind(0xC00000CC, "share")
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=sys.argv[1])
seen = {}
for kind in Same, Text, Data:
    try: ray.get(connect.remote(kind))
    except kind as error: seen[kind.__name__] = type(error).__name__, error.status, error.share
    except Exception as error: seen[kind.__name__] = type(error).__name__, "0xc00000cc" in str(error)
ray.shutdown()
print(seen)
assert seen == {
    "Same": ("RayTaskError(Same)", 0xC00000CC, "share"), "Text": ("UnserializableException", True),
    "Data": ("RayTaskError(Data)", 0xC00000CC, "share")}, "this has changed"
P
RAY_USAGE_STATS_ENABLED=0 v/bin/python look.py "$folder/ray"
