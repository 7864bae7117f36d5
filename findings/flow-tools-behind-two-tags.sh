#!/bin/sh
# Do tools for flows see a connection behind two VLAN tags (802.1ad: EtherType 0x88a8, then 0x8100)?
#
# Guess before the run: most of them; providers have used two tags for twenty years.
# Seen (Debian bookworm), one connection to port 445 with nine packets, and the same with one tag:
#
#                              one tag (0x8100)   two tags
#   tcpflow 1.6.1-2+b1         found              found
#   ndpiReader 4.2-2           found              no flow, no word
#   argus 3.0.8.2-2.2          found              a flow between two MAC addresses
#   ngrep 1.47+ds1-5+b1        found              nothing, no word
#   softflowd 1.1.0-1+b1       found              all packets ignored as “non-IP”
#   nfpcapd 1.7.1-2+deb12u1    found              “Unsupported link protocol: 0x88a8”
#
# Lesson: “no SMB in the recording” from such a tool may mean a recording between a provider's switches. Look at the
# EtherTypes before asking for another recording.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpflow=1.6.1-2+b1 libndpi-bin=4.2-2 libndpi4.2=4.2-2 argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 \
  ngrep=1.47+ds1-5+b1 softflowd=1.1.0-1+b1 nfdump=1.7.1-2+deb12u1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.all import Dot1AD, Dot1Q, Ether, IP, TCP, wrpcap
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PATH="root/usr/bin:root/usr/sbin:" + os.environ["PATH"])
def connection(tags):
    places, ends = [1000, 5000], [("10.0.0.1", 50000), ("10.0.0.2", 445)]
    for who, flags, data in ((0, "S", b""), (1, "SA", b""), (0, "A", b""), (0, "PA", b"\0\0\0\x08\xfeSMBabcd"),
                             (1, "PA", b"\0\0\0\x08\xfeSMBefgh"), (0, "A", b""), (0, "FA", b""), (1, "FA", b""), (0, "A", b"")):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        tcp = TCP(sport=sport, dport=dport, flags=flags, seq=places[who], ack=places[1 - who] if flags != "S" else 0)
        yield Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / tags / IP(src=source, dst=target) / tcp / data
        places[who] += len(data) + ("S" in flags or "F" in flags)
def run(command): return subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, timeout=60)
def tcpflow(path):
    run("mkdir out-" + path + " && tcpflow -o out-" + path + " -r " + path)
    return "found" if any("00445" in name for name in os.listdir("out-" + path)) else "nothing"
def ndpi(path): return "found" if "SMBv23" in run("ndpiReader -i " + path).stdout else "nothing"
def argus(path):
    flows = run("argus -r " + path + " -w - | ra -n -r - -s saddr sport daddr dport").stdout
    return "found" if "10.0.0.2.445" in flows else "addresses of Ethernet" if "02:00:00:00:00:02" in flows else "nothing"
def ngrep(path): return "found" if ":445 " in run("ngrep -q -I " + path + " SMB").stdout else "nothing"
def softflowd(path):
    done = run("softflowd -D -d -r " + path)
    return "found" if "[10.0.0.2]:445" in done.stdout + done.stderr else "non-IP" if "(9 non-IP" in done.stdout + done.stderr else "nothing"
def nfpcapd(path):
    done = run("mkdir flows-" + path + " && nfpcapd -r " + path + " -w flows-" + path)
    if "10.0.0.2:445" in run("nfdump -q -R flows-" + path + " -o fmt:%dap").stdout: return "found"
    return "unsupported" if "Unsupported link protocol: 0x88a8" in done.stdout + done.stderr else "nothing"
wrpcap("one", list(connection(Dot1Q(vlan=5))))
wrpcap("two", list(connection(Dot1AD(vlan=7) / Dot1Q(vlan=5))))
seen = {tool.__name__: [tool("one"), tool("two")] for tool in (tcpflow, ndpi, argus, ngrep, softflowd, nfpcapd)}
for one in seen.items(): print(*one)
assert [one for one, _ in seen.values()] == ["found"] * 6, "this has changed"
assert [two for _, two in seen.values()] == ["found", "nothing", "addresses of Ethernet", "nothing", "non-IP", "unsupported"], "this has changed"
P
v/bin/python look.py "$libraries"
