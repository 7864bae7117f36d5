#!/bin/sh
# Does one filter find the same connections in tcpdump, nfdump, ra (argus) and tshark?
#
# Guess before the run: a number that begins with 0 is octal, in a port and in an address; a range from above to below finds nothing;
# nfdump and tshark take “and” before “or”, tcpdump and ra go from left to right.
# Seen (tcpdump 4.99.3-1, nfdump 1.7.1-2+deb12u1, argus-client 1:3.0.8.2-6.1+b3 and tshark 4.0.17-0+deb12u3 of Debian bookworm), the
# connections that they find; A and B are the hosts 10.0.0.1 and 10.0.0.9, the numbers the ports of the server:
#
#   filter                                       tcpdump              nfdump          ra               tshark (in its own words)
#   port 0445 (a connection to 293 is there)     A 293                A 445, B 445    A 293            A 293
#   portrange 500-400                            A 445, B 445         an error        an error         nothing, no error
#   host 010.0.0.9                               B                    B               B                an error
#   net 10.0.0                                   all                  an error        nothing          an error
#   port 445 or 139                              both ports           an error        both ports       –
#   port > 400 and port < 500                    an error             all             an error         –
#   port 445 or port 139 and host 10.0.0.9       B                    A 445 and B     B                A 445 and B
#
# nfdump asks “port > 400” and “port < 500” of either port, and one of 50000 to 139 fits.
# Lesson: a filter that moves from one program to another is another filter. “No such connection” is sure only after a filter that
# finds one which is there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 libpcap0.8 nfdump=1.7.1-2+deb12u1 argus-client=1:3.0.8.2-6.1+b3 argus-server=2:3.0.8.2-2.2 \
  tshark=4.0.17-0+deb12u3 wireshark-common libwireshark16 libwiretap13 libwsutil14 libwireshark-data >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, re, struct, subprocess, sys
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C", TZ="UTC", HOME=os.getcwd(), WIRESHARK_DATA_DIR=os.path.abspath("root/usr/share/wireshark"))
def run(*command): return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
def find(name):
    for folder in ("bin", "sbin"):
        if os.path.exists(f"root/usr/{folder}/{name}"): return f"root/usr/{folder}/{name}"
pairs = [(1, 445), (1, 139), (9, 139), (9, 445), (1, 293)]
with open("a.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, (host, port) in enumerate(pairs):
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, number, 0, 64, 6, 0, bytes([10, 0, 0, host]), bytes([10, 0, 0, 2]))
        packet = bytes.fromhex("5254000000025254000000010800") + packet + struct.pack(">HHIIBBHHH", 50000 + number, port, 1000, 0, 0x50, 2, 8192, 0, 0)
        file.write(struct.pack("<IIII", 1700000000 + number, 0, len(packet), len(packet)) + packet)
os.mkdir("flows")
run(find("nfpcapd"), "-r", "a.pcap", "-w", "flows")
run(find("argus"), "-r", "a.pcap", "-w", "a.argus")
def sorted_pairs(text):
    found = re.findall(r"10\.0\.0\.([19])[.:]5000\d\D+10\.0\.0\.2[.:](\d+)", text)
    return sorted((int(host), int(port)) for host, port in found)
def tcpdump(text):
    done = run(find("tcpdump"), "-nr", "a.pcap", "-t", text)
    return "error" if done.returncode else sorted_pairs(done.stdout)
def nfdump(text):
    done = run(find("nfdump"), "-R", "flows", "-q", "-o", "fmt:%sa:%sp-%da:%dp", text)
    return "error" if re.search("error|incomplete", done.stdout + done.stderr) else sorted_pairs(done.stdout.replace(" ", ""))
def ra(text):
    done = run(find("ra"), "-nn", "-r", "a.argus", "-s", "saddr", "sport", "daddr", "dport", "-L", "-1", "-", text)
    return "error" if "error" in done.stderr + done.stdout else sorted_pairs(re.sub(" +", " ", done.stdout))
def tshark(text):
    if text is None: return None
    fields = "-e ip.src -e tcp.srcport -e ip.dst -e tcp.dstport".split()
    done = run(find("tshark"), "-nr", "a.pcap", "-Y", text, "-T", "fields", "-E", "separator=:", *fields)
    return "error" if done.returncode else sorted_pairs(done.stdout)
every, smb, nine, octal = sorted(pairs), [(1, 445), (9, 445)], [(9, 139), (9, 445)], [(1, 293)]
mixed, both, error = [(1, 445), (9, 139), (9, 445)], [(1, 139), (1, 445), (9, 139), (9, 445)], "error"
rows = [
    ("port 0445", "tcp.port == 0445", [octal, smb, octal, octal]),
    ("portrange 500-400", "tcp.port in {500..400}", [smb, error, error, []]),
    ("host 010.0.0.9", "ip.addr == 010.0.0.9", [nine, nine, nine, error]), ("net 10.0.0", "ip.addr == 10.0.0", [every, error, [], error]),
    ("port 445 or 139", None, [both, error, both, None]), ("port > 400 and port < 500", None, [error, every, error, None]),
    ("port 445 or port 139 and host 10.0.0.9", "tcp.port == 445 or tcp.port == 139 and ip.addr == 10.0.0.9", [nine, mixed, nine, mixed])]
right = True
for text, other, wanted in rows:
    seen = [tcpdump(text), nfdump(text), ra(text), tshark(other)]
    print(text, *seen, sep=" | ")
    right = right and seen == wanted
assert right, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
