#!/bin/sh
# Does sarif-tools find the rule and the text of a result that names both by reference?
#
# Guess before the run: yes. SARIF 2.1.0 lets a result give ruleIndex, or rule.index, instead of ruleId, and message.id
# with arguments instead of the text; a file with many results is smaller so.
# Seen (sarif-tools 3.0.5, Python 3.11):
#
#   ruleId and text           R1, “t”
#   ruleId and message.id     R1, “m”: the name of the text, and no argument
#   ruleIndex alone           KeyError: 'ruleId'
#   rule.index alone          KeyError: 'ruleId'
#
# One such result is enough: no other of the file is listed either.
# Lesson: write ruleId and message.text into each result, though the format asks for neither.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install sarif-tools==3.0.5
cd "$folder"
v/bin/python - <<'P'
import json
from sarif import loader
rule = {"id": "R1", "messageStrings": {"m": {"text": "{0} refused {1}"}}}
def look(**result):
    run = {"tool": {"driver": {"name": "t", "rules": [rule]}}, "results": [result]}
    with open("one.sarif", "w") as file: json.dump({"version": "2.1.0", "runs": [run]}, file)
    try: record = loader.load_sarif_file("one.sarif").get_records()[0]
    except KeyError as error: return "KeyError", error.args[0]
    return record["Code"], record["Description"]
text, named = {"text": "t"}, {"id": "m", "arguments": ["srv", "alice"]}
seen = [
    look(ruleId="R1", message=text), look(ruleId="R1", message=named), look(ruleIndex=0, message=text),
    look(rule={"index": 0}, message=text)]
print(seen)
assert seen == [("R1", "t"), ("R1", "m"), ("KeyError", "ruleId"), ("KeyError", "ruleId")], "this has changed"
P
