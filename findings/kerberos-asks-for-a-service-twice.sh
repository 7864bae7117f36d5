#!/bin/sh
# How often does a client ask for a service that the KDC does not know?
#
# Guess before the run: once; KDC_ERR_S_PRINCIPAL_UNKNOWN (7) is the KDC's last word.
# Seen (krb5-user and krb5-kdc 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 and smbclient
# 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a ticket for cifs/fs.lab.test:
#
#   kvno of MIT                      twice: the first with “canonicalize”, the second without
#   kgetcred of Heimdal, smbclient   twice: the first without “canonicalize”, the second with it
#
# Lesson: two errors 7 for one name within a moment are one attempt, and no client in a loop. The order tells which of the
# two libraries it is.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
version=2:4.17.12+dfsg-0+deb12u4
for packages in "krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 krb5-user=1.20.1-2+deb12u5" \
  heimdal-clients=7.8.git20221117.28daf24+dfsg-2 \
  "smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version"; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> log 2>&1; }
: > acl
: > smb.conf
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
  dns_lookup_realm = false
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
  }
[logging]
  kdc = FILE:$folder/log
C
cat > kdc.conf <<C
[kdcdefaults]
  kdc_listen = 127.0.0.1:8888
  kdc_tcp_listen = 127.0.0.1:8888
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
    acl_file = $folder/acl
  }
C
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
run root/usr/sbin/kadmin.local -q "addprinc -pw secret alice"
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
printf '127.0.0.1 localhost\n127.0.0.2 fs.lab.test\n' > hosts
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
from impacket.krb5.asn1 import TGS_REQ
from pyasn1.codec.der import decoder
asked = []
def note(data):
    # TGS-REQ: the name of the service, and whether the KDC may answer with another one (canonicalize).
    if data[0] != 0x6C: return
    body = decoder.decode(data, asn1Spec=TGS_REQ())[0]["req-body"]
    asked.append(("/".join(str(one) for one in body["sname"]["name-string"]), bool(body["kdc-options"][15])))
def kdc():
    # It stands before the real one, which answers on another port, and looks on.
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 88))
    while True:
        data, sender = listener.recvfrom(65536)
        note(data)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as real:
            real.settimeout(5)
            real.sendto(data, ("127.0.0.1", 8888))
            try: listener.sendto(real.recv(65536), sender)
            except OSError: pass
def der(tag, body): return bytes([tag, len(body)]) + body
KERBEROS = bytes.fromhex("06092a864886f71201020206092a864882f712010202")
TOKEN = der(0x60, bytes.fromhex("06062b0601050502") + der(0xA0, der(0x30, der(0xA0, der(0x30, KERBEROS)))))
def answer(request):
    # A server that lists Kerberos, for smbclient.
    if request[:4] == b"\xffSMB": message, dialect = 0, 0x02FF
    else:
        (command,), (message,) = struct.unpack_from("<H", request, 12), struct.unpack_from("<Q", request, 24)
        if command: return None
        dialect = 0x0210
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 0, 32, 1, 0, message, 0, 0, 0) + bytes(16)
    body = struct.pack("<HHHH", 65, 1, dialect, 0) + b"server of a test" + struct.pack("<IIIIQQHHI", 0, 65536, 65536, 65536, 133 * 10**15, 0, 128, len(TOKEN), 0)
    return header + body + TOKEN
def serve(listener):
    while True:
        connection, _ = listener.accept()
        try:
            while True:
                size = struct.unpack(">I", connection.recv(4, socket.MSG_WAITALL))[0]
                reply = answer(connection.recv(size, socket.MSG_WAITALL))
                if reply is None: break
                connection.sendall(struct.pack(">I", len(reply)) + reply)
        except (OSError, struct.error): pass
        connection.close()
threading.Thread(target=kdc, daemon=True).start()
threading.Thread(target=serve, args=(socket.create_server(("0.0.0.0", 445)),), daemon=True).start()
cache = "FILE:" + os.path.abspath("cache")
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=os.path.abspath("krb5.conf"), KRB5_KDC_PROFILE=os.path.abspath("kdc.conf"), KRB5CCNAME=cache)
def run(*command): return subprocess.run(command, input="secret\n", env=environment, capture_output=True, text=True, timeout=60).returncode
server = subprocess.Popen(["root/usr/sbin/krb5kdc", "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
for _ in range(20):
    time.sleep(0.5)
    if run("root/usr/bin/kinit", "alice@LAB.TEST") == 0: break
def kvno(host): run("root/usr/bin/kvno", "cifs/" + host)
def kgetcred(host): run("root/usr/bin/kgetcred", "cifs/" + host)
def smbclient(host):
    run("root/usr/bin/smbclient", "-s", "smb.conf", "//" + host + "/share", "--use-kerberos=required", "--use-krb5-ccache=" + cache, "-m", "SMB2_10", "-c", "quit")
seen = {}
for client in (kvno, kgetcred, smbclient):
    asked.clear()
    client("fs.lab.test")
    seen[client.__name__] = list(asked)
server.terminate()
for one in seen.items(): print(*one)
sys.stdout.flush()
right = seen == {
    "kvno": [("cifs/fs.lab.test", True), ("cifs/fs.lab.test", False)], "kgetcred": [("cifs/fs.lab.test", False), ("cifs/fs.lab.test", True)],
    "smbclient": [("cifs/fs.lab.test", False), ("cifs/fs.lab.test", True)]}
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# The ports and the names belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind hosts /etc/hosts; exec v/bin/python look.py "$0"' "$libraries"
