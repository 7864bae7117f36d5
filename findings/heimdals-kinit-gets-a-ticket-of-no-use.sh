#!/bin/sh
# Which ticket does a user of Samba's domain controller get who names the realm in small letters or by its NetBIOS name, or logs on by the UPN?
#
# Guess before the run: alice@lab.test and alice@LAB fail at MIT's client, for the answer is of LAB.TEST, unless it asks for the canonical name
# (-C); a ticket that Heimdal gets for them is as good as another. “kinit -E alice@lab.test” works.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4, krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), a
# krb5.conf that has the same KDC for LAB.TEST, lab.test and LAB, and then a ticket for cifs/dc1.lab.test:
#
#                                   kinit     in the cache                                    the service
#   MIT      alice                  0         alice@LAB.TEST, krbtgt/LAB.TEST                 found
#            alice@lab.test         1         -                                               -
#            -C alice@lab.test      0         alice@LAB.TEST, krbtgt/LAB.TEST                 found
#            -E alice@lab.test      0         alice\@lab.test@LAB.TEST, krbtgt/LAB.TEST       found
#   Heimdal  alice@lab.test, @LAB   0         alice@LAB.TEST, krbtgt/lab.test, krbtgt/LAB     “not found”; klist -t says 0
#            --canonicalize         0         alice@LAB.TEST, krbtgt/LAB.TEST                 found
#            --enterprise           0         alice@LAB.TEST, krbtgt/LAB.TEST                 found
#
# Lesson: an AS-REP without an error, and not one TGS-REQ behind it: look at the realm in the sname of the ticket. With -E of MIT the client of
# the cache, and so k5identity and .k5login, know another name than the account's.
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
# The clients of Heimdal by themselves: apt does not install them beside those of MIT.
mkdir -p heimdal/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/heimdal/" \
  install heimdal-clients=7.8.git20221117.28daf24+dfsg-2 >&2
for file in heimdal/*.deb; do dpkg-deb -x "$file" clients; done
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
database.newuser("alice", "Secret123!")
with open(folder + "/etc/smb.conf") as file: lines = [line for line in file if "server services" not in line]
lines[1:2] = ["[global]\ninterfaces = lo\nbind interfaces only = yes\nserver services = kdc\n"]
with open(folder + "/etc/smb.conf", "w") as file: file.writelines(lines)
P
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
folder = sys.argv[1]
for _ in range(150):
    try: socket.create_connection(("127.0.0.1", 88), timeout=10).close(); break
    except ConnectionRefusedError: time.sleep(0.2)
with open("krb5.conf", "w") as file:
    file.write("[libdefaults]\ndefault_realm = LAB.TEST\ndns_lookup_kdc = false\ndns_canonicalize_hostname = false\n[realms]\n")
    for realm in "LAB.TEST", "lab.test", "LAB": file.write("%s = {\nkdc = 127.0.0.1\n}\n" % realm)
with open("password", "w") as file: file.write("Secret123!\n")
libraries = ":".join(sorted({path for path, _, names in os.walk(folder + "/clients") if any(".so" in name for name in names)}))
common = dict(os.environ, KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:%s/cache" % folder, LC_ALL="C")
def mit(*words): return run("/usr/bin/" + words[0], *words[1:])
def heimdal(*words): return run("clients/usr/bin/" + words[0], *words[1:], LD_LIBRARY_PATH=libraries)
def run(*words, **more):
    with open("password") as file:
        out = subprocess.run(words, env=dict(common, **more), stdin=file, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return out.returncode, out.stdout
def cache():
    out = mit("klist")[1]
    return re.findall(r"Default principal: (\S+)|(krbtgt/\S+)@", out)
def look(kind, *words):
    if os.path.exists("cache"): os.remove("cache")
    if kind == "MIT": status = mit("kinit", *words)[0]
    else: status = heimdal("kinit.heimdal", "--password-file=password", *words)[0]
    if status: return [status]
    names = [one or other for one, other in cache()]
    if kind == "MIT": return [status, *names, mit("kvno", "cifs/dc1.lab.test@LAB.TEST")[0]]
    code, out = heimdal("kgetcred", "cifs/dc1.lab.test@LAB.TEST")
    return [status, *names, heimdal("heimtools", "klist", "-t")[0], "not found" if "Matching credential not found" in out else code]
seen = {words: look(*words) for words in (
    ("MIT", "alice"), ("MIT", "alice@lab.test"), ("MIT", "alice@LAB"), ("MIT", "-C", "alice@lab.test"), ("MIT", "-E", "alice@lab.test"),
    ("Heimdal", "alice"), ("Heimdal", "alice@lab.test"), ("Heimdal", "alice@LAB"), ("Heimdal", "--canonicalize", "alice@LAB"),
    ("Heimdal", "--enterprise", "alice@lab.test"))}
for each in seen.items(): print(*each)
alice, ticket = "alice@LAB.TEST", "krbtgt/LAB.TEST"
assert list(seen.values()) == [
    [0, alice, ticket, 0], [1], [1], [0, alice, ticket, 0], [0, "alice\\@lab.test@LAB.TEST", ticket, 0],
    [0, alice, ticket, 0, 0], [0, alice, "krbtgt/lab.test", 0, "not found"], [0, alice, "krbtgt/LAB", 0, "not found"], [0, alice, ticket, 0, 0],
    [0, alice, ticket, 0, 0]], "this has changed"
P
# The namespace has the server's files in their places, and a network of its own, for the server takes port 88.
unshare -rmn sh -c 'mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr && mount -t tmpfs run /run && ip link set lo up
/usr/bin/python3 setup.py "$0/dc" > setup.log 2>&1 || { cat setup.log; exit 1; }
mkdir -p dc/run
/usr/sbin/samba -i -M single -s "$0/dc/etc/smb.conf" > server.log 2>&1 &
code=0
/usr/bin/python3 look.py "$0" || code=$?
kill $!
wait
exit $code' "$folder"
