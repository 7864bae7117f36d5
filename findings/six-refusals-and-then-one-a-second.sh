#!/bin/sh
# How soon does a client learn that a firewall on Linux rejects its connections to port 445 by ICMP (“reject” of nftables)?
#
# Guess before the run: at once, for each connection, as with a reset.
# Seen (nftables 1.0.6-2+deb12u2 of Debian bookworm, Linux 6.18), ten connections one behind the other from one host, in seconds:
#
#   reject with icmp port-unreachable   0 0 0 0 0 0 1 1 1 1; 14 SYNs and 10 answers
#   reject with tcp reset               0 0 0 0 0 0 0 0 0 0
#
# Linux sends one such ICMP message a second to one host, and may save up six (icmp_ratelimit). The next SYN has no answer; TCP sends it
# again after a second.
# Lesson: SYNs without an answer between SYNs that are refused are neither loss nor a server that comes and goes. Programs that
# try several ports and addresses, as each client of SMB does, meet a silent port where a quick refusal was meant. Take
# “reject with tcp reset” for port 445.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, select, socket, struct, subprocess, sys, time
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1])
def run(*command): subprocess.run(command, check=True, env=environment)
# The server is a namespace of its own, behind a pair of cards.
server = subprocess.Popen(["unshare", "-n", "sleep", "100"])
try:
    while os.readlink("/proc/%d/ns/net" % server.pid) == os.readlink("/proc/self/ns/net"): time.sleep(0.1)
    there = "nsenter", "-t", str(server.pid), "-n"
    run("ip", "link", "add", "client0", "type", "veth", "peer", "name", "server0")
    run("ip", "link", "set", "server0", "netns", str(server.pid))
    run("ip", "address", "add", "10.0.0.1/24", "dev", "client0")
    run("ip", "link", "set", "client0", "up")
    run(*there, "ip", "address", "add", "10.0.0.2/24", "dev", "server0")
    run(*there, "ip", "link", "set", "server0", "up")
    time.sleep(1)
    def look(how):
        run(*there, "root/usr/sbin/nft", "flush ruleset; add table ip t; add chain ip t c { type filter hook input priority 0; }; "
            "add rule ip t c tcp dport 445 reject with " + how)
        watcher = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        watcher.bind(("client0", 0))
        times, counts = [], {"SYN": 0, "ICMP": 0}
        for _ in range(10):
            began = time.monotonic()
            try: socket.create_connection(("10.0.0.2", 445), timeout=10)
            except ConnectionRefusedError: times.append(round(time.monotonic() - began))
        while select.select([watcher], [], [], 0.5)[0]:
            frame = watcher.recv(2000)
            if frame[12:14] == b"\x08\0" and frame[23] == 6 and frame[26:30] == bytes([10, 0, 0, 1]): counts["SYN"] += 1
            if frame[12:14] == b"\x08\0" and frame[23] == 1 and frame[34] == 3: counts["ICMP"] += 1
        print(how, *times, counts)
        return times, counts
    slow, counts = look("icmp type port-unreachable")
    quick, _ = look("tcp reset")
finally: server.terminate()
assert slow == [0] * 6 + [1] * 4 and counts == {"SYN": 14, "ICMP": 10} and quick == [0] * 10, "this has changed"
P
unshare -rn python3 look.py "$libraries"
