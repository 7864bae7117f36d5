#!/bin/sh
# A host is given another address in the DNS server of a branch or a lab. Who answers for the other types of its name?
#
# Guess before the run: the same server, with “there is none”, for it has the name. So a domain with an address of its own
# (address=/lab.test/10.9.9.9) has no SRV records any more.
# Seen (dnsmasq-base 2.90-4~deb12u2, unbound 1.17.1-2+deb12u4 of Debian bookworm), both hand on what they do not know:
#
#                                             A        AAAA         SRV
#   dnsmasq, address=/lab.test/10.9.9.9       own      handed on    handed on, and answered
#   dnsmasq, host-record=dc1.lab.test,10…     own      handed on    handed on
#   the same with local=/lab.test/            own      none         none
#   unbound, local-data: "dc1.lab.test A …"   own      none         none
#
# Lesson: with dnsmasq a client of the lab still gets the real domain's SRV records, and the IPv6 address of the real server, which most
# clients try first. With unbound the lab's address hides the IPv6 address. Ask for each type before you say which server a client uses.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install dnsmasq-base=2.90-4~deb12u2 unbound=1.17.1-2+deb12u4 >&2
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
def unbound(data, *questions):
    with open("unbound.conf", "w") as file:
        file.write(
            'server:\n interface: 127.0.0.5\n port: 5353\n do-daemonize: no\n username: ""\n chroot: ""\n directory: "."\n pidfile: ""\n'
            ' use-syslog: no\n do-not-query-localhost: no\n module-config: "iterator"\n local-zone: "test." nodefault\n'
            ' access-control: 127.0.0.0/8 allow\n local-data: "' + data + '"\nforward-zone:\n name: "."\n forward-addr: 127.0.0.2\n')
    server = subprocess.Popen(
        ["root/usr/sbin/unbound", "-d", "-c", "unbound.conf"], stderr=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    time.sleep(1)
    seen = [ask(*question) for question in questions]
    server.terminate()
    server.wait()
    return seen
questions = [("dc1.lab.test", 1), ("dc1.lab.test", 28), ("dc1.lab.test", 33)]
domain = [*questions[:2], ("_kerberos._tcp.lab.test", 33)]
record = "--host-record=dc1.lab.test,10.9.9.9"
seen = {
    "address": dnsmasq(["--address=/lab.test/10.9.9.9"], *domain)[0], "host-record": dnsmasq([record], *questions)[0],
    "local": dnsmasq([record, "--local=/lab.test/"], *questions)[0], "unbound": unbound("dc1.lab.test A 10.9.9.9", *questions)}
own, none, handed_on = (0, 1, False), (0, 0, False), (0, 0, True)
wanted = {
    "address": [own, handed_on, (0, 1, True)], "host-record": [own, handed_on, handed_on], "local": [own, none, none],
    "unbound": [own, none, none]}
for row in seen.items(): print(*row)
print("as described" if seen == wanted else "this has changed")
sys.stdout.flush()
os._exit(0 if seen == wanted else 1)
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
