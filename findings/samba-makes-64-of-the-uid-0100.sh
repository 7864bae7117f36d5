#!/bin/sh
# Which number and which time does Samba's domain controller keep for the one that a client of LDAP writes (ldapmodify)?
#
# Guess before the run: 0x10, blanks and more than 32 bits are “invalid syntax” (21), in filters too. Nothing was guessed about zeros in front
# and about times without seconds, which their syntax allows.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4, slapd 2.5.13+dfsg-5 of Debian bookworm, ldapmodify of ldap-utils), uidNumber and msTSExpireDate:
#
#   written              Samba                    slapd
#   16                   16                       16
#   0100                 64                       invalid syntax (21)
#   08, 0x10, "5 "       invalid syntax (21)      invalid syntax (21)
#   " 5", +5             5                        invalid syntax (21)
#   4294967296           0                        4294967296
#   99999999999          1215752191               99999999999
#   2147483648           -2147483648              2147483648
#
#   20300101000000.0Z    20300101000000.0Z
#   300101000000Z        20300101000000.0Z
#   203001010000Z        20220601010000.0Z
#   20300101000000Z      invalid syntax (21)
#
#   the filter (uidNumber=0x40), and (uidNumber=0100), find 64; (uidNumber=064) does not
#
# Lesson: a uid with a zero in front, from a list that was filled up to four digits, becomes that of somebody else, and files change their
# owner; an account ends in 2022. Read back what a script wrote, or let it refuse what is not plain digits below 2^31.
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
def write(place, name, value):
    """The code of the result, or what the server has then."""
    text = "dn: %s\nchangetype: modify\nreplace: %s\n%s:: %s\n" % (places[place][1], name, name, base64.b64encode(value.encode()).decode())
    code = run(place, "ldapmodify", given=text)[0]
    if code: return code
    return re.search("^%s: (.*)" % name, run(place, "ldapsearch", "-LLL", "-b", places[place][1], name)[1], re.M)[1]
server = slapd()
try:
    numbers = "16", "0100", "08", "0x10", "5 ", " 5", "+5", "4294967296", "99999999999", "2147483648"
    seen = {number: (write("samba", "uidNumber", number), write("slapd", "uidNumber", number)) for number in numbers}
    times = {time: write("samba", "msTSExpireDate", time) for time in ("20300101000000.0Z", "300101000000Z", "203001010000Z", "20300101000000Z")}
    write("samba", "uidNumber", "64")
    found = {}
    for number in "64", "0x40", "0100", "064":
        out = run("samba", "ldapsearch", "-LLL", "-b", places["samba"][1], "(uidNumber=%s)" % number, "cn")
        found[number] = len(re.findall("^dn:", out[1], re.M))
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
print(times, found)
assert seen == {
    "16": ("16", "16"), "0100": ("64", 21), "08": (21, 21), "0x10": (21, 21), "5 ": (21, 21), " 5": ("5", 21), "+5": ("5", 21),
    "4294967296": ("0", "4294967296"), "99999999999": ("1215752191", "99999999999"), "2147483648": ("-2147483648", "2147483648")}, \
    "the numbers have changed"
assert times == {
    "20300101000000.0Z": "20300101000000.0Z", "300101000000Z": "20300101000000.0Z", "203001010000Z": "20220601010000.0Z",
    "20300101000000Z": 21}, "the times have changed"
assert found == {"64": 1, "0x40": 1, "0100": 1, "064": 0}, "the filters have changed"
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
