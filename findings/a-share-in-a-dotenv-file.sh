#!/bin/sh
# Which share does a program get from a .env file, with and without quotes?
#
# Guess before the run: \\fs\share without quotes and in single ones, as a shell has it; in double ones escapes count.
# Seen (python-dotenv 1.2.4, Python 3.11; dash, the sh of Debian):
#
#   line                      python-dotenv       sh
#   A=\\fs\share              \\fs\share          \fsshare
#   A='\\fs\share'            \fs\share           \\fs\share
#   A="\\fs\share"            \fs\share           \fs\share
#   A='\\\\fs\share'          \\fs\share          \\\\fs\share
#
# No line of these four means the same to both that is right.
# Lesson: a share with one backslash in front, in an error of a client or in a TREE_CONNECT, points at such a file. Write the path
# with slashes (//fs/share), which most clients take and nothing changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install python-dotenv==1.2.4
v/bin/python - <<'P'
import io, subprocess
from dotenv import dotenv_values
lines = [r"A=\\fs\share", r"A='\\fs\share'", r'A="\\fs\share"', r"A='\\\\fs\share'", "A=//fs/share"]
def shell(line):
    return subprocess.run(
        ["sh", "-c", line + "\nprintenv A"], env={"A": "", "PATH": "/usr/bin:/bin"}, stdout=subprocess.PIPE, text=True, check=True).stdout.strip("\n")
seen = {line: [dotenv_values(stream=io.StringIO(line + "\n"))["A"], shell(line)] for line in lines}
for one in seen.items(): print(*one)
assert seen == {
    r"A=\\fs\share": [r"\\fs\share", r"\fsshare"], r"A='\\fs\share'": [r"\fs\share", r"\\fs\share"],
    r'A="\\fs\share"': [r"\fs\share", r"\fs\share"], r"A='\\\\fs\share'": [r"\\fs\share", r"\\\\fs\share"],
    "A=//fs/share": ["//fs/share", "//fs/share"]}, "this has changed"
P
