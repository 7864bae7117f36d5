#!/bin/sh
# What does a Heimdal client ask the DNS for a realm without a KDC?
#
# Guess before the run: SRV of _kerberos._udp and _kerberos._tcp, perhaps _http, each once.
# Seen (heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), with a server that answers “no such name”
# (NXDOMAIN) at once:
#
#   7 × SRV _kerberos._udp.LAB.TEST     7 × SRV _kerberos._tcp.LAB.TEST     7 × SRV _kerberos._http.LAB.TEST
#   then A and AAAA of the host kerberos.LAB.TEST
#
# A name that exists is asked for once. Seven is what doubling a buffer from 1,000 bytes up to 64 kB needs: the client
# seems to take “no such name” for an answer that was too long.
# Lesson: seven equal queries, each with its answer, are one failed lookup and no sign of loss or of a slow server.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install heimdal-clients=7.8.git20221117.28daf24+dfsg-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
printf '[libdefaults]\n  dns_lookup_kdc = true\n' > krb5.conf
echo secret > password
echo 'nameserver 127.0.0.1' > resolv.conf
cat > look.py <<'P'
import os, socket, subprocess, sys, threading
asked = []
def serve(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        place, labels = 12, []
        while query[place]:
            labels.append(query[place + 1 : place + 1 + query[place]].decode())
            place += 1 + query[place]
        asked.append(".".join(labels) + {1: " A", 28: " AAAA", 33: " SRV"}.get(query[place + 2], " other"))
        # The question again, and NXDOMAIN.
        listener.sendto(query[:2] + bytes([0x85, 0x83, 0, 1, 0, 0, 0, 0, 0, 0]) + query[12 : place + 5], sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 53))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
subprocess.run(
    ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice@LAB.TEST"], timeout=60, stderr=subprocess.DEVNULL,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
seen = [(name, asked.count(name)) for name in dict.fromkeys(asked)]
for one in seen: print(*one)
assert seen == [
    ("_kerberos._udp.LAB.TEST SRV", 7), ("_kerberos._tcp.LAB.TEST SRV", 7), ("_kerberos._http.LAB.TEST SRV", 7),
    ("kerberos.LAB.TEST A", 1), ("kerberos.LAB.TEST AAAA", 1)], "this has changed"
P
# Port 53 and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
