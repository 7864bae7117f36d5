#!/bin/sh
# How long a ticket does “kinit -l 1w” ask for?
#
# Guess before the run: a week with Heimdal; MIT does not know weeks and says so. 1:30, an hour and a half for MIT, is an error
# for Heimdal.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), the field till of the
# AS-REQ, less the clock, and no word from either but where it says so:
#
#                                MIT kinit          Heimdal kinit
#   -l 1d                        a day              a day
#   -l 1w                        one second         a week
#   -l 2months                   two minutes        60 days
#   -l 1:30                      90 minutes         “unparsable time”, no AS-REQ
#   ticket_lifetime = 1:30       90 minutes         half a year, as without the line
#
# MIT stops at the first letter that it does not know, and takes a number without a unit as seconds.
# Lesson: a till of a second or of minutes may be meant as weeks or months. Both read a number of seconds, and 7d.
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
cat > look.py <<'P'
import calendar, os, re, socket, subprocess, sys, threading, time
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
def ask(command, line):
    with open("krb5.conf", "w") as file:
        file.write("[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n" + line + "\n[realms]\n LAB.TEST = {\n  kdc = 127.0.0.1\n }\n")
    got.clear()
    subprocess.run(
        command + ["alice@LAB.TEST"], input="secret\n", text=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
    if not got: return None
    # The first time in the request is its till: neither kinit asks for a start here.
    till = re.search(rb"\x18\x0f(\d{14})Z", got[0])[1].decode()
    return calendar.timegm(time.strptime(till, "%Y%m%d%H%M%S")) - time.time()
DAY = 86400
rows = [
    (["-l", "1d"], "", DAY, DAY), (["-l", "1w"], "", 1, 7 * DAY), (["-l", "2months"], "", 120, 60 * DAY), (["-l", "1:30"], "", 5400, None),
    ([], " ticket_lifetime = 1:30", 5400, 15778800)]
right = True
for more, line, *wanted in rows:
    seen = [ask(command + more, line) for command in (["root/usr/bin/kinit"], ["root/usr/bin/kinit.heimdal", "--password-file=password"])]
    print(*more, line, [one and round(one) for one in seen])
    right = right and all(one is None if two is None else one is not None and abs(one - two) < 5 for one, two in zip(seen, wanted))
assert right, "this has changed"
P
# Both ask port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
