#!/bin/sh
# For how long do Kerberos clients want a ticket when their configuration does not say?
#
# Guess before the run: 10 hours to 1 day.
# Seen, the field till of the first AS-REQ, less the clock:
#
#   MIT kinit (krb5-user 1.20.1-2+deb12u5 of Debian bookworm)                      1 day
#   Heimdal kinit (heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of the same)     half a year: 15778800 s
#   impacket 0.13.1, minikerberos 0.4.9 (Python 3.11)                              1 day
#
# By the way: kdc-options has 32 bits in three of them, but 9 in minikerberos; it leaves out the zeros at the end, though
# RFC 4120 asks for 32 at least.
# Lesson: a till in half a year is neither a wrong clock nor a forged ticket, the KDC shortens it; and count the bits of
# kdc-options from the first, never from the last.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for package in krb5-user=1.20.1-2+deb12u5 heimdal-clients=7.8.git20221117.28daf24+dfsg-2; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install "$package" >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9
cat > krb5.conf <<'C'
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
  }
C
echo secret > password
cat > look.py <<'P'
import asyncio, calendar, logging, os, socket, subprocess, sys, threading, time
logging.disable(logging.CRITICAL)
from pyasn1.codec.der import decoder
from impacket.krb5.asn1 import AS_REQ
requests = []
def datagrams():
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 88))
    while True: requests.append(listener.recv(65536))
def streams():
    listener = socket.create_server(("127.0.0.1", 88))
    while True:
        connection, _ = listener.accept()
        requests.append(connection.recv(65536)[4:])
        connection.close()
for way in (datagrams, streams): threading.Thread(target=way, daemon=True).start()
time.sleep(0.5)
def run(*command):
    # No answer comes: three seconds are enough to ask.
    subprocess.run(
        command, input="secret\n", text=True, timeout=3, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
def mit(): run("root/usr/bin/kinit", "alice@LAB.TEST")
def heimdal(): run("root/usr/bin/kinit.heimdal", "--password-file=password", "alice@LAB.TEST")
def impacket():
    from impacket.krb5.kerberosv5 import getKerberosTGT
    from impacket.krb5.types import Principal
    getKerberosTGT(Principal("alice", type=1), "secret", "LAB.TEST", b"", b"", kdcHost="127.0.0.1")
def minikerberos():
    from minikerberos.common.factory import KerberosClientFactory
    client = KerberosClientFactory.from_url("kerberos+password://LAB.TEST\\alice:secret@127.0.0.1").get_client()
    asyncio.run(asyncio.wait_for(client.get_TGT(), 5))
seen = {}
for client in (mit, heimdal, impacket, minikerberos):
    requests.clear()
    now = time.time()
    try: client()
    except Exception: pass  # The KDC does not answer: it only wants to see the request.
    body = decoder.decode(requests[0], asn1Spec=AS_REQ())[0]["req-body"]
    till = calendar.timegm(time.strptime(str(body["till"]), "%Y%m%d%H%M%SZ"))
    seen[client.__name__] = (round((till - now) / 3600, 1), len(body["kdc-options"]))
print(seen, "in hours, and bits")
sys.stdout.flush()
right = seen == {"mit": (24.0, 32), "heimdal": (4383.0, 32), "impacket": (24.0, 32), "minikerberos": (24.0, 9)}
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# All of them ask port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
