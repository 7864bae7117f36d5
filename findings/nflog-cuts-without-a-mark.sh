#!/bin/sh
# Can one see that packets are cut when a rule of the firewall has a limit (“log group 5 snaplen 64” of nftables, dumpcap -i nflog:5)?
#
# Guess before the run: yes; each packet in a recording has the length that it had and the length that was kept.
# Seen (nftables 1.0.6-2+deb12u2, wireshark-common and tshark 4.0.17-0+deb12u3 of Debian bookworm, Linux 6.18), messages of 100 bytes:
#
#                              frame.len   frame.cap_len   length in the header of IP
#   log group 5                256         256             152
#   log group 5 snaplen 64     168         168             152
#
# The kernel cuts, and libpcap, which sees what comes, takes it for the whole. The header of NFLOG has 104 bytes here, with it 64 of
# 152 are left.
# Lesson: capinfos and tshark call such a file complete (no “Packet size limited”), and what is missing looks like lost segments
# or a damaged message. Compare the header of IP with the frame; leave snaplen out of the rule.
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
    time.sleep(1)
    recorder.send_signal(signal.SIGINT)
    recorder.wait(timeout=60)
    for end in (client, server, listener): end.close()
    lines = run("root/usr/bin/tshark", "-r", "log.pcapng", "-T", "fields", *[word for one in fields for word in ("-e", one)]).splitlines()
    return [line.split("\t") for line in lines]

fields = "frame.len", "frame.cap_len", "ip.len"
seen = {rule: record("log group 5 queue-threshold 1" + rule, fields)[-1] for rule in ("", " snaplen 64")}
for one in seen.items(): print(*one)
assert list(seen.values()) == [["256", "256", "152"], ["168", "168", "152"]], "this has changed"
P
unshare -rn sh -c 'ip link set lo up; exec python3 look.py "$0"' "$libraries"
