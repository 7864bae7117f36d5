#!/bin/sh
# What do handlers for GELF, the format of Graylog's logs, make of a field “id”, the id of a rule or of a message?
#
# Guess before the run: GELF does not allow “_id”, so graypy leaves the field out; pygelf sends “_id”. The other fields are there.
# Seen (Python 3.11), logger.error("refused", extra={"id": …, "share": …, "session": 2^63+1, "signed": True, "status": None}):
#
#   graypy 2.1.0, pygelf 0.4.3, gelf-formatter 1.0.0   no id, no word about it; the others are there, the number exact,
#                                                      with true and null, which GELF does not have
#   gray-elf 0.2.0, logging-gelf 0.0.32                none of the fields
#
# Lesson: name it rule_id or message_id, and see in Graylog whether each field arrives.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install graypy==2.1.0 pygelf==0.4.3 gelf-formatter==1.0.0 gray-elf==0.2.0 logging-gelf==0.0.32
v/bin/python - <<'P'
import json, logging, zlib
import gelfformatter, gray_elf, logging_gelf.formatters
from graypy.handler import BaseGELFHandler
from pygelf.handlers import BaseHandler
fields = {"id": "smb.signing", "share": "\\\\fs\\data", "session": 2**63 + 1, "signed": True, "status": None}
def record(): return logging.getLogger("smb").makeRecord("smb", logging.ERROR, "one.py", 1, "refused", (), None, extra=fields)
sent = {
    "graypy": json.loads(zlib.decompress(BaseGELFHandler().makePickle(record()))),
    "pygelf": json.loads(BaseHandler(include_extra_fields=True).convert_record_to_gelf(record())),
    "gelf-formatter": json.loads(gelfformatter.GelfFormatter().format(record())),
    "gray-elf": json.loads(gray_elf.GelfFormatter().format(record())),
    "logging-gelf": json.loads(logging_gelf.formatters.GELFFormatter().format(record())),
}
seen = {}
for name, message in sent.items():
    seen[name] = {key: message["_" + key] for key in fields if "_" + key in message}
    print(name, seen[name])
    assert "smb.signing" not in json.dumps(message), "this has changed"
rest = {key: value for key, value in fields.items() if key != "id"}
assert seen == {"graypy": rest, "pygelf": rest, "gelf-formatter": rest, "gray-elf": {}, "logging-gelf": {}}, "this has changed"
P
