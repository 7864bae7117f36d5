#!/bin/sh
# Do tools for flows see TCP behind an IPv6 extension header?
#
# Guess before the run: yes; such a header says how long it is and what follows, and IPv6 is old.
# Seen (Debian bookworm), one connection to port 445, each packet with a hop-by-hop header of 8 bytes, which holds padding:
#
#                              without it   with it
#   argus 3.0.8.2-2.2          found        found
#   softflowd 1.1.0-1+b1       found        found
#   tcpflow 1.6.1-2+b1         found        nothing, no word
#   ngrep 1.47+ds1-5+b1        found        nothing, no word
#   nfpcapd 1.7.1-2+deb12u1    found        a flow of protocol 0 from port 0 to port 0
#
# Lesson: ask argus or softflowd, or look at the packets themselves, before “no SMB” is believed of an IPv6 network.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpflow=1.6.1-2+b1 argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 \
  ngrep=1.47+ds1-5+b1 softflowd=1.1.0-1+b1 nfdump=1.7.1-2+deb12u1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.all import Ether, IPv6, IPv6ExtHdrHopByHop, PadN, TCP, wrpcap
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PATH="root/usr/bin:root/usr/sbin:" + os.environ["PATH"])
def connection(options):
    places, ends = [1000, 5000], [("2001:db8::1", 50000), ("2001:db8::2", 445)]
    for who, flags, data in ((0, "S", b""), (1, "SA", b""), (0, "A", b""), (0, "PA", b"\0\0\0\x08\xfeSMBabcd"),
                             (1, "PA", b"\0\0\0\x08\xfeSMBefgh"), (0, "A", b""), (0, "FA", b""), (1, "FA", b""), (0, "A", b"")):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        tcp = TCP(sport=sport, dport=dport, flags=flags, seq=places[who], ack=places[1 - who] if flags != "S" else 0) / data
        head = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IPv6(src=source, dst=target)
        yield head / IPv6ExtHdrHopByHop(options=[PadN(optdata=bytes(4))]) / tcp if options else head / tcp
        places[who] += len(data) + ("S" in flags or "F" in flags)
def run(command): return subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, timeout=60)
def argus(path):
    flows = run("argus -r " + path + " -w - | ra -n -r - -s daddr:40 dport").stdout.replace(" ", "")
    return "found" if "2001:db8::2.445" in flows else "nothing"
def softflowd(path):
    done = run("softflowd -D -d -r " + path)
    return "found" if "[2001:db8::2]:445" in done.stdout + done.stderr else "nothing"
def tcpflow(path):
    run("mkdir out-" + path + " && tcpflow -o out-" + path + " -r " + path)
    return "found" if any("00445" in name for name in os.listdir("out-" + path)) else "nothing"
def ngrep(path): return "found" if "2001:db8::2:445 " in run("ngrep -q -I " + path + " SMB").stdout else "nothing"
def nfpcapd(path):
    run("mkdir flows-" + path + " && nfpcapd -r " + path + " -w flows-" + path)
    flows = [line.split() for line in run("nfdump -q -6 -R flows-" + path + ' -o "fmt:%pr %dp"').stdout.splitlines() if line.strip()]
    return "found" if ["TCP", "445"] in flows else "protocol 0" if ["0", "0"] in flows else "nothing"
wrpcap("without", list(connection(False)))
wrpcap("with", list(connection(True)))
seen = {tool.__name__: [tool("without"), tool("with")] for tool in (argus, softflowd, tcpflow, ngrep, nfpcapd)}
for one in seen.items(): print(*one)
assert [one for one, _ in seen.values()] == ["found"] * 5, "this has changed"
assert [two for _, two in seen.values()] == ["found", "found", "nothing", "nothing", "protocol 0"], "this has changed"
P
v/bin/python look.py "$libraries"
