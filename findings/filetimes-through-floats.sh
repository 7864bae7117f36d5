#!/bin/sh
# What do libraries for Python make of a FILETIME, which counts steps of 100 ns?
#
# Guess before the run: a datetime of microseconds; the last digit is cut.
# Seen (Python 3.11), two FILETIMEs of 2023-11-14:
#
#                                             22:13:20.1234565   22:13:20.9999999
#   smbprotocol 1.17.0, pyspnego 0.12.4,
#   winfiletime 2.1                           20.123456          20.999999
#   dissect.util 3.24, ldap3 2.9.1            20.123455          21, the next second
#
# The last two go through a floating-point number, which has no room for so many digits. So a time may come out a
# microsecond too early or too late. The same value for “never”, 0x7FFFFFFFFFFFFFFF, is the year 9999 in smbprotocol and
# ldap3, and an error of Python in the others.
# Lesson: do not join records of two tools by equal times; leave a microsecond or compare the 64 bits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install smbprotocol==1.17.0 pyspnego==0.12.4 winfiletime==2.1 dissect.util==3.24 ldap3==2.9.1
v/bin/python - <<'P'
import struct
import winfiletime
from dissect.util.ts import wintimestamp
from ldap3.protocol.formatters.formatters import format_ad_timestamp
from smbprotocol.structure import DateTimeField
from spnego._ntlm_raw.messages import FileTime
def smbprotocol(value):
    field = DateTimeField()
    field.set_value(struct.pack("<Q", value))
    return field.get_value()
readers = {
    "smbprotocol": smbprotocol, "pyspnego": lambda value: FileTime.unpack(struct.pack("<Q", value)),
    "winfiletime": winfiletime.to_datetime, "dissect.util": wintimestamp, "ldap3": lambda value: format_ad_timestamp(str(value).encode())}
def show(reader, value):
    try: return reader(value).strftime("%Y %S.%f")
    except (ValueError, OverflowError) as error: return "an error"
second = (11644473600 + 1700000000) * 10**7
values = second + 1234565, second + 9999999, 0x7FFFFFFFFFFFFFFF
seen = {name: [show(reader, value) for value in values] for name, reader in readers.items()}
for one in seen.items(): print(*one)
exact, moved, last = ["2023 20.123456", "2023 20.999999"], ["2023 20.123455", "2023 21.000000"], "9999 59.999999"
assert seen == {
    "smbprotocol": exact + [last], "pyspnego": exact + ["an error"], "winfiletime": exact + ["an error"],
    "dissect.util": moved + ["an error"], "ldap3": moved + [last]}, "this has changed"
P
