#!/bin/sh
# How does msktutil, which keeps the keytab of a host in a domain, look for a domain controller?
#
# Guess before the run: SRV of _kerberos._tcp.LAB.TEST, then LDAP to port 389 of the first that it names.
# Seen (msktutil 1.2-2 of Debian bookworm, “msktutil update”, no ticket, no keytab), SRV of dc1.lab.test at 127.0.0.5, whose ports close
# each connection:
#
#   the address has no name (PTR)   SRV of _kerberos._tcp.dc._msdcs.LAB.TEST, the address of dc1, a TCP connection to its port 389
#                                   without a byte, PTR of 127.0.0.5; “getnameinfo failed for 2.0.1.133” and the end
#   it has one                      the same; then an AS-REQ for the host's own name with a $, with a password made of that name
#
# 2.0.1.133 is no address of the network: it is the start of a structure, the family (2) and the port 389 (0x0185).
# Lesson: “no domain controller” from msktutil may be a missing reverse zone. An empty connection to port 389 is its test of a
# controller, and PREAUTH_FAILED of HOST$ right behind it need not be a wrong keytab.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install msktutil=1.2-2 libldap-2.5-0 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pyasn1==0.6.1
echo 'nameserver 127.0.0.1' > resolv.conf
printf '[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = true\n' > krb5.conf
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
from impacket.krb5.asn1 import AS_REQ
from pyasn1.codec.der.decoder import decode
asked, came, named = [], [], []
def name(text): return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"
def answer(query):
    place, labels = 12, []
    while query[place]:
        labels.append(query[place + 1 : place + 1 + query[place]].decode())
        place += 1 + query[place]
    kind, records = query[place + 2], []
    if kind in (12, 33): asked.append((kind, ".".join(labels)))
    if kind == 33: records = [struct.pack(">HHH", 0, 100, 88) + name("dc1.lab.test")]
    if kind == 12 and named: records = [name("dc1.lab.test")]
    if kind == 1 and labels[0] == "dc1": records = [socket.inet_aton("127.0.0.5")]
    head = query[:2] + struct.pack(">HHHHH", 0x8580, 1, len(records), 0, 0) + query[12 : place + 5]
    return head + b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(one)) + one for one in records)
def bound(address, port):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((address, port))
    return listener
def dns(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        listener.sendto(answer(query), sender)
def client(message): return "AS-REQ of " + str(decode(message, asn1Spec=AS_REQ())[0]["req-body"]["cname"]["name-string"][0])[-1]
def udp(listener):
    while True: came.append(client(listener.recvfrom(4096)[0]))
def tcp(listener, port):
    while True:
        peer = listener.accept()[0]
        data = peer.recv(4096)
        came.append(client(data[4:]) if port == 88 and data else "TCP %d, %d bytes" % (port, len(data)))
        peer.close()
for port in (88, 389): threading.Thread(target=tcp, args=(socket.create_server(("127.0.0.5", port)), port), daemon=True).start()
threading.Thread(target=udp, args=(bound("127.0.0.5", 88),), daemon=True).start()
threading.Thread(target=dns, args=(bound("127.0.0.1", 53),), daemon=True).start()
def look(with_name):
    for kept in (asked, came, named): kept.clear()
    if with_name: named.append(True)
    environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:none")
    run = subprocess.run(["root/usr/sbin/msktutil", "update", "--verbose", "--computer-name", "fs", "--keytab", "none.keytab"], env=environment,
                         capture_output=True, text=True, timeout=100)
    text = run.stdout + run.stderr
    time.sleep(1)
    return list(dict.fromkeys(asked)), list(dict.fromkeys(came)), run.returncode, "getnameinfo failed for 2.0.1.133" in text
seen = [look(False), look(True)]
print(*seen, sep="\n")
question = [(33, "_kerberos._tcp.dc._msdcs.LAB.TEST"), (12, "5.0.0.127.in-addr.arpa")]
assert seen == [(question, ["TCP 389, 0 bytes"], 1, True), (question, ["TCP 389, 0 bytes", "AS-REQ of $"], 1, False)], "this has changed"
P
# The ports and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec v/bin/python look.py "$0"' "$libraries"
