#!/bin/sh
# Do the counts of sarif-tools leave out what somebody accepted, and what is no longer there?
#
# Guess before the run: yes. In SARIF 2.1.0 a result with “suppressions” is one that was accepted, one with the
# baselineState “absent” is gone since the baseline, and the kind “pass” is no problem. The first two keep their level.
# Seen (sarif-tools 3.0.5, Python 3.11), one result of the level error in each file:
#
#                                       counted as   sarif --check error
#   accepted, with a justification      error        fails
#   accepted, and that was rejected     error        fails, rightly
#   absent                              error        fails
#   the kind pass                       none         passes
#
# Only the kind has an effect. What was accepted, and what is gone, looks like a new error.
# Lesson: do not let sarif-tools decide in a build whose SARIF file tells what a baseline accepts; take the exit status of
# the program that wrote the file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install sarif-tools==3.0.5
cd "$folder"
v/bin/python - <<'P'
import json, subprocess
from sarif import loader
def look(name, **more):
    result = {"ruleId": "R1", "message": {"text": "t"}, **more}
    run = {"tool": {"driver": {"name": "t", "rules": [{"id": "R1", "defaultConfiguration": {"level": "error"}}]}}, "results": [result]}
    path = name + ".sarif"
    with open(path, "w") as file: json.dump({"version": "2.1.0", "runs": [run]}, file)
    report = loader.load_sarif_file(path).get_report()
    level = next(level for level in report.get_severities() if report.get_issue_count_for_severity(level))
    status = subprocess.run(["v/bin/sarif", "--check", "error", "summary", path], capture_output=True).returncode
    return level, status
external = {"kind": "external", "justification": "the old scanner"}
seen = {
    "accepted": look("accepted", suppressions=[external]),
    "rejected": look("rejected", suppressions=[dict(external, status="rejected")]),
    "absent": look("absent", baselineState="absent"), "pass": look("pass", kind="pass")}
print(seen)
assert seen == {"accepted": ("error", 1), "rejected": ("error", 1), "absent": ("error", 1), "pass": ("none", 0)}, "this has changed"
P
