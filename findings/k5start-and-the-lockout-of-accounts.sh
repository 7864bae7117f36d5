#!/bin/sh
# How often does k5start log on with a keytab whose key is wrong?
#
# Guess before the run: without -K once, and it ends. With -K 10 it tries again every minute.
# Seen (kstart 4.3-1 of Debian bookworm), seconds at which the KDC refuses a timestamp (PREAUTH_FAILED):
#
#   k5start -f keytab          0, and it ends
#   k5start -f keytab -K 10    0  0  1  3  7, then 15, and on
#
# The waits are 0, 1, 2, 4 and 8 seconds. The 10 of -K are minutes, and count only behind a logon that was right.
# Lesson: five refusals in seven seconds from one host are more than many a lockout allows. A service with an old keytab can
# lock its account by itself, at each start. Such a row, each wait twice the one before, is no guessing of passwords.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install kstart=4.3-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > krb5.conf <<'C'
[libdefaults]
 default_realm = LAB.TEST
 dns_lookup_kdc = false
[realms]
 LAB.TEST = {
  kdc = 127.0.0.1
 }
C
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
def text(value): return der(0x1B, value)
# PA-ETYPE-INFO2 with encryption 18, and PA-ENC-TIMESTAMP.
METHODS = der(
    0x30, der(0x30, der(0xA1, number(19)), der(0xA2, der(4, der(0x30, der(0x30, der(0xA0, number(18)), der(0xA1, text(b"LAB.TESTalice"))))))),
    der(0x30, der(0xA1, number(2)), der(0xA2, der(4))))
def error(code, more=b""):
    clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
    return der(0x7E, der(
        0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(code)),
        der(0xA9, text(b"LAB.TEST")),
        der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))), more))
refused = []
def serve(listener):
    # Asks for a timestamp (25), and refuses each one (24).
    while True:
        request, sender = listener.recvfrom(65536)
        stamped = b"\xa1\x03\x02\x01\x02\xa2" in request
        if stamped: refused.append(time.monotonic())
        listener.sendto(error(24) if stamped else error(25, der(0xAC, der(4, METHODS))), sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 88))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def part(value): return struct.pack(">H", len(value)) + value
entry = struct.pack(">H", 1) + part(b"LAB.TEST") + part(b"alice") + struct.pack(">IIBHH", 1, 1700000000, 1, 18, 32) + bytes(32)
with open("keytab", "wb") as file: file.write(b"\x05\x02" + struct.pack(">i", len(entry)) + entry)
def run(*more):
    refused.clear()
    client = subprocess.Popen(
        ["root/usr/bin/k5start", "-f", "keytab", *more, "alice"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
    try: ended = client.wait(11) is not None
    except subprocess.TimeoutExpired: ended = False
    client.terminate()
    client.wait()
    print(*more, ended, *("%.1f" % (at - refused[0]) for at in refused))
    return ended, [at - refused[0] for at in refused]
once, kept = run(), run("-K", "10")
assert once == (True, [0]), "without -K it has changed"
assert not kept[0] and len(kept[1]) == 5 and all(abs(seen - wanted) < 1 for seen, wanted in zip(kept[1], (0, 0, 1, 3, 7))), "this has changed"
P
# It asks port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
