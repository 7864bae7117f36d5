#!/bin/sh
# Who can log on to a host with pam_krb5, by the keytab of the host?
#
# Guess before the run: everybody with the right password while the keytab holds a good key of host/…; entries that the KDC no longer
# knows do no harm. An empty password is asked of the KDC like others.
# Seen (libpam-krb5 4.11-1+b1, pamtester 0.1.2-4, krb5-kdc 1.20.1-2+deb12u5 of Debian bookworm), alice with the right password:
#
#   the keytab, in its order                                     logon    what the KDC sees behind the good AS-REQ
#   none                                                         yes      nothing
#   host/fs                                                      yes      TGS-REQ for host/fs
#   HTTP/gone, which the KDC does not know, and host/fs          no       TGS-REQ for HTTP/gone twice, error 7
#   host/fs of another realm, and host/fs of this one            no       TGS-REQ for krbtgt of the other realm, error 7
#   host/fs, the old key and the new one                         yes      TGS-REQ for host/fs
#   HTTP/old with an old key, and host/fs                        no       TGS-REQ for HTTP/old, and a ticket
#
# The first entry alone counts, whatever its service is. An empty password is refused without a packet.
# Lesson: when all users of one host are refused although the KDC gives each a ticket, look which service the host asks for next, and
# at the first line of klist -k. A keytab of a web server in front of the host's shuts everybody out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial pam.d
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libpam-krb5=4.11-1+b1 pamtester=0.1.2-4 krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
  udp_preference_limit = 8000
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1:88
  }
[domain_realm]
  lab.test = LAB.TEST
  .lab.test = LAB.TEST
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[logging]
  kdc = FILE:$folder/log
C
cat > kdc.conf <<C
[kdcdefaults]
  kdc_listen = 127.0.0.1:88
  kdc_tcp_listen = 127.0.0.1:88
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
    acl_file = $folder/acl
  }
C
: > acl
cat > look.py <<'P'
import os, re, subprocess, sys, time
module, = (os.path.join(folder, "pam_krb5.so") for folder, _, names in os.walk(os.path.abspath("root")) if "pam_krb5.so" in names)
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=os.path.abspath("krb5.conf"), KRB5_KDC_PROFILE=os.path.abspath("kdc.conf"), LC_ALL="C")
def run(*command, text=""):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, env=environment)
def kadmin(line): run("root/usr/sbin/kadmin.local", "-q", line)
def add(keytab, name): kadmin(f"ktadd -norandkey -k {keytab} {name}")
run("root/usr/sbin/kdb5_util", "create", "-s", "-P", "master", "-r", "LAB.TEST")
for name in ("alice", "host/fs.lab.test", "HTTP/gone.lab.test", "HTTP/old.lab.test"): kadmin(f"addprinc -pw secret {name}")
add("gone", "HTTP/gone.lab.test")
add("gone", "host/fs.lab.test")
run("root/usr/bin/ktutil", text="addent -password -p host/fs.lab.test@OTHER.TEST -k 1 -e aes256-cts\nsecret\nwkt realm\n")
add("realm", "host/fs.lab.test")
add("old", "HTTP/old.lab.test")
add("old", "host/fs.lab.test")
add("both", "host/fs.lab.test")
for name in ("HTTP/old.lab.test", "host/fs.lab.test"): kadmin(f"cpw -keepold -pw other {name}")
for keytab in ("good", "both", "gone", "realm", "old"): add(keytab, "host/fs.lab.test")
# The keytab “old” keeps its first entry; the KDC's key of HTTP/old is another one, of a higher version.
kadmin("purgekeys HTTP/old.lab.test")
kadmin("delprinc -force HTTP/gone.lab.test")
kdc = subprocess.Popen(["root/usr/sbin/krb5kdc", "-n"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(2)
def look(keytab, password="secret"):
    with open("pam.d/lab", "w") as file:
        for kind in ("auth", "account"): file.write(f"{kind} required {module} keytab={os.path.abspath(keytab)}\n")
    open("log", "w").close()
    good = "successfully" in run("root/usr/bin/pamtester", "lab", "alice", "authenticate", text=password + "\n").stdout
    with open("log") as file: lines = re.findall(r"(AS|TGS)_REQ .*? (ISSUE|UNKNOWN_SERVER|LOOKING_UP_SERVER):.* for ([^,\n]+)", file.read())
    return "yes" if good else "no", *("AS" if kind == "AS" else ("" if what == "ISSUE" else "no ") + name for kind, what, name in lines)
try:
    seen = {keytab: look(keytab) for keytab in ("none", "good", "gone", "realm", "both", "old")}
    seen["no password"] = look("good", "")
finally: kdc.terminate()
host = "host/fs.lab.test@LAB.TEST"
for one in seen.items(): print(*one)
assert seen == {
    "none": ("yes", "AS"), "good": ("yes", "AS", host), "gone": ("no", "AS", *["no HTTP/gone.lab.test@LAB.TEST"] * 2),
    "realm": ("no", "AS", "no krbtgt/OTHER.TEST@LAB.TEST"), "both": ("yes", "AS", host), "old": ("no", "AS", "HTTP/old.lab.test@LAB.TEST"),
    "no password": ("no",)}, "this has changed"
P
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
[ -d /etc/pam.d ] || { echo "this host has no /etc/pam.d"; exit 1; }
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind pam.d /etc/pam.d; exec python3 look.py "$0"' "$libraries"
