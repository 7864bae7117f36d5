#!/bin/sh
# Does dfdatetime, the library for times of forensic tools, read the text of a FILETIME that it wrote?
#
# Guess before the run: yes, with the seven digits behind the second that a FILETIME has; nine digits, of a recording, are an error.
# Seen (dfdatetime 20261027, Python 3.11), 133444736001234567, and its text given to CopyFromDateTimeString:
#
#   written                          2023-11-14 22:13:20.1234567
#   read, three, six or nine digits  taken; of nine a FILETIME keeps seven
#   read, seven digits               ValueError: Invalid time string
#
# So the text of a FILETIME, and of .NET's ticks, cannot come back without two more zeros.
# Lesson: pass such times on as numbers, or fill them up to nine digits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install dfdatetime==20261027
v/bin/python - <<'P'
from dfdatetime import dotnet_datetime, filetime
def read(kind, text):
    try:
        one = kind()
        one.CopyFromDateTimeString(text)
        return one.CopyToDateTimeString()
    except ValueError as error: return type(error).__name__
written = filetime.Filetime(timestamp=133444736001234567).CopyToDateTimeString()
assert written == "2023-11-14 22:13:20.1234567", "this has changed"
for kind in filetime.Filetime, dotnet_datetime.DotNetDateTime:
    seen = [read(kind, "2023-11-14 22:13:20." + digits) for digits in ("123", "123456", "1234567", "123456789", "123456700")]
    print(kind.__name__, *seen)
    assert seen == ["2023-11-14 22:13:20.1230000", "2023-11-14 22:13:20.1234560", "ValueError", written, written], "this has changed"
P
