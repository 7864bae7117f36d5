#!/bin/sh
# Does smbclient ask the DNS for its server each time that it runs?
#
# Guess before the run: yes; it keeps no address from one run to the next, and nothing that came from the DNS.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a DNS whose answers have a life of 0 seconds, and that names
# another address for each run:
#
#   run   the DNS has   settings                 asks the DNS   connects to
#   1     127.0.0.2     usual                    yes            127.0.0.2
#   2     127.0.0.3     usual                    no             127.0.0.2
#   3     127.0.0.4     name cache timeout = 0   no             127.0.0.2
#   4     127.0.0.5     the same, cache removed  yes            127.0.0.5
#
# The address is in gencache.tdb. The setting stops new entries; an old one is used all the same.
# Lesson: a client that goes to an address which no DNS answer in the recording has need not have a hosts file. After a server
# has moved, remove gencache.tdb (“net cache flush”) before you look elsewhere.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
version=2:4.17.12+dfsg-0+deb12u4
mkdir -p archives/partial state etc
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=$version libsmbclient=$version samba-libs=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
echo 'root:x:0:0::/:/bin/sh' > etc/passwd
echo 'nameserver 127.0.0.1' > etc/resolv.conf
echo 'hosts: dns' > etc/nsswitch.conf
cat > look.py <<'P'
import os, socket, subprocess, sys, threading
came, asked, address = [], [], []
def take(listener):
    # It only wants to see which address is asked, and closes each connection.
    while True:
        connection = listener.accept()[0]
        came.append(connection.getsockname()[0])
        connection.close()
for port in 139, 445: threading.Thread(target=take, args=(socket.create_server(("0.0.0.0", port)),), daemon=True).start()
def names(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        asked.append(query)
        place = 12
        while query[place]: place += 1 + query[place]
        # The address for A, nothing for other types; no life.
        record = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + socket.inet_aton(address[-1]) if query[place + 2] == 1 else b""
        listener.sendto(query[:2] + bytes([0x85, 0x80, 0, 1, 0, 1 if record else 0, 0, 0, 0, 0]) + query[12:place + 5] + record, sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 53))
threading.Thread(target=names, args=(listener,), daemon=True).start()
def run(where, *lines):
    with open("smb.conf", "w") as file:
        file.write("[global]\nname resolve order = host\n" + "".join(line + "\n" for line in lines))
        for place in ("lock directory", "state directory", "cache directory", "private dir", "pid directory"):
            file.write("%s = %s/state\n" % (place, os.getcwd()))
    came.clear()
    asked.clear()
    address.append(where)
    subprocess.run(
        ["root/usr/bin/smbclient", "-s", "smb.conf", "-N", "//fs.lab.test/share"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
        stdin=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    print(where, *lines, bool(asked), *sorted(set(came)))
    return bool(asked), set(came)
seen = [run("127.0.0.2"), run("127.0.0.3"), run("127.0.0.4", "name cache timeout = 0")]
os.remove("state/gencache.tdb")
seen.append(run("127.0.0.5", "name cache timeout = 0"))
sys.stdout.flush()
assert seen == [(True, {"127.0.0.2"}), (False, {"127.0.0.2"}), (False, {"127.0.0.2"}), (True, {"127.0.0.5"})], "this has changed"
P
# Ports 53 and 445 and the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind etc /etc; exec python3 look.py "$0"' "$libraries"
