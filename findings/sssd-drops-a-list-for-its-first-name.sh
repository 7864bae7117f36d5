#!/bin/sh
# Which KDC does kinit of MIT ask on a host with sssd, which keeps its own list of them (kdcinfo.REALM) beside krb5.conf?
#
# Guess before the run: the list goes before krb5.conf, and krb5.conf counts again only where the list cannot be read: with a note or an
# empty line in front, say. Of two servers of which one has no address, the other is asked. “::1” is an address.
# Seen (sssd-common 2.8.2-4+deb12u1, krb5-user 1.20.1-2+deb12u5 of Debian bookworm), krb5.conf has 127.0.0.1:
#
#   in the list                           is asked
#   127.0.0.3, also with :1088            127.0.0.3 alone, at that port
#   127.0.0.3, then nosuch.lab.test       127.0.0.3
#   nosuch.lab.test, then 127.0.0.3       127.0.0.1, of krb5.conf
#   the same, ..._IGNORE_DNS_FAILURES=1   127.0.0.3
#   [::1]                                 ::1
#   ::1                                   127.0.0.1, of krb5.conf
#   127.0.0.3 and a carriage return       127.0.0.1, of krb5.conf
#   an empty line, and 127.0.0.3          nobody; kinit ends at once
#
# The list may hold names as well as addresses. The whole variable is SSSD_KRB5_LOCATOR_IGNORE_DNS_FAILURES.
# Lesson: a first server that is gone from the DNS sends all users of a host to the servers of krb5.conf, often old ones; and an old list
# beats a new krb5.conf. Look at both files before you ask why this KDC was asked.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install sssd-common=2.8.2-4+deb12u1 krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
asked, lists = [], "/var/lib/sss/pubconf/"
os.makedirs(lists)
def listen(address, port):
    server = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, port))
    while True:
        server.recv(4096)
        if (address, port) not in asked: asked.append((address, port))
places = [("127.0.0.1", 88), ("127.0.0.3", 88), ("127.0.0.3", 1088), ("::1", 88)]
for place in places: threading.Thread(target=listen, args=place, daemon=True).start()
with open("krb5.conf", "w") as file:
    file.write("[libdefaults]\ndefault_realm = LAB.TEST\ndns_lookup_kdc = false\n[realms]\nLAB.TEST = {\nkdc = 127.0.0.1\n}\n")
def look(text, **more):
    # Who is asked in three seconds.
    with open(lists + "kdcinfo.LAB.TEST", "wb") as file: file.write(text)
    asked.clear()
    client = subprocess.Popen(
        ["root/usr/bin/kinit", "alice"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", **more))
    for _ in range(30):
        time.sleep(0.1)
        if asked or client.poll() is not None: break
    client.kill()
    client.wait()
    return list(asked)
conf, listed, other, six = ([place] for place in places)
rows = [
    (b"127.0.0.3\n", {}, listed), (b"127.0.0.3:1088\n", {}, other), (b"127.0.0.3\nnosuch.lab.test\n", {}, listed),
    (b"nosuch.lab.test\n127.0.0.3\n", {}, conf),
    (b"nosuch.lab.test\n127.0.0.3\n", {"SSSD_KRB5_LOCATOR_IGNORE_DNS_FAILURES": "1"}, listed), (b"[::1]\n", {}, six), (b"::1\n", {}, conf),
    (b"127.0.0.3\r\n", {}, conf), (b"\n127.0.0.3\n", {}, [])]
right = True
for text, more, wanted in rows:
    seen = look(text, **more)
    print(text, more, seen)
    right = right and seen == wanted
print("as described" if right else "this has changed")
sys.stdout.flush()
os._exit(0 if right else 1)
P
# The plugin looks into two folders of the host, which are covered in a name space of its own.
unshare -rnm sh -c 'ip link set lo up; mount -t tmpfs none /var/lib
  mount --bind root/usr/lib/x86_64-linux-gnu/krb5/plugins/libkrb5 /usr/lib/x86_64-linux-gnu/krb5/plugins/libkrb5
  exec python3 look.py "$0"' "$libraries"
