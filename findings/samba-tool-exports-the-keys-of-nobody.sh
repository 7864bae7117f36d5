#!/bin/sh
# Which keys are in a keytab that “samba-tool domain exportkeytab FILE --principal=NAME” wrote, for a server that is no Windows?
#
# Guess before the run: a name that nobody has is an error; a second call makes no second entries. Nothing was guessed about the keys of a
# service (SPN), which one expects to be those of its account.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the user alice, and the user “web” with the SPN http/web.lab.test; each time status 0 and
# “Export one principal”:
#
#   --principal=alice                                          alice: AES256, AES128, RC4
#   --principal=ALICE                                          ALICE, with the same keys
#   --principal=http/web.lab.test                              RC4 alone
#   the same, msDS-SupportedEncryptionTypes of web = 24        AES256, AES128
#   --principal=HTTP/WEB.LAB.TEST                              that name, with the same keys
#   --principal=alice@lab.test                                 alice@LAB.TEST, with the same keys as alice
#   --principal=nosuch, http/nosuch.lab.test                   no key, no file
#
# Lesson: a server that has no key for a ticket of the right name (KRB_AP_ERR_NOKEY, or a fall back to NTLM) may have got its keytab before its
# account was given AES, or an empty one. Look at klist -ke, not at the status; name the service as clients do, capitals count.
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
  krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 >&2
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
for name in "alice", "web": database.newuser(name, "Secret123!")
P
cat > look.py <<'P'
import os, re, subprocess, sys
folder = sys.argv[1]
configuration = folder + "/dc/etc/smb.conf"
def tool(*words):
    out = subprocess.run(
        ["/usr/bin/python3", "/usr/bin/samba-tool", *words, "-s", configuration], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=300)
    return out.returncode, out.stdout
def export(name):
    """The status, whether a success is told, and the name and encryptions of the entries."""
    if os.path.exists("keytab"): os.remove("keytab")
    status, text = tool("domain", "exportkeytab", "keytab", "--principal=" + name)
    told = "Export one principal" in text
    if not os.path.exists("keytab"): return status, told, "no file"
    out = subprocess.run(["/usr/bin/klist", "-ke", "keytab"], env=dict(os.environ, LC_ALL="C"), stdout=subprocess.PIPE, text=True, timeout=60).stdout
    found = re.findall(r"^ *\d+ (\S+)@LAB\.TEST \((?:DEPRECATED:)?(\w+)", out, re.M)
    return status, told, sorted({name for name, _ in found}), sorted(kind for _, kind in found)
assert tool("spn", "add", "http/web.lab.test", "web")[0] == 0
names = "alice", "ALICE", "http/web.lab.test", "alice@lab.test", "nosuch", "http/nosuch.lab.test"
seen = {name: export(name) for name in names}
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
settings = LoadParm()
settings.load(configuration)
database = SamDB(folder + "/dc/private/sam.ldb", session_info=system_session(), lp=settings)
database.modify_ldif("dn: CN=web,CN=Users,DC=lab,DC=test\nchangetype: modify\nreplace: msDS-SupportedEncryptionTypes\nmsDS-SupportedEncryptionTypes: 24\n")
later = {name: export(name) for name in ("http/web.lab.test", "HTTP/WEB.LAB.TEST")}
for each in (*seen.items(), *later.items()): print(*each)
every, aes = ["aes128", "aes256", "arcfour"], ["aes128", "aes256"]
none = 0, True, "no file"
assert seen == {
    "alice": (0, True, ["alice"], every), "ALICE": (0, True, ["ALICE"], every), "http/web.lab.test": (0, True, ["http/web.lab.test"], ["arcfour"]),
    "alice@lab.test": (0, True, ["alice"], every), "nosuch": none, "http/nosuch.lab.test": none}, "the keys have changed"
assert later == {
    "http/web.lab.test": (0, True, ["http/web.lab.test"], aes), "HTTP/WEB.LAB.TEST": (0, True, ["HTTP/WEB.LAB.TEST"], aes)}, "AES has changed"
P
# The namespace has Samba's files in their places.
unshare -rm sh -c 'mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr && mount -t tmpfs run /run
/usr/bin/python3 setup.py "$0/dc" > setup.log 2>&1 || { cat setup.log; exit 1; }
exec /usr/bin/python3 look.py "$0"' "$folder"
