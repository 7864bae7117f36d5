#!/bin/sh
# For how long does a DNS server keep the answer that a name is not there (NXDOMAIN), such as that of a domain controller that comes up
# later?
#
# Guess before the run: for the smaller of two numbers in the SOA record of the answer, its TTL and its last field (MINIMUM), as RFC 2308
# has it. Nothing was guessed about large ones.
# Seen (dnsmasq-base 2.90-4~deb12u2, unbound 1.17.1-2+deb12u4, pdns-recursor 4.8.8-1+deb12u1 of Debian bookworm), in seconds:
#
#   TTL      MINIMUM   dnsmasq   unbound   pdns-recursor
#   2        60        2         2         2
#   60       2         2         2         60
#   100000   100000    100000    3600      3600
#
# dnsmasq tells its clients 60 in the second case, and asks anew after 2. An empty answer (NODATA) is kept for as long.
# Lesson: “the record is there, and the client does not see it” may last an hour, or a day behind a dnsmasq; look at the SOA of the zone,
# and at the TTL that the client's own server gives with its answer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install dnsmasq-base=2.90-4~deb12u2 unbound=1.17.1-2+deb12u4 pdns-recursor=4.8.8-1+deb12u1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import atexit, os, socket, struct, subprocess, sys, threading, time
asked, soa = [], {}
def wire(name): return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
def serve():
    # The company's server, which knows no name.
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.2", 53))
    while True:
        data, sender = server.recvfrom(4096)
        end = data.index(b"\0", 12) + 5
        asked.append(data[12:end])
        fields = wire("ns.lab.test") + wire("admin.lab.test") + struct.pack(">5I", 1, 60, 60, 60, soa["minimum"])
        record = wire("lab.test") + struct.pack(">HHIH", 6, 1, soa["ttl"], len(fields)) + fields
        server.sendto(data[:2] + struct.pack(">5H", 0x8583, 1, 0, 1, 0) + data[12:end] + record, sender)
threading.Thread(target=serve, daemon=True).start()
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1])
with open("unbound.conf", "w") as file:
    file.write(
        'server:\n interface: 127.0.0.5\n port: 5302\n do-daemonize: no\n username: ""\n chroot: ""\n directory: "."\n pidfile: ""\n'
        ' use-syslog: no\n do-not-query-localhost: no\n module-config: "iterator"\n local-zone: "test." nodefault\n'
        ' access-control: 127.0.0.0/8 allow\nforward-zone:\n name: "."\n forward-addr: 127.0.0.2\n')
with open("recursor.conf", "w") as file:
    file.write(
        "local-address=127.0.0.5\nlocal-port=5303\nforward-zones-recurse=.=127.0.0.2\ndnssec=off\nsocket-dir=" + os.getcwd()
        + "\nallow-from=127.0.0.0/8\ndont-query=\nsecurity-poll-suffix=\ndaemon=no\nthreads=1\n")
ports = {"dnsmasq": 5301, "unbound": 5302, "pdns-recursor": 5303}
commands = [
    ["dnsmasq", "-d", "-C", "/dev/null", "-h", "-R", "-S", "127.0.0.2", "-p", "5301", "--listen-address=127.0.0.5", "--bind-interfaces"],
    ["unbound", "-d", "-c", "unbound.conf"], ["pdns_recursor", "--config-dir=."]]
servers = [subprocess.Popen(["root/usr/sbin/" + one[0], *one[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
           for one in commands]
atexit.register(lambda: [one.kill() for one in servers])
def ask(server, name):
    # Asks for an SRV record; gives the TTL of the SOA record in the answer.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect(("127.0.0.5", ports[server]))
        for _ in range(50):
            try:
                client.send(struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + wire(name) + struct.pack(">HH", 33, 1))
                data = client.recv(4096)
            except ConnectionRefusedError: time.sleep(0.2)
            else: break
    assert data[3] & 15 == 3, "this has changed"
    at = len(wire(name)) + 16
    while data[at] and data[at] < 192: at += data[at] + 1
    at += 1 if data[at] == 0 else 2
    return struct.unpack(">I", data[at + 4:at + 8])[0]
def look(ttl, minimum):
    soa.update(ttl=ttl, minimum=minimum)
    row = {}
    for server in ports: ask(server, "n%d.%s.lab.test" % (ttl, server))
    time.sleep(3.5)
    for server in ports:
        before = len(asked)
        left = ask(server, "n%d.%s.lab.test" % (ttl, server))
        row[server] = "asked anew" if len(asked) > before else left
    return row
for server in ports:
    soa.update(ttl=1, minimum=1)
    ask(server, "first.lab.test")
short, other, long = look(2, 60), look(60, 2), look(100000, 100000)
for server in servers:
    server.terminate()
    server.wait()
print(short, other, long)
anew = "asked anew"
right = set(short.values()) == {anew} and [other["dnsmasq"], other["unbound"]] == [anew] * 2 and 50 <= other["pdns-recursor"] <= 58
right = right and 99990 <= long["dnsmasq"] < 100000 and all(3500 <= long[server] <= 3600 for server in ("unbound", "pdns-recursor"))
print("as described" if right else "this has changed")
sys.stdout.flush()
os._exit(0 if right else 1)
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
