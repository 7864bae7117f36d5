#!/bin/sh
# Do all programs on a host ask the same DNS server, when resolv.conf was written by a tool of Windows or has a mark of another program?
#
# Guess before the run: glibc refuses an address with a carriage return or a “;” behind it and asks 127.0.0.1; dig and dnspython take it.
# A number of a port is refused by all. Of two addresses in one line the first counts.
# Seen (libc6 2.36-9+deb12u14, bind9-dnsutils 1:9.18.49-1~deb12u3, knot-dnsutils 3.2.6-1, ldnsutils 1.8.3-1+b1, adns-tools 1.6.0-2 of
# Debian bookworm; dnspython 2.9.2, pycares 5.2.1, Python 3.11), the server that is asked for fs.lab.test, or for fs with the third line:
#
#                                  glibc     dig    kdig   drill   adnshost   dnspython   c-ares
#   nameserver 127.0.0.2 and a CR  .1        none   none   .2      .2         .2          .2
#   nameserver 127.0.0.2#53        .1        none   .2     none    .1         none        .2
#   nameserver 127.0.0.2;note      .1        none   none   .2      .1         none        .2
#   nameserver [127.0.0.2]:53      .1        none   .2     none    .1         none        .2
#   nameserver 127.0.0.3 127.0.0.2 .3        none   .3     .3      .3         .3          .3
#   search lab.test and a CR       fs.lab.test\r at .2; dig, dnspython and c-ares fs.lab.test, adnshost none
#
# .1 is 127.0.0.1, which glibc asks without a word when no line is good. dig says “parse of /etc/resolv.conf failed” and asks nobody.
# Lesson: questions to port 53 of the host itself, or for names that end in a carriage return, come from this file. dig is no witness for
# what smbclient does, which asks through glibc, nor the other way round.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install bind9-dnsutils=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 knot-dnsutils=3.2.6-1 \
  ldnsutils=1.8.3-1+b1 adns-tools=1.6.0-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install dnspython==2.9.2 pycares==5.2.1
: > resolv.conf
echo 'hosts: dns' > nsswitch.conf
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
asked = []
def serve(address):
    # A server that knows the address of fs.lab.test, and nothing else.
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    while True:
        data, sender = server.recvfrom(4096)
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode("latin-1"))
            at += data[at] + 1
        kind, question, name = struct.unpack(">H", data[at + 1:at + 3])[0], data[12:at + 5], ".".join(labels)
        if kind == 1: asked.append((address, name))
        found = name.lower() == "fs.lab.test"
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\x09\x09\x09" if found and kind == 1 else b""
        server.sendto(data[:2] + struct.pack(">5H", 0x8580 | (0 if found else 3), 1, 1 if answer else 0, 0, 0) + question + answer, sender)
for address in ("127.0.0.1", "127.0.0.2", "127.0.0.3"): threading.Thread(target=serve, args=(address,), daemon=True).start()
programs = {
    "glibc": ["python3", "-c", "import socket, sys; socket.getaddrinfo(sys.argv[1], None, family=socket.AF_INET)"],
    "dig": ["root/usr/bin/dig", "+search", "+time=1", "+tries=1"], "kdig": ["root/usr/bin/kdig", "+time=1", "+retry=0"],
    "drill": ["root/usr/bin/drill"], "adnshost": ["root/usr/bin/adnshost", "-s"],
    "dnspython": ["v/bin/python", "-c", "import dns.resolver, sys; dns.resolver.resolve(sys.argv[1], 'A', search=True, lifetime=4)"],
    "c-ares": ["v/bin/python", "-c", "import pycares, sys, time\nchannel = pycares.Channel(lookups='b')\n"
               "channel.getaddrinfo(sys.argv[1], None, family=2, callback=lambda *_: None)\ntime.sleep(2)"]}
def look(lines, name):
    with open("resolv.conf", "wb") as file: file.write(lines)
    row = {}
    for program, command in programs.items():
        asked.clear()
        subprocess.run(
            command + [name], capture_output=True, timeout=30, env=dict(os.environ, LC_ALL="C", LD_LIBRARY_PATH=sys.argv[1]))
        row[program] = asked[0] if asked else None
    return row
one, two, three = (("127.0.0.%d" % number, "fs.lab.test") for number in (1, 2, 3))
wanted = {
    "nameserver 127.0.0.2\n": [two] * 7, "nameserver 127.0.0.2\r\n": [one, None, None, two, two, two, two],
    "nameserver 127.0.0.2#53\n": [one, None, two, None, one, None, two], "nameserver 127.0.0.2;note\n": [one, None, None, two, one, None, two],
    "nameserver [127.0.0.2]:53\n": [one, None, two, None, one, None, two], "nameserver 127.0.0.3 127.0.0.2\n": [three, None] + [three] * 5,
    "nameserver 127.0.0.2\nsearch lab.test\r\n": [("127.0.0.2", "fs.lab.test\r"), two, (two[0], "fs"), (two[0], "fs"), None, two, two]}
right = True
for lines, row in wanted.items():
    seen = list(look(lines.encode(), "fs" if "search" in lines else "fs.lab.test").values())
    print(repr(lines), seen)
    right = right and seen == row
print("as described" if right else "this has changed")
sys.stdout.flush()
os._exit(0 if right else 1)
P
# The two files of the host are covered in a name space of its own.
unshare -rnm sh -c 'ip link set lo up; mount --bind resolv.conf /etc/resolv.conf; mount --bind nsswitch.conf /etc/nsswitch.conf
  exec python3 look.py "$0"' "$libraries"
