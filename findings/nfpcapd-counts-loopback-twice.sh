#!/bin/sh
# How many packets does nfpcapd count when it records the loopback, where tests of SMB run?
#
# Guess before the run: as many as there are, like tcpdump; the kernel hands each packet of lo to a recorder twice, when it leaves and
# when it comes, and libpcap drops one of the two.
# Seen (nfdump 1.7.1-2+deb12u1 and wireshark-common 4.0.17-0+deb12u3 of Debian bookworm), one connection to port 445 on 127.0.0.1, at
# the same time by both:
#
#                   dumpcap -i lo   nfpcapd -i lo
#   to the server   6 packets       12 packets
#   back            5 packets       10 packets
#
# Bytes are twice as many, too. A file of lo (nfpcapd -r) has the right numbers.
# Lesson: flows of lo by nfpcapd have twice the packets and bytes. “As many acknowledgements again” and “each request was sent twice” are
# no retransmissions. Record with tcpdump first, and read the file.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nfdump=1.7.1-2+deb12u1 tshark=$version \
  wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, signal, socket, struct, subprocess, sys, time
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1])
os.mkdir("flows")
recorders = [
    subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in (
        ["root/usr/bin/dumpcap", "-q", "-i", "lo", "-w", "lo.pcapng"], ["root/usr/bin/nfpcapd", "-i", "lo", "-w", "flows", "-e", "5,5"])]
time.sleep(3)
assert all(one.poll() is None for one in recorders), "a recorder did not start; this needs root"
listener = socket.create_server(("127.0.0.1", 445))
client = socket.create_connection(("127.0.0.1", 445))
server, _ = listener.accept()
# Pauses leave time for the acknowledgement of each.
for sender, receiver in ((client, server), (server, client)):
    sender.sendall(b"\0\0\0\x08\xfeSMBabcd")
    receiver.recv(100)
    time.sleep(0.3)
for end in (client, server):
    end.close()
    time.sleep(0.3)
time.sleep(3)
for one in recorders:
    one.send_signal(signal.SIGINT)
    one.wait(timeout=60)
def run(*command): return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
filters = "tcp.dstport == 445", "tcp.srcport == 445"
shark = [len(run("root/usr/bin/tshark", "-r", "lo.pcapng", "-Y", one).splitlines()) for one in filters]
flows = [line.split() for line in run("root/usr/bin/nfdump", "-q", "-R", "flows", "-o", "fmt:%sp %dp %pkt").splitlines() if line.strip()]
dump = [sum(int(packets) for source, target, packets in flows if "445" == (target, source)[back]) for back in (0, 1)]
print("dumpcap", *shark, "nfpcapd", *dump)
assert all(shark) and dump == [2 * one for one in shark], "this has changed"
P
# nfpcapd locks much memory, which root of the host may do and root of a namespace of users may not.
unshare -n sh -c 'ip link set lo up; exec python3 look.py "$0"' "$libraries"
