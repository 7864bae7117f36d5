#!/bin/sh
# Do DNS servers that tell as little as they can (QNAME minimisation, RFC 9156) find the services in a zone of Samba's domain controller?
#
# Guess before the run, when Samba's NXDOMAIN for _tcp.lab.test, which has names below it, was known: unbound believes it when it is strict, and
# all others find the service. Nothing was guessed about a named that is strict.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 with SAMBA_INTERNAL, unbound 1.17.1-2+deb12u4, bind9 1:9.18.49-1~deb12u3, pdns-recursor
# 4.8.8-1+deb12u1 of Debian bookworm), SRV of _kerberos._udp.lab.test at a server that has just started, asked twice; the zone is given by
# stub-zone, static-stub and forward-zones:
#
#   unbound, as usual                        found
#   unbound, qname-minimisation-strict: yes  NXDOMAIN, both times
#   named, as usual (relaxed)                found
#   named, qname-minimization strict         NXDOMAIN, then found
#   pdns-recursor, as usual                  found
#
# Samba calls _udp.lab.test NXDOMAIN, and a strict server believes it. The same zone in named (BIND9_DLZ or a copy) has no error there.
# Lesson: “no KDC for the realm” at the first try and not at the second, or only behind the DNS server of a branch, can be this. The other
# server's answer has no AA; ask Samba itself for the name, and for the one above it.
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
  bind9-dnsutils=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 bind9=1:9.18.49-1~deb12u3 unbound=1.17.1-2+deb12u4 \
  pdns-recursor=4.8.8-1+deb12u1 >&2
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
import os, re, subprocess, sys, time
folder = sys.argv[1]
def ask(address, name, kind="SRV"):
    out = subprocess.run(
        ["/usr/bin/dig", "@" + address, "+noedns", "+tries=1", name, kind], stdout=subprocess.PIPE, text=True, timeout=60).stdout
    status = re.search("status: (\\w+)", out)
    return status and status[1]
def started(address, name):
    for _ in range(150):
        if ask(address, name, "SOA"): return
        time.sleep(0.2)
    raise SystemExit("a server did not start")
def unbound(strict):
    with open("unbound.conf", "w") as file:
        file.write('server:\n interface: 127.0.0.2\n do-daemonize: no\n username: ""\n chroot: ""\n directory: "%s"\n pidfile: ""\n' % folder)
        file.write(' use-syslog: no\n do-not-query-localhost: no\n local-zone: "test." nodefault\n module-config: "iterator"\n')
        file.write(" qname-minimisation-strict: yes\n" if strict else "")
        file.write('stub-zone:\n name: "lab.test"\n stub-addr: 127.0.0.1\n')
    return ["/usr/sbin/unbound", "-c", "unbound.conf"]
def named(strict):
    with open("named.conf", "w") as file:
        file.write('options { directory "%s"; listen-on { 127.0.0.2; }; listen-on-v6 { none; }; pid-file none; session-keyfile none;' % folder)
        file.write(" dnssec-validation no; recursion yes; %s };" % ("qname-minimization strict;" if strict else ""))
        file.write('\ncontrols { };\nzone "lab.test" { type static-stub; server-addresses { 127.0.0.1; }; };\n')
    return ["/usr/sbin/named", "-g", "-c", "named.conf"]
def recursor(strict):
    return ["/usr/sbin/pdns_recursor", "--config-dir=" + folder, "--local-address=127.0.0.2", "--forward-zones=lab.test=127.0.0.1",
            "--socket-dir=" + folder, "--daemon=no", "--dont-query=", "--dnssec=off"]
def look(command):
    with open("log", "w") as log: server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        started("127.0.0.2", "localhost")
        return [ask("127.0.0.2", "_kerberos._udp.lab.test") for _ in range(2)]
    finally:
        server.terminate()
        server.wait()
started("127.0.0.1", "lab.test")
update = "server 127.0.0.1\nzone lab.test\nupdate add dc1.lab.test 900 A 127.0.0.1\nsend\n"
subprocess.run(["/usr/bin/nsupdate"], input=update, text=True, check=True, timeout=60)
direct = ask("127.0.0.1", "_kerberos._udp.lab.test"), ask("127.0.0.1", "_udp.lab.test")
seen = {one.__name__ + (" strict" if strict else ""): look(one(strict)) for one in (unbound, named, recursor) for strict in (False, True)[: 1 + (one != recursor)]}
print(direct, *seen.items(), sep="\n")
found, missing = "NOERROR", "NXDOMAIN"
assert direct == (found, missing), "Samba has changed"
assert seen == {
    "unbound": [found] * 2, "unbound strict": [missing] * 2, "named": [found] * 2, "named strict": [missing, found], "recursor": [found] * 2}, \
    "the resolvers have changed"
P
# The namespace has the servers' files in their places, and a network of its own, for the servers take port 53.
unshare -rmn sh -c 'mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr && mount -t tmpfs run /run && ip link set lo up
ip address add 127.0.0.2/8 dev lo
/usr/bin/python3 setup.py "$0/dc" > setup.log 2>&1 || { cat setup.log; exit 1; }
mkdir -p dc/run
/usr/sbin/samba -i -M single -s "$0/dc/etc/smb.conf" > server.log 2>&1 &
code=0
/usr/bin/python3 look.py "$0" || { code=$?; cat log; }
kill $!
wait
exit $code' "$folder"
