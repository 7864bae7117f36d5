#!/bin/sh
# Does each TOML library read a time of day in a settings file as TOML 1.1 has it, and half a second?
#
# Guess before the run: of these only tomli reads times without seconds, and escapes such as "\x5c"; a fraction of a second is read
# by all, cut to six digits.
# Seen (Python 3.11):
#
#                     from = 22:13   share = "\x5c\x5cfs"   at = 22:13:20.5   at = 22:13:20.123456789
#   tomli 2.5.0       22:13          \\fs                   right             cut to six digits
#   tomlkit 0.15.2    22:13          \\fs                   right             the same
#   rtoml 0.14.0      22:13          \\fs                   right             the same
#   tomllib (3.11)    error          error                  right             the same
#   pytomlpp 1.1.0    error          error                  right             the same
#   toml 0.10.2       error          error                  22:13:20          the same: it takes a fraction of six digits or more alone
#   qtoml 0.3.1       error          error                  error             the same
#
# So a file that an editor with tomlkit wrote or checked may stop the program that reads it with Python's own tomllib.
# Lesson: write seconds always, six digits or none behind them, and backslashes as \\ or between single quotes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install tomli==2.5.0 tomlkit==0.15.2 rtoml==0.14.0 pytomlpp==1.1.0 toml==0.10.2 qtoml==0.3.1
v/bin/python - <<'P'
import datetime
import pytomlpp, qtoml, rtoml, toml, tomli, tomlkit, tomllib
libraries = {"tomli": tomli.loads, "tomlkit": lambda text: tomlkit.parse(text).unwrap(), "rtoml": rtoml.loads, "tomllib": tomllib.loads,
             "pytomlpp": pytomlpp.loads, "toml": toml.loads, "qtoml": qtoml.loads}
def read(load, text):
    try: return load(text)["a"]
    except ValueError: return "error"
    except Exception as error:
        if "ecode" in type(error).__name__: return "error"
        raise
time = datetime.time
half, fine = time(22, 13, 20, 500000), time(22, 13, 20, 123456)
new, old = (time(22, 13), "\\\\fs", half, fine), ("error", "error", half, fine)
want = dict.fromkeys(libraries, new) | {"tomllib": old, "pytomlpp": old, "toml": ("error", "error", time(22, 13, 20), fine), "qtoml": ("error", "error", "error", fine)}
seen = {}
for name, load in libraries.items():
    seen[name] = tuple(read(load, text) for text in ("a = 22:13", r'a = "\x5c\x5cfs"', "a = 22:13:20.5", "a = 22:13:20.123456789"))
    print(name, *seen[name])
assert seen == want, "this has changed"
P
