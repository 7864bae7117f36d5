#!/bin/sh
# Can the usual questions of an LDAP client tell whether a user's password is right, and what Samba's domain controller has?
#
# Guess before the run: ldapwhoami says u:LAB\alice behind a good bind; a comparison is without regard to capitals; “children” and increment
# (RFC 4525) are errors; a value twice is 20; “+” shows the operational attributes. Nothing was guessed about attributes that are not there.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4, slapd 2.5.13+dfsg-5 of Debian bookworm, programs of ldap-utils):
#
#                                        Samba                              slapd
#   ldapwhoami, the right password       1, “not supported”                 0, dn:cn=admin,dc=lab
#   ldapwhoami, a wrong one              49                                 49
#   ldapcompare cn:ALICE                 TRUE                               TRUE
#   ldapcompare nosuch:x                 FALSE                              17, undefinedAttributeType
#   ldapcompare description:x, which
#     the entry does not have            FALSE                              16, noSuchAttribute
#   ldapsearch -s children               2, “Invalid scope”                 0
#   ldapmodify, increment uidNumber      2                                  0
#   ldapmodify, replace nosuch           16, noSuchAttribute                17, undefinedAttributeType
#   a member that is there, once more    68, entryAlreadyExists             20, typeOrValueExists
#   ldapsearch with “+”                  no attribute                       its operational ones
#
# Lesson: a check of a logon by ldapwhoami fails for each user, and the recording shows a bind that succeeded and an extended request with
# protocolError behind it: the password is right. Take a search of the base (-s base) instead.
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
  ldap-utils=2.5.13+dfsg-5 slapd=2.5.13+dfsg-5 libldap-2.5-0=2.5.13+dfsg-5 libltdl7 libodbc2 >&2
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
for name in "alice", "bob", "carol": database.newuser(name, "Secret123!")
with open(folder + "/etc/smb.conf") as file: lines = [line for line in file if "server services" not in line]
lines[1:2] = ["[global]\ninterfaces = lo\nbind interfaces only = yes\nserver services = ldap, cldap\n"]
with open(folder + "/etc/smb.conf", "w") as file: file.writelines(lines)
P
cat > look.py <<'P'
import base64, os, re, socket, subprocess, sys, time
def ready():
    for _ in range(150):
        try: return socket.create_connection(("127.0.0.1", 389), timeout=10).close()
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("the server did not start")
ready()
folder = sys.argv[1]
def slapd():
    os.makedirs("slapd/data")
    with open("slapd/slapd.conf", "w") as file:
        for name in "core", "cosine", "nis": file.write("include %s/root/etc/ldap/schema/%s.schema\n" % (folder, name))
        file.write("modulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile %s/slapd/pid\ndatabase mdb\nsuffix dc=lab\n" % folder)
        file.write("rootdn cn=admin,dc=lab\nrootpw secret\ndirectory %s/slapd/data\n" % folder)
    with open("slapd/first.ldif", "w") as file:
        file.write("dn: dc=lab\nobjectClass: domain\ndc: lab\n\ndn: cn=alice,dc=lab\nobjectClass: person\nobjectClass: posixAccount\n")
        file.write("cn: alice\nsn: x\nuid: alice\nuidNumber: 1\ngidNumber: 1\nhomeDirectory: /\n")
    subprocess.run(["/usr/sbin/slapadd", "-f", "slapd/slapd.conf", "-l", "slapd/first.ldif"], check=True, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(["/usr/sbin/slapd", "-d", "0", "-h", "ldap://127.0.0.1:1389", "-f", "slapd/slapd.conf"])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 1389), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("slapd did not start")
places = {
    "samba": (["-H", "ldaps://127.0.0.1", "-D", "LAB\\Administrator", "-w", "Secret123!"], "cn=alice,CN=Users,DC=lab,DC=test"),
    "slapd": (["-H", "ldap://127.0.0.1:1389", "-D", "cn=admin,dc=lab", "-w", "secret"], "cn=alice,dc=lab")}
def run(place, tool, *words, given=None):
    out = subprocess.run(
        ["/usr/bin/" + tool, "-x", *places[place][0], *words], input=given, env=dict(os.environ, LDAPTLS_REQCERT="never"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return out.returncode, out.stdout
def change(place, text): return run(place, "ldapmodify", given="dn: %s\nchangetype: modify\n%s\n" % (places[place][1], text))[0]
def compare(place, what):
    code, out = run(place, "ldapcompare", places[place][1], what)
    return re.search("TRUE|FALSE", out)[0] if code in (5, 6) else code
def look(place):
    entry = places[place][1]
    base = entry.partition(",")[2]
    code, out = run(place, "ldapwhoami")
    who = code, "not supported" if "not supported" in out else out.strip()
    good = places[place][0]
    places[place] = good[:-1] + ["wrong"], entry
    wrong = run(place, "ldapwhoami")[0]
    places[place] = good, entry
    group = "cn=group," + base
    kind = "group" if place == "samba" else "groupOfNames"
    run(place, "ldapadd", given="dn: %s\nobjectClass: %s\nmember: %s\n" % (group, kind, entry))
    again = run(place, "ldapmodify", given="dn: %s\nchangetype: modify\nadd: member\nmember: %s\n" % (group, entry))[0]
    change(place, "replace: uidNumber\nuidNumber: 5")
    more = re.findall("^(\\w+):", run(place, "ldapsearch", "-LLL", "-b", entry, "-s", "base", "+")[1], re.M)
    return {
        "who": who, "wrong": wrong, "cn": compare(place, "cn:ALICE"), "nosuch": compare(place, "nosuch:x"),
        "none": compare(place, "description:x"), "children": run(place, "ldapsearch", "-b", base, "-s", "children")[0],
        "increment": change(place, "increment: uidNumber\nuidNumber: 1"), "replace": change(place, "replace: nosuch\nnosuch: 1"),
        "again": again, "+": "entryUUID" in more if place == "slapd" else more}
server = slapd()
try: seen = {place: look(place) for place in ("samba", "slapd")}
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
assert seen == {
    "samba": {
        "who": (1, "not supported"), "wrong": 49, "cn": "TRUE", "nosuch": "FALSE", "none": "FALSE", "children": 2, "increment": 2, "replace": 16,
        "again": 68, "+": ["dn"]},
    "slapd": {
        "who": (0, "dn:cn=admin,dc=lab"), "wrong": 49, "cn": "TRUE", "nosuch": 17, "none": 16, "children": 0, "increment": 0, "replace": 17,
        "again": 20, "+": True}}, "this has changed"
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
