#!/bin/sh
# How long does a client wait for a silent KDC before it asks the next one?
#
# Guess before the run: MIT a second, Heimdal three; by UDP and by TCP alike.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), two KDCs in the DNS, both of which
# take each packet and each connection, and say nothing; seconds after the first:
#
#                                    first, UDP   second, UDP   first, TCP   second, TCP
#   MIT, SRV for UDP and TCP         0            1             2            12
#   Heimdal, SRV for UDP and TCP     0            1             2            3
#   MIT, SRV for TCP alone           -            -             0            10
#   Heimdal, SRV for TCP alone       -            -             0            1
#
# Lesson: a logon that takes ten seconds and then works is a KDC whose port takes connections while the program behind it hangs, or a
# firewall that does so in its place. A gap of 10 s in front of the second KDC is MIT's, one of 1 s Heimdal's or UDP.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install heimdal-clients=7.8.git20221117.28daf24+dfsg-2 >&2
(cd archives && apt-get -q download krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 libk5crypto3=1.20.1-2+deb12u5 \
  libkrb5support0=1.20.1-2+deb12u5 libkeyutils1 libkadm5clnt-mit12 libgssrpc4 libgssapi-krb5-2 >&2)
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
echo 'nameserver 127.0.0.1' > resolv.conf
printf '[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = true\n dns_uri_lookup = false\n' > krb5.conf
echo secret > password
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
ADDRESSES = {"dc1": "127.0.0.5", "dc2": "127.0.0.6"}
came, kept, offered = [], [], []
def name(text): return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"
def answer(query):
    place, labels = 12, []
    while query[place]:
        labels.append(query[place + 1 : place + 1 + query[place]].decode())
        place += 1 + query[place]
    kind, records = query[place + 2], []
    if kind == 33 and labels[0] == "_kerberos" and labels[1] in offered:
        records = [struct.pack(">HHH", priority, 100, 88) + name(host + ".lab.test") for host, priority in (("dc1", 0), ("dc2", 10))]
    if kind == 1 and labels[0] in ADDRESSES: records = [socket.inet_aton(ADDRESSES[labels[0]])]
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
def udp(listener, host):
    while True:
        listener.recvfrom(4096)
        came.append((host + " UDP", time.time()))
def tcp(listener, host):
    while True:
        kept.append(listener.accept()[0])
        came.append((host + " TCP", time.time()))
for host, address in ADDRESSES.items():
    threading.Thread(target=udp, args=(bound(address, 88), host), daemon=True).start()
    threading.Thread(target=tcp, args=(socket.create_server((address, 88)), host), daemon=True).start()
threading.Thread(target=dns, args=(bound("127.0.0.1", 53),), daemon=True).start()
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:none")
def look(command, *protocols):
    offered[:] = protocols
    came.clear()
    client = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wanted, until = 2 * len(protocols), time.time() + 30
    while len(came) < wanted and time.time() < until: time.sleep(0.1)
    client.kill()
    client.wait()
    return [(who, round(when - came[0][1])) for who, when in came[:wanted]]
MIT = ["root/usr/bin/kinit", "alice"]
HEIMDAL = ["bash", "-c", "exec -a kinit root/usr/bin/kinit.heimdal --password-file=password alice"]
seen = {"MIT": look(MIT, "_udp", "_tcp"), "Heimdal": look(HEIMDAL, "_udp", "_tcp"), "MIT, TCP": look(MIT, "_tcp"), "Heimdal, TCP": look(HEIMDAL, "_tcp")}
for one in seen.items(): print(*one)
start = [("dc1 UDP", 0), ("dc2 UDP", 1), ("dc1 TCP", 2)]
assert seen["MIT"] == [*start, ("dc2 TCP", 12)] and seen["Heimdal"] == [*start, ("dc2 TCP", 3)], "this has changed"
assert seen["MIT, TCP"] == [("dc1 TCP", 0), ("dc2 TCP", 10)] and seen["Heimdal, TCP"] == [("dc1 TCP", 0), ("dc2 TCP", 1)], "this has changed"
P
# The ports and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
