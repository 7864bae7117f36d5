#!/bin/sh
# Does a UNC path outlive CEF, the format of one line for logs?
#
# Guess before the run: yes; a writer puts a backslash before each backslash and =, in the header before each |, and a reader
# takes it away.
# Seen (cefevent 0.5.6, format-cef 0.0.4, pycef 1.11, cefp 0.0.2, Python 3.11), filePath \\fs\share and suser LAB\alice:
#
#   cefevent                   filePath=\\\\fs\\share suser=LAB\\alice
#   read by cefp               \\fs\share, LAB\alice
#   read by pycef              \\\\fs\\share, LAB\\alice
#   format-cef                 filePath=\\fs\\share: two backslashes stay two, so a reader finds \fs\share
#   a name with \| in pycef    an empty name, no severity, and a field called “m|5|filePath”
#   a text of two lines        cefevent writes \n; format-cef raises CefValueError
#
# Lesson: a user or path with doubled backslashes in a log, or a share with one in front, is not what the client sent. A
# search for LAB\alice may not find it there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install cefevent==0.5.6 format-cef==0.0.4 pycef==1.11 cefp==0.0.2
v/bin/python - <<'P'
import cefevent, cefp, pycef
from format_cef import format_cef
path, user = r"\\fs\share", r"LAB\alice"
event = cefevent.CEFEvent()
for name, value in ("name", "n"), ("filePath", path), ("suser", user), ("msg", "a\nb"): event.set_field(name, value)
first = event.build_cef()
second = format_cef("v", "p", "1", "i", "n | m", 5, {"filePath": path, "sourceUserName": user}).decode()
assert r"filePath=\\\\fs\\share suser=LAB\\alice msg=a\nb" in first, "cefevent has changed"
assert second.endswith(r"|n \| m|5|filePath=\\fs\\share suser=LAB\\alice"), "format-cef has changed"
try: format_cef("v", "p", "1", "i", "n", 5, {"message": "a\nb"})
except Exception as error: lines = type(error).__name__
print(lines)
assert lines == "CefValueError", "format-cef has changed"
right, wrong = cefp.parse(first)["extension"], pycef.parse(first)
print(right, wrong, sep="\n")
assert (right["filePath"], right["suser"]) == (path, user), "cefp has changed"
assert cefp.parse(second)["name"] == "n | m" and cefp.parse(second)["extension"]["filePath"] == r"\fs\share", "format-cef or cefp has changed"
assert wrong["filePath"] == r"\\\\fs\\share" and wrong["suser"] == r"LAB\\alice", "pycef has changed"
wrong = pycef.parse(second)
assert wrong["Name"] == "" and "Severity" not in wrong and "m|5|filePath" in wrong, "pycef has changed"
P
