#!/bin/sh
# What does the DNS server of Samba's domain controller (dns_backend SAMBA_INTERNAL) answer where it has no record?
#
# Guess before the run: REFUSED for names outside of its zones when it has no forwarder, and for class CH; a transfer (AXFR) is refused; the
# serial of the zone goes up with each update; there are no wildcards. Nothing was guessed about a name with others below it.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4, bind9-dnsutils 1:9.18.49-1~deb12u3 of Debian bookworm), no “dns forwarder”:
#
#   www.example.com, 1.0.0.10.in-addr.arpa   NXDOMAIN, without AA, without an SOA
#   version.bind of class CH                 NXDOMAIN
#   the root, “.”                            FORMERR
#   nosuch.lab.test                          NXDOMAIN, AA, SOA
#   _tcp.lab.test, though it has             NXDOMAIN, AA, SOA
#     _ldap._tcp.lab.test
#   dc1.lab.test, AAAA                       no error, AA, SOA
#   lab.test, AXFR                           no error, no record
#   the serial after three updates           1, as before
#   *.lab.test and a.b.c.lab.test:           b.c.lab.test has the address of the wildcard
#
# Lesson: NXDOMAIN for each name of the world is a domain controller whose forwarder is gone, not a name that is wrong: look for AA and the
# SOA. A check of replication by serials sees no change at all.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-common=$version samba-common-bin=$version samba-libs=$version samba-dsdb-modules=$version \
  samba-ad-provision=$version python3-samba=$version libwbclient0=$version libldb2 python3-ldb python3-tdb python3-talloc \
  bind9-dnsutils=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > setup.py <<'P'
import logging, os, sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.provision import provision
folder = sys.argv[1]
os.makedirs(folder + "/etc")
settings = LoadParm()
settings.load("/dev/null")
log = logging.getLogger()
log.setLevel(logging.ERROR)
provision(
    log, system_session(), smbconf=None, targetdir=folder, realm="LAB.TEST", domain="LAB", hostname="dc1", hostip="127.0.0.1",
    adminpass="Secret123!", serverrole="active directory domain controller", dns_backend="SAMBA_INTERNAL", skip_sysvolacl=True, dom_for_fun_level=4)
with open(folder + "/etc/smb.conf") as file: lines = [line for line in file if "server services" not in line]
lines[1:2] = ["[global]\ninterfaces = 127.0.0.1/32\nbind interfaces only = yes\nserver services = dns\nallow dns updates = nonsecure\n"]
with open(folder + "/etc/smb.conf", "w") as file: file.writelines(lines)
P
cat > look.py <<'P'
import re, subprocess, time
def run(*words, given=None):
    return subprocess.run(words, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60).stdout
def ask(*words):
    """The status, AA, the types of the records in the answer, and whether there is an SOA of the zone."""
    out = run("/usr/bin/dig", "@127.0.0.1", "+noedns", "+tries=1", *words)
    status = re.search("status: (\\w+)", out)
    if not status: return None
    answer = re.search(";; ANSWER SECTION:\n((?:.+\n)*)", out)
    return status[1], bool(re.search("flags:.* aa", out)), [line.split()[4] for line in answer[1].splitlines()] if answer else [], \
        bool(re.search("AUTHORITY SECTION:\n.*SOA", out))
for _ in range(150):
    if ask("lab.test", "SOA"): break
    time.sleep(0.2)
def serial(): return run("/usr/bin/dig", "@127.0.0.1", "+noedns", "+short", "lab.test", "SOA").split()[2]
def update(*lines):
    assert run("/usr/bin/nsupdate", given="server 127.0.0.1\nzone lab.test\n%s\nsend\n" % "\n".join(lines)) == "", "the update failed"
first = serial()
update("update add dc1.lab.test 900 A 127.0.0.1")
update("update add a.b.c.lab.test 60 A 10.0.0.1")
seen = {
    "world": ask("www.example.com", "A"), "reverse": ask("-x", "10.0.0.1"), "chaos": ask("version.bind", "CH", "TXT"), "root": ask(".", "NS"),
    "nosuch": ask("nosuch.lab.test", "A"), "_tcp": ask("_tcp.lab.test", "A"), "_ldap": ask("_ldap._tcp.lab.test", "SRV"),
    "dc1": ask("dc1.lab.test", "AAAA"), "b.c": ask("b.c.lab.test", "A")}
update("update add *.lab.test 60 A 10.9.9.9")
seen["below"], seen["wildcard"] = ask("a.b.c.lab.test", "A"), ask("b.c.lab.test", "A")
transfer = run("/usr/bin/dig", "@127.0.0.1", "+tcp", "+noedns", "+onesoa", "lab.test", "AXFR")
last = serial()
for each in seen.items(): print(*each)
print(first, last, transfer)
none = [], False
assert seen == {
    "world": ("NXDOMAIN", False, *none), "reverse": ("NXDOMAIN", False, *none), "chaos": ("NXDOMAIN", False, *none),
    "root": ("FORMERR", False, *none), "nosuch": ("NXDOMAIN", True, [], True), "_tcp": ("NXDOMAIN", True, [], True),
    "_ldap": ("NOERROR", True, ["0"], True), "dc1": ("NOERROR", True, [], True), "b.c": ("NXDOMAIN", True, [], True),
    "below": ("NOERROR", True, ["10.0.0.1"], True), "wildcard": ("NOERROR", True, ["10.9.9.9"], True)}, "the answers have changed"
assert first == last == "1" and "Transfer failed" in transfer, "the zone has changed"
P
# The namespace has the server's files in their places, and a network of its own, for the server takes port 53.
unshare -rmn sh -c 'mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr && mount -t tmpfs run /run && ip link set lo up
/usr/bin/python3 setup.py "$0/dc" > setup.log 2>&1 || { cat setup.log; exit 1; }
mkdir -p dc/run
/usr/sbin/samba -i -M single -s "$0/dc/etc/smb.conf" > server.log 2>&1 &
code=0
/usr/bin/python3 look.py || code=$?
kill $!
wait
exit $code' "$folder"
