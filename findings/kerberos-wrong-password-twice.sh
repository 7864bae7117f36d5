#!/bin/sh
# How often does a client try a wrong password?
#
# Guess before the run: once for each call; a domain counts them and locks the account.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm; impacket 0.13.1,
# minikerberos 0.4.9, scapy 2.8.0 with Python 3.11), a KDC that answers each encrypted timestamp with KDC_ERR_PREAUTH_FAILED:
#
#   MIT kinit, impacket, minikerberos, scapy   one timestamp
#   Heimdal kinit                              two, the second without PA-REQ-ENC-PA-REP (149)
#
# Heimdal says “Password incorrect” once.
# Lesson: with Heimdal an account may be locked after half as many tries as the policy says; two PREAUTH_FAILED of one
# client within a moment are one wrong password.
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
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9 scapy==2.8.0
cat > krb5.conf <<'C'
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
  allow_rc4 = true
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
  }
C
echo secret > password
cat > look.py <<'P'
import asyncio, calendar, contextlib, io, logging, os, socket, struct, subprocess, sys, threading, time, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
from impacket.krb5 import crypto
from impacket.krb5.asn1 import AS_REQ, EncryptedData, PA_ENC_TS_ENC
from pyasn1.codec.der import decoder
def der(tag, *parts):
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)]) if len(body) < 256 else b"\x82" + struct.pack(">H", len(body))
    return bytes([tag]) + size + body
def number(value): return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))
def text(value): return der(0x1B, value)
def padata(kind, value): return der(0x30, der(0xA1, number(kind)), der(0xA2, der(4, value)))
def entry(etype, salt=None): return der(0x30, der(0xA0, number(etype)), b"" if salt is None else der(0xA1, text(salt)))
def error(code, when, *more):
    clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(when)).encode()
    return der(0x7E, der(
        0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(code)),
        der(0xA9, text(b"LAB.TEST")), der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))),
        der(0xAC, der(4, der(0x30, *more))) if more else b""))
requests = []
def answer(data):
    request = decoder.decode(data, asn1Spec=AS_REQ())[0]
    requests.append({int(one["padata-type"]): bytes(one["padata-value"]) for one in request["padata"]})
    return reply(2 in requests[-1])
def encrypted(): return [decoder.decode(one[2], asn1Spec=EncryptedData())[0] for one in requests if 2 in one]
def decrypt(data, salt):
    key = crypto.string_to_key(int(data["etype"]), b"secret", salt, None)
    stamp = crypto._enctype_table[int(data["etype"])].decrypt(key, 1, bytes(data["cipher"]))
    return calendar.timegm(time.strptime(str(decoder.decode(stamp, asn1Spec=PA_ENC_TS_ENC())[0]["patimestamp"]), "%Y%m%d%H%M%SZ"))
def datagrams():
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 88))
    while True:
        data, sender = listener.recvfrom(65536)
        listener.sendto(answer(data), sender)
def stream(connection):
    while len(size := connection.recv(4, socket.MSG_WAITALL)) == 4:
        data = answer(connection.recv(struct.unpack(">I", size)[0], socket.MSG_WAITALL))
        connection.sendall(struct.pack(">I", len(data)) + data)
    connection.close()
def streams():
    listener = socket.create_server(("127.0.0.1", 88))
    while True: threading.Thread(target=stream, args=(listener.accept()[0],), daemon=True).start()
for way in (datagrams, streams): threading.Thread(target=way, daemon=True).start()
time.sleep(0.5)
def run(*command):
    subprocess.run(
        command, input="secret\n", text=True, timeout=20, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
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
    asyncio.run(asyncio.wait_for(client.get_TGT(), 20))
def scapy():
    from scapy.layers.kerberos import krb_as_req
    krb_as_req(upn="alice@LAB.TEST", ip="127.0.0.1", password="secret")
# A KDC that asks for preauthentication, and then refuses it: it only wants to see the requests.
INFO = padata(2, b""), padata(19, der(0x30, entry(18, b"LAB.TESTalice")))
def reply(preauthenticated): return error(24 if preauthenticated else 25, time.time(), *INFO)
seen = {}
for client in (mit, heimdal, impacket, minikerberos, scapy):
    requests.clear()
    try:
        with contextlib.redirect_stdout(io.StringIO()): client()
    except Exception: pass
    seen[client.__name__] = [149 in one for one in requests if 2 in one]
print(seen)
sys.stdout.flush()
right = seen == {"mit": [True], "heimdal": [True, False], "impacket": [False], "minikerberos": [False], "scapy": [False]}
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# All of them ask port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
