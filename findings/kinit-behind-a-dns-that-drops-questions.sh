#!/bin/sh
# How long does kinit wait when a DNS server or a firewall drops questions of one type, and answers SRV and A at once?
#
# Guess before the run: 10 s, two times 5, and once for each kinit: MIT for URI (type 256), both of them for AAAA (28). After an answer of any
# kind, such as REFUSED, nobody waits.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), a KDC that does not know the user
# (CLIENT_NOT_FOUND); seconds to the AS-REQ, and to the end of kinit:
#
#   the DNS server            MIT      Heimdal
#   answers all               0, 0     0, 0
#   answers URI by REFUSED    0, 0     0, 0
#   drops URI                 10, 30   0, 0
#   drops AAAA                15, 15   15, 15
#
# MIT asks for URI before SRV, and twice more behind the KDC's answer, for a primary KDC that may know the user.
# Lesson: 10 or 15 s between the start and the first packet to port 88, or 20 s behind a refusal, are the DNS: look for questions without an
# answer that are asked again after 5 s.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for package in krb5-user=1.20.1-2+deb12u5 heimdal-clients=7.8.git20221117.28daf24+dfsg-2; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install "$package" >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
echo secret > password
echo 'nameserver 127.0.0.1' > resolv.conf
printf '[libdefaults]\n default_realm = LAB.TEST\n' > krb5.conf
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
URI, SRV, A, AAAA, REFUSED = 256, 33, 1, 28, 5
asked, silent, refused = [], set(), set()
def der(tag, *parts): return bytes([tag, len(b"".join(parts))]) + b"".join(parts)
def number(value): return der(2, bytes([value]))
def text(value): return der(0x1B, value)
def kdc(listener):
    while True:
        _, sender = listener.recvfrom(65536)
        asked.append(time.time())
        clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
        # Client not found (6).
        listener.sendto(der(0x7E, der(
            0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(6)),
            der(0xA9, text(b"LAB.TEST")), der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))))), sender)
def dns(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        place, labels = 12, []
        while query[place]:
            labels.append(query[place + 1:place + 1 + query[place]].lower())
            place += 1 + query[place]
        kind = struct.unpack_from(">H", query, place + 1)[0]
        if kind in silent: continue
        host, answers = labels[0] == b"dc1", []
        if kind == SRV and labels[0] == b"_kerberos": answers.append(struct.pack(">HHH", 0, 0, 88) + b"\3dc1\3lab\4test\0")
        if kind == A and host: answers.append(bytes([127, 0, 0, 1]))
        code = REFUSED if kind in refused else 0 if answers or host else 3
        records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(one)) + one for one in answers)
        listener.sendto(query[:2] + bytes([0x85, 0x80 | code, 0, 1]) + struct.pack(">HHH", len(answers), 0, 0) + query[12:place + 5] + records, sender)
for serve, port in (kdc, 88), (dns, 53):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", port))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
programs = ["root/usr/bin/kinit", "alice"], ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice"]
def look(program):
    asked.clear()
    start = time.time()
    subprocess.run(
        program, input="secret\n", text=True, timeout=100, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
    # To the next 5 s, the time after which a resolver asks again.
    return tuple(5 * round((moment - start) / 5) for moment in (asked[0], time.time()))
rows = [
    ("all", set(), set(), [(0, 0), (0, 0)]), ("URI refused", set(), {URI}, [(0, 0), (0, 0)]), ("URI dropped", {URI}, set(), [(10, 30), (0, 0)]),
    ("AAAA dropped", {AAAA}, set(), [(15, 15), (15, 15)])]
right = True
for name, drop, refuse, wanted in rows:
    silent.clear()
    refused.clear()
    silent.update(drop)
    refused.update(refuse)
    seen = [look(program) for program in programs]
    print(name, *seen, flush=True)
    right = right and seen == wanted
assert right, "this has changed"
P
# Port 53, port 88 and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
