#!/bin/sh
# Does a UNC path come back from the structured data of a syslog message (RFC 5424)?
#
# Guess before the run: yes. A writer puts a backslash before each backslash, quote and closing bracket, and a reader takes it away.
# Seen (rfc5424-logging-handler 1.4.3 writes, syslog-rfc5424-parser 0.3.2 reads, Python 3.11):
#
#   value        in the message   read as
#   \\fs\share   \\\\fs\\share    \\\\fs\\share
#   a"b          a\"b             a\"b
#   a]b          a\]b             a\]b
#
# The reader finds the end of each value, and leaves all escapes in it.
# Lesson: with this parser, paths have twice their backslashes; a search for a share finds nothing, and each hop that writes
# the value again doubles them. Take the backslashes away behind the parser, once.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install rfc5424-logging-handler==1.4.3 syslog-rfc5424-parser==0.3.2
v/bin/python - <<'P'
import logging, socket
from rfc5424logging import Rfc5424SysLogHandler
from syslog_rfc5424_parser import SyslogMessage
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(5)
logger = logging.getLogger("one")
logger.addHandler(Rfc5424SysLogHandler(address=receiver.getsockname(), hostname="host", appname="program"))
seen = {}
for value in "\\\\fs\\share", 'a"b', "a]b":
    logger.warning("hello", extra={"structured_data": {"smb@32473": {"value": value}}})
    message = receiver.recv(4096).decode().replace("\ufeff", "")
    seen[value] = message.split('value="')[1].split('"] ')[0], SyslogMessage.parse(message).sd["smb@32473"]["value"]
for one in seen.items(): print(*one)
assert seen == {
    "\\\\fs\\share": ("\\\\\\\\fs\\\\share",) * 2, 'a"b': ('a\\"b',) * 2, "a]b": ("a\\]b",) * 2}, "this has changed"
P
