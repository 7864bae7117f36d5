#!/bin/sh
# Which KDCs does Samba's “net lookup kdc” find in the DNS?
#
# Guess before the run: the address and port of each SRV record, in the order of their priorities.
# Seen (samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), realm LAB.TEST, three servers, whose first has a port of its own:
#
#                    asks for SRV of                    prints
#   net lookup ldap  _ldap._tcp.dc._msdcs.LAB.TEST      127.0.0.11:1389, 127.0.0.12:389, 127.0.0.13:389
#   net lookup kdc   _kerberos._tcp.dc._msdcs.LAB.TEST  127.0.0.11:88, 127.0.0.12:88, 127.0.0.13:88
#
# Both are in the order of the priorities. The KDC's port of the SRV record, 1088, is nowhere.
# Lesson: the KDC of a realm without the names of Active Directory (_msdcs), or with another port, is found by kinit and not by Samba's
# tools. Compare with SRV of _kerberos._udp, which kinit asks for.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial state
version=2:4.17.12+dfsg-0+deb12u4
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba-common-bin=$version samba-common=$version samba-libs=$version libwbclient0=$version libsmbclient=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
{
  printf '[global]\nworkgroup = LAB\nrealm = LAB.TEST\n'
  for place in 'lock directory' 'state directory' 'cache directory' 'private dir' 'pid directory' 'ncalrpc dir'; do echo "$place = $folder/state"; done
} > smb.conf
echo 'nameserver 127.0.0.1' > resolv.conf
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
asked = []
def name(text): return b"".join(bytes([len(label)]) + label for label in text.split(b".")) + b"\0"
def serve(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        place, labels = 12, []
        while query[place]:
            labels.append(query[place + 1:place + 1 + query[place]].lower())
            place += 1 + query[place]
        kind, answers = query[place + 2], []
        # 33 is SRV, 1 is A.
        if kind == 33:
            asked.append(b".".join(labels).decode())
            port = 88 if labels[0] == b"_kerberos" else 389
            for priority, number, target in (20, port, b"dc3.lab.test"), (5, port + 1000, b"dc1.lab.test"), (10, port, b"dc2.lab.test"):
                answers.append(struct.pack(">HHH", priority, 0, number) + name(target))
        elif kind == 1 and labels[0].startswith(b"dc"): answers.append(bytes([127, 0, 0, 10 + int(labels[0][2:])]))
        records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 600, len(one)) + one for one in answers)
        listener.sendto(query[:2] + b"\x85\x80\0\1" + struct.pack(">HHH", len(answers), 0, 0) + query[12:place + 5] + records, sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 53))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def look(what):
    asked.clear()
    said = subprocess.run(
        ["root/usr/bin/net", "-s", "smb.conf", "lookup", what, "LAB.TEST"], env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]), capture_output=True, text=True,
        timeout=60).stdout.split()
    return sorted(set(asked)), said
seen = {what: look(what) for what in ("ldap", "kdc")}
for one in seen.items(): print(*one)
assert seen == {
    "ldap": (["_ldap._tcp.dc._msdcs.lab.test"], ["127.0.0.11:1389", "127.0.0.12:389", "127.0.0.13:389"]),
    "kdc": (["_kerberos._tcp.dc._msdcs.lab.test"], ["127.0.0.11:88", "127.0.0.12:88", "127.0.0.13:88"])}, "this has changed"
P
# Port 53 and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
