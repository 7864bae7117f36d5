#!/bin/sh
# Does a KDC answer an AS-REQ with each nonce? RFC 4120 gives it 32 bits without a sign.
#
# Guess before the run: yes, both kinds; the KDC only hands it back.
# Seen (krb5-kdc 1.20.1-2+deb12u5, heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm; impacket 0.13.1, Python 3.11), a
# user that there is not, so the answer is an error (6):
#
#   nonce             MIT by UDP    MIT by TCP            Heimdal
#   1, 2147483647     error 6       error 6               error 6
#   2147483648        silence       closed, no answer     error 6
#   4294967295        silence       closed, no answer     error 6
#   -1                error 6       error 6               error 6
#
# MIT reads the nonce as a number of 32 bits with a sign; a message that it cannot read it drops, without a line in its log.
# Lesson: AS-REQs of one program of which half have no answer, while others do well, are no lost packets: look at their nonces. A
# program that makes a nonce takes 31 bits.
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
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[kdc]
  database = {
    dbname = $folder/heimdal
    realm = LAB.TEST
    mkey_file = $folder/key
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
  }
C
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> other-log 2>&1; }
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
run root/usr/bin/kadmin.heimdal -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, time
from impacket.krb5.asn1 import AS_REQ, KRB_ERROR, seq_set, seq_set_iter
from impacket.krb5.types import Principal
from pyasn1.codec.der import decoder, encoder
def request(nonce):
    message = AS_REQ()
    message["pvno"], message["msg-type"] = 5, 10
    body = seq_set(message, "req-body")
    body["kdc-options"] = (0,) * 32
    seq_set(body, "cname", Principal("nobody", type=1).components_to_asn1)
    body["realm"] = "LAB.TEST"
    seq_set(body, "sname", Principal("krbtgt/LAB.TEST", type=2).components_to_asn1)
    body["till"] = "20370913024805Z"
    # The type of the nonce says that it has no sign; a number within these bits is put in later.
    body["nonce"] = nonce % 2**32 if nonce >= 0 else 77
    seq_set_iter(body, "etype", (18, 17))
    data = encoder.encode(message)
    return data if nonce >= 0 else data.replace(b"\xa7\x03\x02\x01\x4d", b"\xa7\x03\x02\x01\xff")
def error(data): return int(decoder.decode(data, asn1Spec=KRB_ERROR())[0]["error-code"])
def udp(data):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(data, ("127.0.0.1", 88))
        try: return error(client.recv(65536))
        except TimeoutError: return "silence"
def tcp(data):
    with socket.create_connection(("127.0.0.1", 88), timeout=5) as client:
        client.sendall(struct.pack(">I", len(data)) + data)
        try: head = client.recv(4, socket.MSG_WAITALL)
        except ConnectionResetError: head = b""
        return error(client.recv(struct.unpack(">I", head)[0], socket.MSG_WAITALL)) if len(head) == 4 else "closed"
NONCES = (1, 2**31 - 1, 2**31, 2**32 - 1, -1)
folder = os.getcwd()
def look(*command):
    kdc = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=folder + "/krb5.conf", KRB5_KDC_PROFILE=folder + "/kdc.conf"))
    for _ in range(50):
        try: socket.create_connection(("127.0.0.1", 88)).close()
        except OSError: time.sleep(0.1)
        else: break
    before = os.path.getsize("log") if os.path.exists("log") else 0
    seen = [(udp(request(nonce)), tcp(request(nonce))) for nonce in NONCES]
    kdc.terminate()
    kdc.wait()
    return seen
mit = look("root/usr/sbin/krb5kdc", "-n")
# A request that came by UDP is not logged again when it comes by TCP.
lines = sum(" AS_REQ " in line for line in open("log"))
heimdal = look("root/usr/lib/heimdal-servers/kdc")
print(mit, lines, heimdal, sep="\n")
assert mit == [(6, 6), (6, 6), ("silence", "closed"), ("silence", "closed"), (6, 6)] and lines == 3, "MIT's KDC has changed"
assert heimdal == [(6, 6)] * 5, "Heimdal's KDC has changed"
P
# Both listen at port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
