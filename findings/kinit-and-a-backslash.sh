#!/bin/sh
# Which name does the KDC see when kinit is given a user as Windows writes it, LAB\tom?
#
# Guess before the run: LABtom; the backslash is a mark that the next letter is meant as it is, so it is dropped.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), the user in the AS-REQ
# and in kinit's message that the KDC does not know it:
#
#                in the AS-REQ       MIT says     Heimdal says
#   LAB\alice    LABalice            LABalice     LABalice
#   LAB\tom      LAB, a tab, om      LAB\tom      LAB\tom
#   LAB\bob      LAB, 08, ob         LAB\bob      LAB\bob
#   LAB\nina     LAB, 0a, ina        LAB\nina     LAB\nina
#   LAB\\tom     LAB\tom             LAB\\tom     LAB\\tom
#
# t, b and n make a control character, as in a string of C; kinit's own text turns it back, so it looks right there.
# Lesson: KDC_ERR_C_PRINCIPAL_UNKNOWN for a user who exists may come from such a name. Only the bytes of the packet show it.
# A program that prints names from packets has to expect line ends in them.
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
cat > krb5.conf <<'C'
[libdefaults]
 default_realm = LAB.TEST
 dns_lookup_kdc = false
[realms]
 LAB.TEST = {
  kdc = 127.0.0.1
 }
C
cat > look.py <<'P'
import os, re, socket, subprocess, sys, threading, time
got = []
def serve(listener):
    # It only wants to see the requests, and answers none but with “client not found” (6).
    def der(tag, *parts): return bytes([tag, len(b"".join(parts))]) + b"".join(parts)
    def number(value): return der(2, bytes([value]))
    def text(value): return der(0x1B, value)
    while True:
        request, sender = listener.recvfrom(65536)
        got.append(request)
        clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
        listener.sendto(der(0x7E, der(
            0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(6)),
            der(0xA9, text(b"LAB.TEST")),
            der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))))), sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 88))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def ask(command, user):
    got.clear()
    done = subprocess.run(
        command + [user], input="secret\n", text=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache", LC_ALL="C"))
    # The first GeneralString in the request is the user's name.
    place = got[0].index(b"\x1b")
    name = got[0][place + 2:place + 2 + got[0][place + 1]].decode()
    return name, re.search(r"Client '?\(?([^@]*)@LAB.TEST", done.stderr)[1]
rows = [
    (r"LAB\alice", "LABalice", "LABalice"), (r"LAB\tom", "LAB\tom", r"LAB\tom"), (r"LAB\bob", "LAB\bob", r"LAB\bob"),
    (r"LAB\nina", "LAB\nina", r"LAB\nina"), (r"LAB\\tom", r"LAB\tom", r"LAB\\tom")]
right = True
for user, *wanted in rows:
    seen = [ask(command, user) for command in (["root/usr/bin/kinit"], ["root/usr/bin/kinit.heimdal", "--password-file=password"])]
    print(user, *seen)
    right = right and seen == [tuple(wanted)] * 2
assert right, "this has changed"
P
# Both ask port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
