#!/bin/sh
# How does adcli, which joins hosts to a domain, look for a domain controller?
#
# Guess before the run: SRV of _ldap._tcp.lab.test, then its “NetLogon ping”, an LDAP search by UDP to port 389, three times, no TCP
# connection; then it gives up. The second server is asked when the first is silent. Nothing was guessed about priorities; the
# lowest number is the preferred server.
# Seen (adcli 0.9.1-2 of Debian bookworm, adcli info lab.test), SRV records of dc1 and dc2, whose servers end each connection:
#
#   priority of dc1, dc2   in the order of
#   0, 10                  dc2, dc1
#   10, 0                  dc1, dc2
#
# Each “ping” is a TCP connection to port 389; nothing comes by UDP. In the end it names dc2 or dc1 as the controller, “usable =
# maybe”, with exit status 0.
# Lesson: a host that goes to the far site's controller first may have the right DNS records and adcli. A firewall has to let
# TCP 389 through, and exit status 0 of adcli info does not mean that a controller answered.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install adcli=0.9.1-2 libldap-2.5-0 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
echo 'nameserver 127.0.0.1' > resolv.conf
cat > look.py <<'P'
import os, re, socket, struct, subprocess, sys, threading
ADDRESSES = {"dc1": "127.0.0.5", "dc2": "127.0.0.6"}
priorities, asked, came = {}, [], []
def name(text): return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"
def answer(query):
    place, labels = 12, []
    while query[place]:
        labels.append(query[place + 1 : place + 1 + query[place]].decode())
        place += 1 + query[place]
    kind, records = query[place + 2], []
    if kind == 33:
        asked.append(".".join(labels))
        records = [struct.pack(">HHH", priority, 100, 389) + name(host + ".lab.test") for host, priority in priorities.items()]
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
        came.append(host + " UDP")
def tcp(listener, host):
    while True:
        listener.accept()[0].close()
        came.append(host + " TCP")
for host, address in ADDRESSES.items():
    threading.Thread(target=udp, args=(bound(address, 389), host), daemon=True).start()
    threading.Thread(target=tcp, args=(socket.create_server((address, 389)), host), daemon=True).start()
threading.Thread(target=dns, args=(bound("127.0.0.1", 53),), daemon=True).start()
def look(**wanted):
    for kept in (priorities, asked, came): kept.clear()
    priorities.update(wanted)
    run = subprocess.run(
        ["root/usr/sbin/adcli", "info", "lab.test"], env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, timeout=60)
    usable = re.search("controller-usable = (.*)", run.stdout)
    return list(dict.fromkeys(asked)), list(dict.fromkeys(came)), run.returncode, usable and usable[1]
seen = [look(dc1=0, dc2=10), look(dc1=10, dc2=0)]
print(*seen, sep="\n")
question = ["_ldap._tcp.lab.test"]
assert seen == [(question, ["dc2 TCP", "dc1 TCP"], 0, "maybe"), (question, ["dc1 TCP", "dc2 TCP"], 0, "maybe")], "this has changed"
P
# The ports and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
