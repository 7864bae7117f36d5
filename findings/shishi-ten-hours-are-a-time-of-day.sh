#!/bin/sh
# How long a ticket does Shishi, GNU's Kerberos, ask for with ticket-life=10h?
#
# Guess before the run: a life of 8 to 10 hours was guessed for its usual settings. Nothing was guessed about how it reads
# the setting.
# Seen (shishi 1.0.3-1+b1 of Debian bookworm, impacket 0.13.1, TZ=UTC), the end of the ticket in the AS-REQ:
#
#   nothing set            8 hours from now
#   ticket-life=10 hours   10 hours from now
#   ticket-life=10h        the next 02:00 UTC
#   ticket-life=20h        the next 12:00 UTC
#
# “10h” is ten o'clock in the military zone H, which is eight hours before UTC. There is no warning.
# Lesson: tickets that end for all at the same time of day, whenever they were asked for, have a setting behind them that
# was read as a clock. Sessions then end together; no KDC and no server is the cause. Write the word “hours”.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install shishi=1.0.3-1+b1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install --no-deps impacket==0.13.1 pyasn1==0.6.1 pycryptodomex==3.23.0 six==1.17.0
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
from datetime import datetime, timedelta, timezone
from impacket.krb5.asn1 import AS_REQ, KRB_ERROR
from pyasn1.codec.der import decoder, encoder
ends = []
def serve(listener):
    # It only wants to see the requests, and answers none but with “client not found” (6).
    error = KRB_ERROR()
    error["pvno"], error["msg-type"], error["error-code"], error["susec"], error["realm"] = 5, 30, 6, 0, "LAB.TEST"
    error["stime"] = time.strftime("%Y%m%d%H%M%SZ", time.gmtime())
    error["sname"]["name-type"] = 2
    error["sname"]["name-string"].extend(["krbtgt", "LAB.TEST"])
    while True:
        data, sender = listener.recvfrom(65536)
        ends.append(str(decoder.decode(data, asn1Spec=AS_REQ())[0]["req-body"]["till"]))
        listener.sendto(encoder.encode(error), sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 88))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def ask(setting):
    ends.clear()
    with open("shishi.conf", "w") as file: file.write("default-realm=LAB.TEST\nrealm-kdc=LAB.TEST,127.0.0.1\n" + setting)
    now = datetime.now(timezone.utc)
    subprocess.run(
        ["root/usr/bin/shishi", "--system-configuration-file=shishi.conf", "--configuration-file=/dev/null", "--ticket-file=tickets", "alice@LAB.TEST"],
        input="secret\n", text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], HOME=os.getcwd(), TZ="UTC"))
    end = datetime.strptime(ends[0], "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)
    print(setting.strip() or "nothing set", end)
    return end, end - now
usual, words, ten, twenty = (ask(setting) for setting in ("", "ticket-life=10 hours\n", "ticket-life=10h\n", "ticket-life=20h\n"))
def about(life, hours): return abs(life - timedelta(hours=hours)) < timedelta(minutes=1)
assert about(usual[1], 8) and about(words[1], 10), "its life in words has changed"
assert [f"{end:%H:%M:%S}" for end, _ in (ten, twenty)] == ["02:00:00", "12:00:00"], "this has changed"
P
# It asks port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
