#!/bin/sh
# Does Shishi, GNU's Kerberos, ask again by TCP when the KDC says that its answer is too long for UDP?
#
# Guess before the run: yes, as its own settings file says; a first request with encryptions 18, 17, 16 and 23, and a user's
# name of type 1 (principal).
# Seen (shishi 1.0.3-1+b1 of Debian bookworm, impacket 0.13.1), a KDC that answers RESPONSE_TOO_BIG (52):
#
#   by UDP      one request, encryption 18 (AES-256) alone, name type 0 (unknown)
#   by TCP      no connection
#   it says     could not get ticket as `alice' for `krbtgt/LAB.TEST'
#   shishi.conf “By default UDP is tried first, and TCP used as a fallback if the KRB_ERR_RESPONSE_TOO_BIG error is received.”
#
# With LAB.TEST,127.0.0.1/tcp in realm-kdc it connects to TCP at once.
# Lesson: error 52 and no TCP connection behind it is not always a firewall. A client may stop there by itself. A SYN without
# an answer shows a firewall; no SYN shows none.
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
from impacket.krb5.asn1 import AS_REQ, KRB_ERROR
from pyasn1.codec.der import decoder, encoder
asked, connections = [], []
def serve(listener):
    error = KRB_ERROR()
    error["pvno"], error["msg-type"], error["error-code"], error["susec"], error["realm"] = 5, 30, 52, 0, "LAB.TEST"
    error["stime"] = time.strftime("%Y%m%d%H%M%SZ", time.gmtime())
    error["sname"]["name-type"] = 2
    error["sname"]["name-string"].extend(["krbtgt", "LAB.TEST"])
    while True:
        data, sender = listener.recvfrom(65536)
        body = decoder.decode(data, asn1Spec=AS_REQ())[0]["req-body"]
        asked.append(([int(one) for one in body["etype"]], int(body["cname"]["name-type"])))
        listener.sendto(encoder.encode(error), sender)
def take(listener):
    while True:
        connection = listener.accept()[0]
        connections.append(connection)
        connection.close()
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 88))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
threading.Thread(target=take, args=(socket.create_server(("127.0.0.1", 88)),), daemon=True).start()
def ask(address):
    asked.clear()
    connections.clear()
    with open("shishi.conf", "w") as file: file.write("default-realm=LAB.TEST\nrealm-kdc=LAB.TEST,%s\n" % address)
    done = subprocess.run(
        ["root/usr/bin/shishi", "--system-configuration-file=shishi.conf", "--configuration-file=/dev/null", "--ticket-file=tickets", "alice@LAB.TEST"],
        input="secret\n", text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], HOME=os.getcwd()))
    time.sleep(0.5)
    return list(asked), len(connections), "could not get ticket" in done.stderr
udp, tcp = ask("127.0.0.1"), ask("127.0.0.1/tcp")
print(udp, tcp)
with open("root/etc/shishi/shishi.conf") as file: promise = " ".join(file.read().replace("#", " ").split())
assert "By default UDP is tried first, and TCP used as a fallback if the KRB_ERR_RESPONSE_TOO_BIG error is received." in promise, "its settings file"
assert udp == ([([18], 0)], 0, True) and tcp[0] == [] and tcp[1] > 0, "this has changed"
P
# It asks port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
