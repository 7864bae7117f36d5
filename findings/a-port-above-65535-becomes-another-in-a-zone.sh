#!/bin/sh
# What do name servers make of an SRV record whose port, weight or priority does not fit into 16 bits, such as 445445?
#
# Guess before the run: all refuse the zone, and name the line.
# Seen (nsd 4.6.1-1, ldnsutils 1.8.3-1+b1, bind9-utils 1:9.18.49-1~deb12u3, knot-dnssecutils 3.2.6-1,
# unbound 1.17.1-2+deb12u4 of Debian bookworm):
#
#                     port 70000   port 445445   weight 65999   priority 65536
#   nsd-checkzone -p  4464         52229         463            0
#   ldns-read-zone    4464         52229         463            0
#   unbound           4464         52229         463            0               as local-data, answered to drill
#   named-checkzone   “near '70000': out of range”, with the line, and status 1, for each
#   kzonecheck        “failed to run semantic checks”, without a line, and status 1, for each
#
# nsd-checkzone says “zone lab.test is ok”, and unbound-checkconf “no errors”; both end with status 0.
# Lesson: clients that try a port that no file names, and a domain controller that comes first instead of last, may come from such a
# record. Compare what the server answers (dig SRV) with the file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nsd=4.6.1-1 ldnsutils=1.8.3-1+b1 libldns3=1.8.3-1+b1 bind9-utils=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 \
  knot-dnssecutils=3.2.6-1 libknot13=3.2.6-1 libzscanner4=3.2.6-1 libdnssec9=3.2.6-1 unbound=1.17.1-2+deb12u4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import glob, os, re, socket, subprocess, sys, time
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", HOME=os.getcwd())
ZONE = "$ORIGIN lab.test.\n$TTL 3600\n@ SOA dc1 hostmaster 1 3600 600 86400 60\n@ NS dc1\ndc1 A 10.0.0.1\n_ldap._tcp SRV %s dc1\n"
def run(tool, *words):
    out = subprocess.run([glob.glob(f"root/usr/*bin/{tool}")[0], *words], capture_output=True, text=True, env=environment, timeout=60)
    text = out.stdout + out.stderr
    record = re.search(r"\bSRV\s+(\d+) (\d+) (\d+)", text)
    return out.returncode, " ".join(record.groups()) if record else re.search(r"zone:6:.*(out of range)|(failed to run semantic checks)|$", text)[0]
def resolve(numbers):
    """The record that unbound gives for local-data."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open("unbound.conf", "w") as file:
        file.write(f"""server:
 interface: 127.0.0.1
 port: {port}
 do-daemonize: no
 chroot: ""
 username: ""
 directory: "{os.getcwd()}"
 pidfile: ""
 use-syslog: no
 local-zone: "lab.test." static
 local-data: "_ldap._tcp.lab.test. SRV {numbers} dc1.lab.test."
""")
    checked = run("unbound-checkconf", "unbound.conf")[0]
    server = subprocess.Popen(["root/usr/sbin/unbound", "-d", "-c", "unbound.conf"], env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            answer = run("drill", "@127.0.0.1", "-p", str(port), "_ldap._tcp.lab.test", "SRV")[1]
            if answer: break
            time.sleep(0.2)
    finally:
        server.terminate()
        server.wait()
    return checked, answer
def look(numbers):
    with open("look.zone", "w") as file: file.write(ZONE % numbers)
    return (
        run("nsd-checkzone", "-p", "lab.test", "look.zone"), run("ldns-read-zone", "look.zone"), run("named-checkzone", "lab.test", "look.zone"),
        run("kzonecheck", "-o", "lab.test", "look.zone"), resolve(numbers))
seen = {numbers: look(numbers) for numbers in ("0 100 389", "0 100 70000", "0 100 445445", "65536 100 389", "0 65999 389")}
for each in seen.items(): print(*each)
def refused(number): return (1, f"zone:6: near '{number}': out of range"), (1, "failed to run semantic checks")
assert seen == {
    "0 100 389": ((0, "0 100 389"), (0, "0 100 389"), (0, ""), (0, ""), (0, "0 100 389")),
    "0 100 70000": ((0, "0 100 4464"), (0, "0 100 4464"), *refused(70000), (0, "0 100 4464")),
    "0 100 445445": ((0, "0 100 52229"), (0, "0 100 52229"), *refused(445445), (0, "0 100 52229")),
    "65536 100 389": ((0, "0 100 389"), (0, "0 100 389"), *refused(65536), (0, "0 100 389")),
    "0 65999 389": ((0, "0 463 389"), (0, "0 463 389"), *refused(65999), (0, "0 463 389"))}, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
