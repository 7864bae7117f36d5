#!/bin/sh
# Which encryptions does a client offer when it logs on from a keytab with one key?
#
# Guess before the run: those of its configuration. MIT puts that of its key first; Heimdal changes nothing, and ends when
# the KDC lists none that it has a key for.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), a KDC that lists 18
# (AES-256) alone in PREAUTH_REQUIRED:
#
#                    keytab with 18                    keytab with 23 (RC4)
#   MIT kinit        18 and seven more, timestamp 18   23 and seven more, no timestamp
#   Heimdal kinit    18 alone, timestamp 18            23 alone, timestamp 23
#
# Heimdal offers what is in the keytab and nothing else, sends a timestamp with an encryption that the KDC did not list, and
# says “Password incorrect”, where no password was.
# Lesson: an AS-REQ for RC4 alone need not be an old client or a setting; it may be a new one with an old keytab. Look with
# klist -kte.
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
v/bin/pip -q install impacket==0.13.1
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
cat > look.py <<'P'
import logging, os, socket, struct, subprocess, sys, threading, time
logging.disable(logging.CRITICAL)
from impacket.krb5.asn1 import AS_REQ, EncryptedData
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
    padatas = {int(one["padata-type"]): bytes(one["padata-value"]) for one in request["padata"]}
    stamp = int(decoder.decode(padatas[2], asn1Spec=EncryptedData())[0]["etype"]) if 2 in padatas else None
    requests.append(([int(one) for one in request["req-body"]["etype"]], stamp))
    return error(25 if stamp is None else 24, time.time(), padata(2, b""), padata(19, der(0x30, entry(18, b"LAB.TESTalice"))))
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
        command, timeout=20, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
def mit(): run("root/usr/bin/kinit", "-k", "-t", "FILE:keytab", "alice@LAB.TEST")
def heimdal(): run("root/usr/bin/kinit.heimdal", "-k", "-t", "FILE:keytab", "alice@LAB.TEST")
def counted(data): return struct.pack(">H", len(data)) + data
def write(etype, size):
    body = struct.pack(">H", 1) + counted(b"LAB.TEST") + counted(b"alice") + struct.pack(">IIBH", 1, 1700000000, 1, etype) + counted(b"k" * size)
    with open("keytab", "wb") as file: file.write(b"\5\2" + struct.pack(">i", len(body)) + body)
seen = {}
for client in (mit, heimdal):
    for etype, size in ((18, 32), (23, 16)):
        write(etype, size)
        requests.clear()
        client()
        seen[client.__name__, etype] = list(requests)
for one in seen.items(): print(*one)
sys.stdout.flush()
MIT = [18, 17, 20, 19, 16, 23, 25, 26]
right = seen == {
    ("mit", 18): [(MIT, None), (MIT, 18)], ("mit", 23): [([23, 18, 17, 20, 19, 16, 25, 26], None)],
    ("heimdal", 18): [([18], None), ([18], 18), ([18], 18)], ("heimdal", 23): [([23], None), ([23], 23), ([23], 23)]}
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# All of them ask port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
