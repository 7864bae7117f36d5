#!/bin/sh
# Which pieces of krb5.conf do “include” and “includedir” bring in?
#
# Guess before the run: MIT reads lab, lab.conf and 10-lab.conf of the folder, and not lab.test, lab~ or .hidden. Heimdal 7.8
# reads all files.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), where the realm is,
# and whether its KDC is asked:
#
#                                                 MIT     Heimdal
#   in a file of “include”                        yes     no
#   in lab, LAB, lab.conf, 10-lab.conf            yes     no
#   in LAB.CONF, .hidden.conf, lab.test, lab~     no      no
#   in krb5.conf itself, above the two lines      yes     yes
#   in krb5.conf itself, below the two lines      yes     no
#
# Heimdal reads nothing behind such a line, and says nothing about it.
# Lesson: a client that asks no KDC, or the DNS for it, may have its realm in a piece that it does not read. Give pieces
# small letters and .conf, and programs with Heimdal one whole file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial pieces
# One after the other: apt does not install both at once.
for package in krb5-user=1.20.1-2+deb12u5 heimdal-clients=7.8.git20221117.28daf24+dfsg-2; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install "$package" >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
echo secret > password
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
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
def realm(name): return "[realms]\n %s = {\n  kdc = 127.0.0.1\n }\n" % name
def write(name, text):
    with open(name, "w") as file: file.write(text)
names = ["lab", "LAB", "lab.conf", "10-lab.conf", "LAB.CONF", ".hidden.conf", "lab.test", "lab~"]
write("one.conf", realm("ONE.TEST"))
for at, name in enumerate(names): write("pieces/" + name, realm("PIECE%d.TEST" % at))
here = os.getcwd()
write("krb5.conf", "[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n" + realm("ABOVE.TEST")
    + "include %s/one.conf\nincludedir %s/pieces\n" % (here, here) + realm("BELOW.TEST"))
def ask(command, name):
    got.clear()
    subprocess.run(
        command + ["alice@" + name], input="secret\n", text=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache", LC_ALL="C"))
    return bool(got)
realms = ["ONE.TEST"] + ["PIECE%d.TEST" % at for at in range(len(names))] + ["ABOVE.TEST", "BELOW.TEST"]
seen = [[ask(command, name) for name in realms] for command in (["root/usr/bin/kinit"], ["root/usr/bin/kinit.heimdal", "--password-file=password"])]
for row in zip(["one.conf"] + names + ["above", "below"], *seen): print(*row)
assert seen == [[True] + [True] * 4 + [False] * 4 + [True, True], [False] + [False] * 8 + [True, False]], "this has changed"
P
# Both ask port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
