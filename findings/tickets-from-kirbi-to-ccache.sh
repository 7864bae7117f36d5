#!/bin/sh
# Is a ticket the same after a way from a kirbi file (KRB-CRED, as Windows programs write it) to a credential cache?
#
# Guess before the run: yes: all times and flags; a time that is left out, as the format allows, becomes 0.
# Seen (impacket 0.13.1, minikerberos 0.4.9, Python 3.11; klist 1.20.1-2+deb12u5 of Debian bookworm), a ticket that is forwardable,
# renewable and pre-authenticated:
#
#                                 impacket               minikerberos
#   flags, 0x40a00000             0x40a00000 (FRA)       0x205; klist shows Di (may be postdated, invalid)
#   the time to renew it until    kept                   0
#   no start time                 PyAsn1Error            0
#   no name of the server         PyAsn1Error            TypeError
#   two tickets in one file       both                   the first
#
# Lesson: “the ticket cannot be forwarded”, or renewed, may be true of the cache alone. Look at the flags in the KDC's answer or in the
# kirbi file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 libk5crypto3=1.20.1-2+deb12u5 \
  libkrb5support0=1.20.1-2+deb12u5 libkeyutils1 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9 pyasn1==0.6.1
cat > look.py <<'P'
import datetime, os, subprocess, sys
from impacket.krb5.ccache import CCache
from minikerberos.common.ccache import CCACHE
from minikerberos.protocol.asn1_structs import KRB_CRED, EncKrbCredPart
TGT, FILES = ["krbtgt", "LAB.TEST"], ["cifs", "fs.lab.test"]
start = datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc)
def ticket(name):
    return {"tkt-vno": 5, "realm": "LAB.TEST", "sname": {"name-type": 2, "name-string": name},
            "enc-part": {"etype": 18, "kvno": 2, "cipher": b"x" * 40}}
def about(name, without=()):
    parts = {
        "key": {"keytype": 18, "keyvalue": b"k" * 32}, "prealm": "LAB.TEST", "pname": {"name-type": 1, "name-string": ["alice"]},
        "flags": {"forwardable", "renewable", "pre-authent"}, "authtime": start, "starttime": start,
        "endtime": start + datetime.timedelta(hours=10), "renew-till": start + datetime.timedelta(days=7), "srealm": "LAB.TEST",
        "sname": {"name-type": 2, "name-string": name}}
    return {part: value for part, value in parts.items() if part not in without}
def kirbi(abouts, names):
    cipher = EncKrbCredPart({"ticket-info": abouts}).dump()
    return KRB_CRED({"pvno": 5, "msg-type": 22, "tickets": [ticket(name) for name in names],
                     "enc-part": {"etype": 0, "cipher": cipher}}).dump()
def impacket(data):
    cache = CCache()
    cache.fromKRBCRED(data)
    cache.saveFile("cache")
    return [(int(one["tktflags"]), one["time"]["starttime"], one["time"]["renew_till"]) for one in cache.credentials]
def minikerberos(data):
    cache = CCACHE.from_kirbi(data)
    cache.to_file("cache")
    return [(one.tktflags, one.time.starttime, one.time.renew_till) for one in cache.credentials]
def klist():
    run = subprocess.run(["root/usr/bin/klist", "-f", "-c", "FILE:cache"], env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C"),
                         capture_output=True, text=True, timeout=60)
    return [line.split("Flags: ")[1] for line in run.stdout.splitlines() if "Flags: " in line]
def outcome(reader, data):
    try: return reader(data)
    except Exception as error: return type(error).__name__
cases = {"whole": kirbi([about(TGT)], [TGT]), "no start": kirbi([about(TGT, ["starttime"])], [TGT]),
         "no name": kirbi([about(TGT, ["sname", "srealm"])], [TGT]), "two": kirbi([about(TGT), about(FILES)], [TGT, FILES])}
seen = {}
for reader in impacket, minikerberos:
    seen[reader.__name__] = [outcome(reader, data) for data in cases.values()]
    reader(cases["whole"])
    seen[reader.__name__].append(klist())
for one in seen.items(): print(*one)
first, renew = int(start.timestamp()), int(start.timestamp()) + 604800
whole = (0x40A00000, first, renew)
assert seen["impacket"] == [[whole], "PyAsn1Error", "PyAsn1Error", [whole, whole], ["FRA"]], "impacket has changed"
lost = (0x205, first, 0)
assert seen["minikerberos"] == [[lost], [(0x205, 0, 0)], "TypeError", [lost], ["Di"]], "minikerberos has changed"
P
v/bin/python look.py "$libraries"
