#!/bin/sh
# Does sarif-om, Microsoft's object model of SARIF for Python, write the level that a result was given?
#
# Guess before the run: yes; what has a value is written, and None is left out.
# Seen (sarif-om 1.0.4 with jschema-to-python 1.2.3, sarif-tools 3.0.5, Python 3.11), a rule whose defaultConfiguration has the
# level “error”, and a result of it:
#
#   the result's level   in the file   counted by sarif-tools as
#   “note”               “note”        note
#   “warning”            nothing       error
#   “error”              “error”       error
#
# What equals a default of the schema is left out: “warning” for the level, “fail” for the kind, -1 for ruleIndex. But a
# result without a level has that of its rule (SARIF 2.1.0, 3.27.10), and “warning” only when the rule has none.
# Lesson: a warning that a build takes for an error may have been written as a warning. With this library give a rule no level of
# its own, or “warning”.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install sarif-om==1.0.4 jschema-to-python==1.2.3 sarif-tools==3.0.5
cat > look.py <<'P'
import json
import sarif_om
from jschema_to_python.to_json import to_json
from sarif import loader
def look(level):
    rule = sarif_om.ReportingDescriptor(id="R1", default_configuration=sarif_om.ReportingConfiguration(level="error"))
    result = sarif_om.Result(message=sarif_om.Message(text="t"), rule_id="R1", level=level, kind="fail", rule_index=-1)
    run = sarif_om.Run(tool=sarif_om.Tool(driver=sarif_om.ToolComponent(name="tool", rules=[rule])), results=[result])
    with open("a.sarif", "w") as file: file.write(to_json(sarif_om.SarifLog(version="2.1.0", schema_uri="https://example.test/sarif.json", runs=[run])))
    with open("a.sarif") as file: written = json.load(file)["runs"][0]["results"][0]
    counts = loader.load_sarif_file("a.sarif").get_report().get_issue_type_histogram_for_severity
    return written, [severity for severity in ("error", "warning", "note", "none") if counts(severity)]
seen = {level: look(level) for level in ("note", "warning", "error")}
for one in seen.items(): print(*one)
base = {"message": {"text": "t"}, "ruleId": "R1"}
assert seen == {
    "note": (dict(base, level="note"), ["note"]), "warning": (base, ["error"]), "error": (dict(base, level="error"), ["error"])}, "this has changed"
P
v/bin/python look.py
