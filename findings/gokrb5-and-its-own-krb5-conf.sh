#!/bin/sh
# What does an AS-REQ of gokrb5, the Kerberos of programs in Go, look like, and what does it take from krb5.conf?
#
# Guess before the run: encryptions 18 17 20 19 16 23 and no padata; permitted_enctypes = aes128-cts gives 17 alone, “aes”
# nothing. Of the renew time and of [::1] nothing was guessed.
# Seen (golang-github-jcmturner-gokrb5.v8-dev 8.4.3-2 and golang-1.19 of Debian bookworm), by the line in krb5.conf:
#
#   nothing                                 encryptions 18 17 23, padata 149 (REQ-ENC-PA-REP)
#   the second one, with the timestamp      padata 149, 149 and 2
#   permitted_enctypes = aes128-cts         18 17 23
#   default_tkt_enctypes = aes128-cts       17
#   default_tkt_enctypes = aes              an empty list of encryptions
#   renew_lifetime = 14d                    rtime two days from now
#   renew_lifetime = 1d                     rtime two days from now
#   default_realm = LAB.TEST # note         as without the note
#   kdc = [::1]                             no AS-REQ
#
# Lesson: RC4 in an AS-REQ, an empty list (KDC_ERR_ETYPE_NOSUPP follows) or a ticket that ends before its time may come from
# the library. Padata 149 twice is a good sign of it.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install golang-github-jcmturner-gokrb5.v8-dev=8.4.3-2 golang-1.19-go golang-1.19-src >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > logon.go <<'G'
package main

import (
	"fmt"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
)

func main() {
	settings, err := config.Load("krb5.conf")
	if err == nil {
		err = client.NewWithPassword("alice", settings.LibDefaults.DefaultRealm, "secret", settings).Login()
	}
	fmt.Println(err)
}
G
GOROOT=$folder/root/usr/lib/go-1.19 GOPATH=$folder/root/usr/share/gocode GO111MODULE=off GOCACHE=$folder/cache GOFLAGS= CGO_ENABLED=0 \
  root/usr/lib/go-1.19/bin/go build -o logon logon.go
cat > look.py <<'P'
import calendar, socket, subprocess, threading, time
got = []
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
def text(value): return der(0x1B, value)
def padata(kind, value): return der(0x30, der(0xA1, number(kind)), der(0xA2, der(4, value)))
def parts(data):
    found, place = [], 0
    while place < len(data):
        tag, length = data[place], data[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[place:place + size], "big")
            place += size
        found.append((tag, data[place:place + length]))
        place += length
    return found
def inner(data): return parts(parts(data)[0][1])
def value(data): return int.from_bytes(parts(data)[0][1], "big", signed=True)
def read(request):
    fields = dict(inner(parts(request)[0][1]))
    body = dict(inner(fields[0xA4]))
    kinds = [value(dict(parts(one))[0xA1]) for _, one in inner(fields[0xA3])] if 0xA3 in fields else []
    renew = None
    if 0xA6 in body: renew = calendar.timegm(time.strptime(parts(body[0xA6])[0][1].decode(), "%Y%m%d%H%M%SZ")) - time.time()
    return kinds, [int.from_bytes(one, "big") for _, one in inner(body[0xA8])], renew and round(renew / 86400, 1)
def serve(listener):
    # It answers the first with PREAUTH_REQUIRED (25), and one with a timestamp with PREAUTH_FAILED (24).
    while True:
        request, sender = listener.recvfrom(65536)
        got.append(request)
        again = 2 in read(request)[0]
        clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
        info = der(0x30, der(0x30, der(0xA0, number(18)), der(0xA1, text(b"LAB.TESTalice"))))
        error = [
            der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(24 if again else 25)),
            der(0xA9, text(b"LAB.TEST")), der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))),
            der(0xAC, der(4, der(0x30, padata(19, info), padata(2, b""))))]
        listener.sendto(der(0x7E, der(0x30, *error)), sender)
for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
    listener = socket.socket(family, socket.SOCK_DGRAM)
    listener.bind((address, 88))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
FILE = "[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n%s[realms]\n LAB.TEST = {\n  kdc = 127.0.0.1\n }\n"
USUAL = ([149], [18, 17, 23], None)
rows = [
    ("nothing", FILE % "", USUAL), ("permitted_enctypes", FILE % " permitted_enctypes = aes128-cts\n", USUAL),
    ("aes128-cts", FILE % " default_tkt_enctypes = aes128-cts\n", ([149], [17], None)),
    ("aes", FILE % " default_tkt_enctypes = aes\n", ([149], [], None)),
    ("14d", FILE % " renew_lifetime = 14d\n", ([149], [18, 17, 23], 2.0)), ("1d", FILE % " renew_lifetime = 1d\n", ([149], [18, 17, 23], 2.0)),
    ("a note", (FILE % "").replace("= LAB.TEST\n", "= LAB.TEST # note\n"), USUAL), ("[::1]", (FILE % "").replace("127.0.0.1", "[::1]"), None)]
right = True
for name, settings, wanted in rows:
    with open("krb5.conf", "w") as file: file.write(settings)
    got.clear()
    said = subprocess.run(["./logon"], capture_output=True, text=True, timeout=60).stdout.strip()
    seen = [read(one) for one in got]
    print(name, seen or said[:60])
    right = right and (seen[0] if seen else None) == wanted
    if name == "nothing": right = right and len(seen) == 2 and seen[1][0] == [149, 149, 2]
assert right, "this has changed"
P
# It asks port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py'
