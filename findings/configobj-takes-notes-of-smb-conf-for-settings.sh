#!/bin/sh
# Which settings do general readers of such files find in a smb.conf as it is usually written, with indented lines and notes?
#
# Guess before the run: crudini reads and changes it, and keeps the notes. ConfigObj makes lists of values with a comma, drops quotes and
# cuts a value at #. Nothing was guessed about notes that begin with “;”.
# Seen (configobj 5.0.9, crudini 0.9.6, Python 3.11), [share] with “; guest ok = yes” and four settings:
#
#                                       ConfigObj                         configparser of Python
#   ; guest ok = yes                    a setting “; guest ok” of yes     a note, as in Samba
#   ;guest ok = yes                     a setting “;guest ok” of yes      a note
#   valid users = %S, alice             a list of two                     an error at the %
#   veto files = /a#b/                  /a                                /a#b/
#   fruit:metadata = stream             fruit:metadata                    “fruit” of “metadata = stream”
#
#   crudini --set, lines indented       an error, the file stays as it is; without the blanks in front it works
#
# Lesson: a report that a share is open for guests may come from a line that is a note. Ask testparm -s, not a reader for ini files;
# configparser needs delimiters=("=",) and interpolation=None.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install configobj==5.0.9 crudini==0.9.6 iniparse==0.5
cat > look.py <<'P'
import configparser
from configobj import ConfigObj
LINES = ["[share]", "   ; guest ok = yes", ";guest ok = yes", "   valid users = %S, alice", "   veto files = /a#b/", "   fruit:metadata = stream"]
one = dict(ConfigObj(LINES)["share"])
other = configparser.ConfigParser()
other.read_string("\n".join(LINES))
try: users = other.get("share", "valid users")
except configparser.InterpolationSyntaxError: users = "error"
rest = {name: other.get("share", name) for name in other.options("share") if name != "valid users"}
print(one, users, rest, sep="\n")
assert one == {
    "; guest ok": "yes", ";guest ok": "yes", "valid users": ["%S", "alice"], "veto files": "/a", "fruit:metadata": "stream"}, \
    "ConfigObj has changed"
assert users == "error" and rest == {"veto files": "/a#b/", "fruit": "metadata = stream"}, "configparser has changed"
P
v/bin/python look.py
printf '[share]\n   comment = x\n' > indented.conf
printf '[share]\ncomment = x\n' > plain.conf
change() {
  status=0
  v/bin/crudini --set "$1" share "read only" no 2> words || status=$?
  echo "$status $(grep -c 'read only' "$1")"
}
seen=$(change indented.conf || :; change plain.conf)
printf '%s\n' "$seen"
[ "$seen" = "1 0
0 1" ] || { echo "crudini has changed"; exit 1; }
