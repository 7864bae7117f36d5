#!/bin/sh
# Do libraries for Python read the text of a security descriptor (SDDL) as Windows writes it?
#
# Guess before the run: yes, all of it but entries with a condition (XA) and with attributes (RA).
# Seen (winacl 0.1.9, sddl-parser 0.6.2, Python 3.11):
#
#                                              winacl                          sddl-parser, without and with O: and G: in front
#   D:(A;;FA;;;SY)                             read                            an error, read
#   D:(A;;CCDCLC;;;SY), several rights         ValueError                      an error, read
#   D:(A;;GR;;;BU), Users                      read                            an error, read
#   D:(A;;GR;;;BA), Administrators             “Missing domain_sid!”           an error, read
#   S:(ML;;NW;;;LW), a label                   ValueError                      an error, read
#   D:, no entry                               IndexError                      an error, read
#   D:(XA;;FX;;;WD;(@User.Title=="PM"))        ValueError                      an error, read
#
# BA is S-1-5-32-544 on each host; no domain is needed. Services, shares and event logs have texts without an owner.
# Lesson: with winacl, turn texts into bytes elsewhere; with sddl-parser, put O:SYG:SY in front of a text that has no owner.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install winacl==0.1.9 sddl-parser==0.6.2
v/bin/python - <<'P'
from sddl_parser import FileAccessRights, parse_sddl
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR
def winacl(text):
    try: return SECURITY_DESCRIPTOR.from_sddl(text) and "read"
    except Exception as error: return str(error)[:19] if type(error) is Exception else type(error).__name__
def sddl_parser(text):
    try: return parse_sddl(text, FileAccessRights) and "read"
    except Exception: return "error"
texts = ["D:(A;;FA;;;SY)", "D:(A;;CCDCLC;;;SY)", "D:(A;;GR;;;BU)", "D:(A;;GR;;;BA)", "S:(ML;;NW;;;LW)", "D:", "D:(XA;;FX;;;WD;(@User.Title==\"PM\"))"]
seen = {text: [winacl(text), sddl_parser(text), sddl_parser("O:SYG:SY" + text)] for text in texts}
for one in seen.items(): print(*one)
assert [one[0] for one in seen.values()] == [
    "read", "ValueError", "read", "Missing domain_sid!", "ValueError", "IndexError", "ValueError"], "winacl has changed"
assert all(one[1:] == ["error", "read"] for one in seen.values()), "sddl-parser has changed"
P
