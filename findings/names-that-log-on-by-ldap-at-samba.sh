#!/bin/sh
# Under which names can a user log on by LDAP (a simple bind) at Samba's domain controller, as printers and web programs do?
#
# Guess before the run: as the DN, alice@lab.test, LAB\alice, lab.test/Users/alice, and alice alone. Each refusal of a wrong or an unknown
# name is data 52e. Nothing was guessed about lab.test\alice.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 and ldap-utils 2.5.13+dfsg-5 of Debian bookworm), port 636, the right password:
#
#   CN=alice,CN=Users,DC=lab,DC=test       yes         alice                     invalidCredentials, data 52e
#   alice@lab.test, ALICE@LAB.TEST         yes         lab.test\alice            invalidCredentials, data 52e
#   alice@LAB                              yes         .\alice                   invalidCredentials, data 52e
#   LAB\alice                              yes         alice@other.test          invalidCredentials, data 52e
#   lab.test/Users/alice                   yes         nobody@lab.test           invalidCredentials, data 52e
#
#   disabled, the right password           data 533    the wrong one             data 52e
#   the account has ended, the right one   data 701    the wrong one             data 52e
#   port 389                               strongerAuthRequired (8) with the right and the wrong password
#
# Lesson: data 52e from Samba says nothing about the password: first look at the form of the name.
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
  ldap-utils=2.5.13+dfsg-5 libldap-2.5-0=2.5.13+dfsg-5 >&2
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
database.disable_account("(sAMAccountName=bob)")
database.modify_ldif("dn: CN=carol,CN=Users,DC=lab,DC=test\nchangetype: modify\n"
    "replace: accountExpires\naccountExpires: 133444736000000000\n")
with open(folder + "/etc/smb.conf") as file: lines = [line for line in file if "server services" not in line]
lines[1:2] = ["[global]\ninterfaces = lo\nbind interfaces only = yes\nserver services = ldap, cldap\n"]
with open(folder + "/etc/smb.conf", "w") as file: file.writelines(lines)
P
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
def ready():
    for _ in range(150):
        try: return socket.create_connection(("127.0.0.1", 389), timeout=10).close()
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("the server did not start")
ready()
def bind(name, password="Secret123!", url="ldaps://127.0.0.1"):
    """The code of the result, and the number behind “data”."""
    out = subprocess.run(
        ["/usr/bin/ldapsearch", "-x", "-H", url, "-D", name, "-w", password, "-b", "", "-s", "base"],
        env=dict(os.environ, LDAPTLS_REQCERT="never"), capture_output=True, text=True, timeout=60)
    data = re.search(r"data (\w+)", out.stderr)
    return (out.returncode, data[1]) if data else out.returncode
good = "CN=alice,CN=Users,DC=lab,DC=test", "alice@lab.test", "ALICE@LAB.TEST", "alice@LAB", "LAB\\alice", "lab.test/Users/alice"
bad = "alice", "lab.test\\alice", ".\\alice", "alice@other.test", "nobody@lab.test"
seen = {name: bind(name) for name in good + bad}
states = [bind("LAB\\" + name, password) for name in ("bob", "carol") for password in ("Secret123!", "wrong")]
plain = [bind("LAB\\alice", password, "ldap://127.0.0.1") for password in ("Secret123!", "wrong")]
for one in seen.items(): print(*one)
print(states, plain)
assert seen == {name: 0 for name in good} | {name: (49, "52e") for name in bad}, "the names have changed"
assert states == [(49, "533"), (49, "52e"), (49, "701"), (49, "52e")], "the states have changed"
assert plain == [8, 8], "port 389 has changed"
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
