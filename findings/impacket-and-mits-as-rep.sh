#!/bin/sh
# Do libraries for Python get a ticket from each KDC?
#
# Guess before the run: yes; with the right password there is nothing to differ about.
# Seen (krb5-kdc 1.20.1-2+deb12u5 and heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm; impacket 0.13.1,
# minikerberos 0.4.9, scapy 2.8.0 with Python 3.11):
#
#                         MIT                              Heimdal
#   minikerberos, scapy   a ticket                         a ticket
#   impacket              PyAsn1Error, behind its AS-REP   a ticket
#
# The encrypted part of MIT's AS-REP has the tag of a TGS-REP's (26 instead of 25). RFC 4120 tells clients to bear it; impacket
# wants 25. The packets show a good AS-REP, and no TGS-REQ behind it.
# Lesson: a client that ends behind AS-REP may have its ticket and not be able to read it. “It works in another domain” may
# be about the KDC's make and not about the account.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> log 2>&1; }
: > acl
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
  allow_weak_crypto = true
  allow_rc4 = true
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[kdc]
  database = {
    dbname = $folder/heimdal
    realm = LAB.TEST
    mkey_file = $folder/key
    acl_file = $folder/acl
    log_file = $folder/changes
  }
  addresses = 127.0.0.1
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
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
run root/usr/sbin/kadmin.local -q "addprinc -pw secret +requires_preauth alice"
kadmin=root/usr/bin/kadmin.heimdal
run $kadmin -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
run $kadmin -l add --use-defaults -p secret alice
run $kadmin -l modify --attributes=+requires-pre-auth alice
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9 scapy==2.8.0
cat > look.py <<'P'
import asyncio, contextlib, io, logging, os, socket, subprocess, sys, time, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
def impacket():
    from impacket.krb5.kerberosv5 import getKerberosTGT
    from impacket.krb5.types import Principal
    getKerberosTGT(Principal("alice", type=1), "secret", "LAB.TEST", b"", b"", kdcHost="127.0.0.1")
def minikerberos():
    from minikerberos.common.factory import KerberosClientFactory
    client = KerberosClientFactory.from_url("kerberos+password://LAB.TEST\\alice:secret@127.0.0.1").get_client()
    asyncio.run(asyncio.wait_for(client.get_TGT(), 20))
def scapy():
    from scapy.layers.kerberos import krb_as_req
    assert krb_as_req(upn="alice@LAB.TEST", ip="127.0.0.1", password="secret").asrep is not None
def attempt(client):
    try:
        with contextlib.redirect_stdout(io.StringIO()): client()
        return "a ticket"
    except Exception as error: return type(error).__name__
def look(*kdc):
    server = subprocess.Popen(
        kdc, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=os.path.abspath("krb5.conf"), KRB5_KDC_PROFILE=os.path.abspath("kdc.conf")))
    for _ in range(20):
        time.sleep(0.5)
        try:
            socket.create_connection(("127.0.0.1", 88)).close()
            break
        except OSError: pass
    seen = {client.__name__: attempt(client) for client in (minikerberos, scapy, impacket)}
    server.terminate()
    server.wait()
    print(kdc[0], seen)
    return seen
mit = look("root/usr/sbin/krb5kdc", "-n")
heimdal = look("root/usr/lib/heimdal-servers/kdc")
assert mit == {"minikerberos": "a ticket", "scapy": "a ticket", "impacket": "PyAsn1Error"}, "this has changed"
assert heimdal == {"minikerberos": "a ticket", "scapy": "a ticket", "impacket": "a ticket"}, "this has changed"
P
# They answer on port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
