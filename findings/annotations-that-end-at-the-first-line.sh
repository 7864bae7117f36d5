#!/bin/sh
# Do libraries that write annotations for GitHub keep a message of two lines in one annotation?
#
# Guess before the run: yes; a workflow command is one line, so a line end is written as %0A and a percent sign as %25.
# Seen (actions-tools 0.3.0, github-action-utils 1.1.0 and 2.0.0, actions-toolkit 0.1.15, Python 3.11), the message
# “40%25 lost”, a line end, “see frame 7”, and the title “a, b”:
#
#                             the title   the message
#   github-action-utils 2.0   a%2C b      40%2525 lost%0Asee frame 7
#   actions-toolkit           a%2C b      40%2525 lost%0Asee frame 7
#   github-action-utils 1.1   a%2C b      40%25 lost, and “see frame 7” on a line of its own
#   actions-tools             a%2C b      40%25 lost, and “see frame 7” on a line of its own
#
# The reader of the command ends at the line end and turns %25 into %: the annotation says “40% lost”.
# Lesson: an annotation of one sentence may have had more. The rest is in the log of the step, below it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv new
python3 -m venv old
new/bin/pip -q install github-action-utils==2.0.0 actions-tools==0.3.0 actions-toolkit==0.1.15
old/bin/pip -q install github-action-utils==1.1.0
cat > look.py <<'P'
import importlib, sys
importlib.import_module(sys.argv[1]).error("40%25 lost\nsee frame 7", title="a, b")
P
look() { "$1/bin/python" look.py "$2" | sed 's/,file=[^:]*::/::/' | sed "s/^/$1 $2 /"; }
seen="$(look new github_action_utils; look new actions_toolkit.core; look old github_action_utils; look new actions.core)"
echo "$seen"
[ "$seen" = "new github_action_utils ::error title=a%2C b::40%2525 lost%0Asee frame 7
new actions_toolkit.core ::error title=a%2C b::40%2525 lost%0Asee frame 7
old github_action_utils ::error title=a%2C b::40%25 lost
old github_action_utils see frame 7
new actions.core ::error title=a%2C b::40%25 lost
new actions.core see frame 7" ] || { echo "this has changed"; exit 1; }
