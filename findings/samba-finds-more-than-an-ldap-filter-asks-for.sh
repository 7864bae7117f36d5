#!/bin/sh
# Which entries does Samba's domain controller find for an LDAP filter that is not quite right, and how many?
#
# Guess before the run: an attribute that does not exist matches nothing, and ~= and SIDs as text work as usual. Nothing was guessed about
# the opposite of what does not exist, a time that is none, and a limit of entries in the request.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4, slapd 2.5.13+dfsg-5 of Debian bookworm, ldapsearch of ldap-utils), users or entries found:
#
#                                          Samba                       slapd
#   (nosuch=1)                             none                        none
#   (!(nosuch=1))                          all                         none
#   (whenCreated>=abc), (createTimestamp)  all                         none
#   (cn~=alice)                            operationsError             alice
#   (cn:caseExactMatch:=alice)             none                        alice
#   (objectSid=S-1-5-…), (objectSid=s-1-5-…)   found, none             -
#   ldapsearch -z 2                        all, “success”              2, sizeLimitExceeded (4)
#
# Lesson: a filter with a typo behind a “!”, such as “all but those that are disabled”, finds each account. A script that asks for a few
# entries to see whether there are any gets them all; count before you believe in a limit.
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
import base64, os, re, socket, struct, subprocess, sys, time
def ready():
    for _ in range(150):
        try: return socket.create_connection(("127.0.0.1", 389), timeout=10).close()
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("the server did not start")
ready()
folder = sys.argv[1]
def search(url, base, login, condition, *more):
    """The number of entries and the code of the result."""
    out = subprocess.run(
        ["/usr/bin/ldapsearch", "-x", "-LLL", "-H", url, "-b", base, *login, *more, condition, "cn", "objectSid"],
        env=dict(os.environ, LDAPTLS_REQCERT="never"), capture_output=True, text=True, timeout=60)
    return len(re.findall("^dn:", out.stdout, re.M)), out.returncode, out.stdout
def slapd():
    os.makedirs("slapd/data")
    with open("slapd/slapd.conf", "w") as file:
        for name in "core", "cosine": file.write("include %s/root/etc/ldap/schema/%s.schema\n" % (folder, name))
        file.write("modulepath /usr/lib/ldap\nmoduleload back_mdb\n")
        file.write("pidfile %s/slapd/pid\ndatabase mdb\nsuffix dc=lab\ndirectory %s/slapd/data\n" % (folder, folder))
    with open("slapd/first.ldif", "w") as file:
        file.write("dn: dc=lab\nobjectClass: domain\ndc: lab\n\n")
        for name in "alice", "bob", "carol": file.write("dn: cn=%s,dc=lab\nobjectClass: person\ncn: %s\nsn: x\n\n" % (name, name))
    subprocess.run(["/usr/sbin/slapadd", "-f", "slapd/slapd.conf", "-l", "slapd/first.ldif"], check=True, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(["/usr/sbin/slapd", "-d", "0", "-h", "ldap://127.0.0.1:1389", "-f", "slapd/slapd.conf"])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 1389), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("slapd did not start")
login = ["-D", "LAB\\Administrator", "-w", "Secret123!"]
def samba(condition, *more): return search("ldaps://127.0.0.1", "CN=Users,DC=lab,DC=test", login, condition, *more)
def other(condition, *more): return search("ldap://127.0.0.1:1389", "dc=lab", [], condition, *more)
server = slapd()
try:
    everybody = samba("(cn=*)")[0]
    entries = other("(objectClass=*)")[0]
    rows = ["(nosuch=1)", "(!(nosuch=1))", "(TIME>=abc)", "(cn~=alice)", "(cn:caseExactMatch:=alice)"]
    seen = {}
    for row in rows:
        found = [ask(row.replace("TIME", time))[:2] for ask, time in ((samba, "whenCreated"), (other, "createTimestamp"))]
        seen[row] = ["all" if count >= total else count for (count, _), total in zip(found, (everybody, entries))] + [code for _, code in found]
    sid = re.search("objectSid:: (\\S+)", samba("(cn=alice)")[2])[1]
    limits = samba("(cn=*)", "-z", "2")[:2], other("(objectClass=*)", "-z", "2")[:2]
finally: server.terminate()
server.wait()
sid = base64.b64decode(sid)
text = "S-1-5-" + "-".join(map(str, struct.unpack("<%dI" % sid[1], sid[8:])))
sids = [samba("(objectSid=%s)" % one)[0] for one in (text, text.lower())]
for one in seen.items(): print(*one)
print(sids, limits, everybody, entries)
assert seen == {
    "(nosuch=1)": [0, 0, 0, 0], "(!(nosuch=1))": ["all", 0, 0, 0], "(TIME>=abc)": ["all", 0, 0, 0],
    "(cn~=alice)": [0, 1, 1, 0], "(cn:caseExactMatch:=alice)": [0, 1, 0, 0]}, "the filters have changed"
assert sids == [1, 0], "SIDs have changed"
assert limits == ((everybody, 0), (2, 4)), "limits have changed"
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
