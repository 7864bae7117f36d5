#!/bin/sh
# How does Samba's domain controller answer a “NetLogon ping” (LDAP by UDP), with which Windows, sssd and adcli look for one?
#
# Guess before the run: 23 (LOGON_SAM_LOGON_RESPONSE_EX), or 25 (USER_UNKNOWN_EX) if the ping names a user that there is not; silence for
# another domain and for a wrong DomainGuid. Nothing was guessed about AAC, the kinds of accounts that the ping asks for.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the domain lab.test with alice, and bob, who is disabled:
#
#   DnsDomain in capitals, with a dot at its end, or left out    23
#   DnsDomain of another domain, or LAB                          an answer, “success”, with nothing in it
#   the right DnsDomain, a DomainGuid at random                  23
#   User=alice, no AAC                                           25, unknown
#   User=alice, AAC=0x10 (normal accounts)                       23
#   User=bob or nobody, AAC=0x10                                 25
#   no NtVer, or NtVer=6 in digits                               19, the form for NT 4, without the domain's DNS name
#   scope “subtree”, or a base                                   an error of LDAP, operationsError (1)
#
# Lesson: 25 in a recording does not show that a user is missing: the ping may have no AAC, or the account may be disabled. An empty
# answer with “success” is a no. No user has logged on yet in either.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-common=$version samba-common-bin=$version samba-libs=$version samba-dsdb-modules=$version \
  samba-ad-provision=$version python3-samba=$version libwbclient0=$version libldb2 python3-ldb python3-tdb python3-talloc >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > setup.py <<'P'
import logging, os, subprocess, sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.provision import provision
from samba.samdb import SamDB
folder = sys.argv[1]
os.makedirs(folder + "/etc")
settings = LoadParm()
settings.load("/dev/null")
log = logging.getLogger()
log.setLevel(logging.ERROR)
provision(
    log, system_session(), smbconf=None, targetdir=folder, realm="LAB.TEST", domain="LAB", hostname="dc1", hostip="127.0.0.1",
    adminpass="Secret123!", serverrole="active directory domain controller", dns_backend="NONE", skip_sysvolacl=True, dom_for_fun_level=4)
settings.load(folder + "/etc/smb.conf")
database = SamDB(folder + "/private/sam.ldb", session_info=system_session(), lp=settings)
for name in "alice", "bob": database.newuser(name, "Secret123!")
database.disable_account("(sAMAccountName=bob)")
with open(folder + "/etc/smb.conf") as file: lines = [line for line in file if "server services" not in line]
lines[1:2] = ["[global]\ninterfaces = lo\nbind interfaces only = yes\nserver services = ldap, cldap\n"]
with open(folder + "/etc/smb.conf", "w") as file: file.writelines(lines)
P
cat > look.py <<'P'
import os, re, socket, struct, subprocess, sys, time
def ready():
    for _ in range(150):
        try: return socket.create_connection(("127.0.0.1", 389), timeout=10).close()
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("the server did not start")
ready()
def ber(kind, value): return bytes([kind]) + (bytes([len(value)]) if len(value) < 128 else b"\x81" + bytes([len(value)])) + value
def ping(base="", scope=0, **asked):
    """The kind of the answer: of NetLogon, or empty, or an error of LDAP."""
    words = b"".join(ber(0xA3, ber(4, name.encode()) + ber(4, value)) for name, value in asked.items())
    limits = ber(10, b"\0") + ber(2, b"\0") * 2 + ber(1, b"\0")
    question = ber(0x63, ber(4, base.encode()) + ber(10, bytes([scope])) + limits + ber(0xA0, words) + ber(0x30, ber(4, b"netlogon")))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(20)
        line.connect(("127.0.0.1", 389))
        line.send(ber(0x30, ber(2, b"\1") + question))
        answer = line.recv(8192)
    found = re.search(rb"(?i)netlogon\x31(?:\x81.|[\0-\x7f])\x04(?:\x81.|[\0-\x7f])(..)", answer, re.S)
    if found: return struct.unpack("<H", found[1])[0]
    code = answer[answer.index(b"\x0a\x01") + 2]
    return "empty" if code == 0 else "error %d" % code
own, new = {"DnsDomain": b"lab.test"}, {"NtVer": struct.pack("<I", 6)}
normal = {"AAC": struct.pack("<I", 0x10)}
seen = {
    "own": ping(**own, **new), "capitals": ping(DnsDomain=b"LAB.TEST", **new), "dot": ping(DnsDomain=b"lab.test.", **new),
    "none": ping(**new), "other": ping(DnsDomain=b"other.test", **new), "short": ping(DnsDomain=b"LAB", **new),
    "guid": ping(DomainGuid=os.urandom(16), **own, **new),
    "alice": ping(User=b"alice", **own, **new), "alice, AAC": ping(User=b"alice", **own, **new, **normal),
    "bob, AAC": ping(User=b"bob", **own, **new, **normal), "nobody, AAC": ping(User=b"nobody", **own, **new, **normal),
    "no NtVer": ping(**own), "digits": ping(NtVer=b"6", **own), "subtree": ping(scope=2, **own, **new),
    "base": ping(base="DC=lab,DC=test", **own, **new)}
for one in seen.items(): print(*one)
assert list(seen.values()) == [23, 23, 23, 23, "empty", "empty", 23, 25, 23, 25, 25, 19, 19, "error 1", "error 1"], "this has changed"
P
# The namespace has the server's files in their places, and a network of its own, for the server takes port 389.
unshare -rmn sh -c 'mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr && mount -t tmpfs run /run && ip link set lo up
/usr/bin/python3 setup.py "$0/dc" > setup.log 2>&1 || { cat setup.log; exit 1; }
mkdir -p dc/run
/usr/sbin/samba -i -M single -s "$0/dc/etc/smb.conf" > server.log 2>&1 &
code=0
/usr/bin/python3 look.py "$0" || code=$?
kill $!
wait
exit $code' "$folder"
