#!/bin/sh
# Are the times of packets right that a firewall hands to a recorder (“log group 5” of nftables, dumpcap -i nflog:5)?
#
# Guess before the run: yes, but with “queue-threshold 20”, where the kernel collects 20 packets first.
# Seen (nftables 1.0.6-2+deb12u2, wireshark-common and tshark 4.0.17-0+deb12u3 of Debian bookworm, Linux 6.18), eight messages to port 445,
# 0.3 s between two:
#
#   log group 5                     up to six at a time, microseconds between them; more than a second without any
#   log group 5 queue-threshold 1   0.3 s between two
#
# Without the threshold the kernel collects for a second, or for 100 packets; libpcap takes the time at which the lot comes. What it holds
# when the recorder ends is lost.
# Lesson: requests that come in lots, each second one, are not the client's habit, and the server's time to answer cannot be had from such
# a file. Write “queue-threshold 1” into the rule.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 tshark=$version \
  wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, signal, socket, subprocess, sys, time
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
def run(*command): return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
def record(rule, fields):
    # Eight messages of 100 bytes to port 445, 0.3 s between two.
    run("root/usr/sbin/nft", "flush ruleset; add table ip t; add chain ip t c { type filter hook input priority 0; }; "
        "add rule ip t c tcp dport 445 " + rule)
    recorder = subprocess.Popen(
        ["root/usr/bin/dumpcap", "-q", "-i", "nflog:5", "-w", "log.pcapng"], env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    time.sleep(3)
    listener = socket.create_server(("127.0.0.1", 445))
    client = socket.create_connection(("127.0.0.1", 445))
    server, _ = listener.accept()
    for _ in range(8):
        client.sendall(b"\0\0\0\x60\xfeSMB" + bytes(92))
        server.recv(200)
        time.sleep(0.3)
    time.sleep(2)
    recorder.send_signal(signal.SIGINT)
    recorder.wait(timeout=60)
    for end in (client, server, listener): end.close()
    lines = run("root/usr/bin/tshark", "-r", "log.pcapng", "-T", "fields", *[word for one in fields for word in ("-e", one)]).splitlines()
    return [line.split("\t") for line in lines]

def gaps(rule):
    times = [float(one) for one, in record(rule, ["frame.time_epoch"])]
    return [round(after - before, 1) for before, after in zip(times, times[1:])]
lots, single = gaps("log group 5"), gaps("log group 5 queue-threshold 1")
print("log group 5", *lots)
print("queue-threshold 1", *single)
assert lots.count(0.0) > len(lots) / 2 and 0.3 not in lots and max(lots) >= 0.9 and single.count(0.3) >= 6, "this has changed"
P
unshare -rn sh -c 'ip link set lo up; exec python3 look.py "$0"' "$libraries"
