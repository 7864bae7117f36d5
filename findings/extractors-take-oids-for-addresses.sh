#!/bin/sh
# Which addresses do extractors of indicators find in a report about an SMB connection?
#
# Guess before the run: those of client and server. An OID, such as that of SPNEGO, 1.3.6.1.5.5.2, is none; a principal,
# cifs/host@REALM, may be taken for a mail address.
# Seen (Python 3.11), a report with 10.1.2.3, 198.51.100.7, fe80::1%eth0, [2001:db8::2]:445, four OIDs and a principal:
#
#                        IPv4                                 out of the OIDs               IPv6          mail address
#   ioc-finder 9.4.1     both                                 none                          both          the principal
#   iocextract 1.16.1    both                                 1.5.5.2, 54.1.2.2, 18.1.2.2,  both          the principal
#                                                             11.2.2.10
#   iocsearcher 3.1.0    none of the two                      1.3.6.1                       none          the principal
#
# iocsearcher leaves out addresses of private networks and of examples, and takes the start of the OID as the one address.
# iocextract also finds telephone numbers, in the SID and in the OIDs.
# Lesson: what such a tool takes from a report goes into block lists. Name mechanisms by their names, and give addresses as fields.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install ioc-finder==9.4.1 iocextract==1.16.1 iocsearcher==3.1.0 requests==2.32.3
cat > look.py <<'P'
import iocextract
from ioc_finder import find_iocs
from iocsearcher.searcher import Searcher
text = """The server fs01.corp.example.com ([2001:db8::2]:445, fe80::1%eth0, 10.1.2.3, 198.51.100.7:445) refused the client.
Ticket for cifs/fs01.corp.example.com@EXAMPLE.COM, user S-1-5-21-3623811015-3361044348-30300820-1013.
Mechanisms 1.3.6.1.5.5.2, 1.2.840.113554.1.2.2, 1.2.840.48018.1.2.2, 1.3.6.1.4.1.311.2.2.10 offered."""
one = find_iocs(text)
three = [(kind.name, kind.value.lower()) for kind in Searcher().search_data(text)]
seen = {
    "ioc-finder": (one["ipv4s"], one["ipv6s"], one["email_addresses"]),
    "iocextract": (iocextract.extract_ipv4s(text), iocextract.extract_ipv6s(text), iocextract.extract_emails(text)),
    "iocsearcher": tuple([value for kind, value in three if kind == name] for name in ("ip4", "ip6", "email")),
}
seen = {name: tuple(sorted({value.lower() for value in values}) for values in found) for name, found in seen.items()}
for name, found in seen.items(): print(name, *found)
numbers = list(iocextract.extract_telephone_nums(text))
print(numbers)
real, six, mail = ["10.1.2.3", "198.51.100.7"], ["2001:db8::2", "fe80::1"], ["fs01.corp.example.com@example.com"]
assert seen == {"ioc-finder": (real, six, mail), "iocextract": (sorted(real + ["1.5.5.2", "11.2.2.10", "18.1.2.2", "54.1.2.2"]), six, mail),
                "iocsearcher": (["1.3.6.1"], [], mail)}, "this has changed"
assert any(number in "S-1-5-21-3623811015-3361044348-30300820-1013" for number in numbers), "this has changed"
P
v/bin/python look.py
