#!/bin/sh
# What does a client see of a domain controller behind a dnsmasq with “stop-dns-rebind”, as many routers have it?
#
# Guess before the run: REFUSED for its address, which is private; the SRV record passes. 192.0.2.9, one of the addresses for
# documentation that labs use, passes too.
# Seen (dnsmasq-base 2.90-4~deb12u2 of Debian bookworm):
#
#                            answer to the client
#   SRV of the domain        dc1.lab.test
#   A of dc1, 10.0.0.1       NOERROR, empty
#   A of fs, 192.0.2.9       NOERROR, empty
#   A of web, 9.9.9.9        9.9.9.9
#   with rebind-domain-ok=/lab.test/   all of them
#
# The server above gave each address; dnsmasq's log has “possible DNS-rebind attack detected”. With “bogus-priv” a reverse lookup (PTR) of
# 192.0.2.9 is NXDOMAIN as well, without a question to the server above.
# Lesson: a name that the SRV record gives and that has “no address” points at a router, not at the domain. Kerberos then says that it
# cannot contact a KDC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install dnsmasq-base=2.90-4~deb12u2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
records = {
    ("dc1.lab.test", 1): bytes([10, 0, 0, 1]), ("fs.lab.test", 1): bytes([192, 0, 2, 9]), ("web.lab.test", 1): bytes([9, 9, 9, 9]),
    ("_kerberos.lab.test", 256): b"\0\1\0\1krb5srv:m:tcp:dc1.lab.test", ("_kerberos.lab.test", 16): b"\x08LAB.TEST"}
target = bytes([0, 0, 0, 100, 0, 88]) + b"\3dc1\3lab\4test\0"
for name in ("_kerberos._tcp", "_ldap._tcp.dc._msdcs", "_smb._tcp", "plain"): records[name + ".lab.test", 33] = target
asked = []
def serve():
    # The company's own server, to which the other one hands on what it does not know.
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.2", 53))
    while True:
        data, sender = server.recvfrom(4096)
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += data[at] + 1
        kind, question, name = struct.unpack(">H", data[at + 1:at + 3])[0], data[12:at + 5], ".".join(labels)
        asked.append((name, kind))
        answer = records.get((name, kind), b"")
        if answer: answer = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 300, len(answer)) + answer
        server.sendto(data[:2] + struct.pack(">5H", 0x8580, 1, 1 if answer else 0, 0, 0) + question + answer, sender)
threading.Thread(target=serve, daemon=True).start()
def ask(name, kind):
    # The code of the answer, how many records it has, and whether the company's server was asked.
    asked.clear()
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0" + struct.pack(">HH", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect(("127.0.0.5", 5353))
        for _ in range(20):
            try:
                client.send(struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + question)
                data = client.recv(4096)
            except ConnectionRefusedError: time.sleep(0.2)
            else: break
    return data[3] & 15, struct.unpack(">H", data[6:8])[0], bool(asked)
def dnsmasq(options, *questions):
    server = subprocess.Popen(
        ["root/usr/sbin/dnsmasq", "-d", "-C", "/dev/null", "-h", "-R", "-S", "127.0.0.2", "-p", "5353", "--listen-address=127.0.0.5",
         "--bind-interfaces", *options], stderr=subprocess.PIPE, text=True, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    time.sleep(1)
    seen = [ask(*question) for question in questions]
    server.terminate()
    return seen, server.communicate()[1]
questions = [("_kerberos._tcp.lab.test", 33), ("dc1.lab.test", 1), ("fs.lab.test", 1), ("web.lab.test", 1)]
stopped, log = dnsmasq(["--stop-dns-rebind"], *questions)
seen = {
    "stop-dns-rebind": stopped, "rebind-domain-ok": dnsmasq(["--stop-dns-rebind", "--rebind-domain-ok=/lab.test/"], *questions)[0],
    "bogus-priv": dnsmasq(["--bogus-priv"], ("9.2.0.192.in-addr.arpa", 12))[0], "in the log": log.count("possible DNS-rebind attack detected")}
wanted = {
    "stop-dns-rebind": [(0, 1, True), (0, 0, True), (0, 0, True), (0, 1, True)], "rebind-domain-ok": [(0, 1, True)] * 4,
    "bogus-priv": [(3, 0, False)], "in the log": 2}
for row in seen.items(): print(*row)
print("as described" if seen == wanted else "this has changed")
sys.stdout.flush()
os._exit(0 if seen == wanted else 1)
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
