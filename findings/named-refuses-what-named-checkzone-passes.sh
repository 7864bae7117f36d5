#!/bin/sh
# Does named load each zone of a domain that named-checkzone calls OK?
#
# Guess before the run: yes. An underscore in the name of a host (fs_1), as Windows takes it, is an error of both.
# Seen (bind9 1:9.18.49-1~deb12u3 and bind9-utils of Debian bookworm), default settings, one record more in a zone with a domain
# controller:
#
#                                             named-checkzone                              named
#   gc._msdcs A, _ldap._tcp SRV, fs_1 CNAME   OK, status 0                                 loads the zone
#   _kerberos._tcp SRV to a CNAME             OK, status 0, “is a CNAME (illegal)”         loads the zone
#   _kerberos._tcp SRV to no host             OK, status 0, “has no address records”       loads the zone
#   fs_1 A, or AAAA                           OK, status 0, “bad owner name”               refuses the whole zone, SERVFAIL for each name
#   _kerberos._tcp SRV to dc_1                OK, status 0, “bad name”                     the same
#
# check-names is “warn” for the one and “fail” for the other.
# Lesson: SERVFAIL for _ldap._tcp and _kerberos._tcp, so that no client finds a domain controller, may come from one new host with
# an underscore. A check before a reload needs named-checkzone -k fail.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
version=1:9.18.49-1~deb12u3
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install bind9=$version bind9-utils=$version bind9-libs=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, socket, subprocess, sys, time
here = os.getcwd()
loader = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1])
with open("named.conf", "w") as file:
    file.write("""options {
  directory "%s"; listen-on port 5300 { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; session-keyfile none;
  recursion no; dnssec-validation no;
};
controls {};
zone "lab.test" { type primary; file "%s/zone"; };
""" % (here, here))
def ask():
    # A of dc1.lab.test; the last four bits of the flags are the code of the answer.
    question = b"\1\2\0\0\0\1\0\0\0\0\0\0\3dc1\3lab\4test\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.3)
        client.connect(("127.0.0.1", 5300))
        for _ in range(50):
            try:
                client.send(question)
                return client.recv(512)[3] & 15
            except OSError: time.sleep(0.2)
def look(record):
    with open("zone", "w") as file:
        file.write("$ORIGIN lab.test.\n$TTL 3600\n@ SOA dc1 hostmaster 1 900 600 86400 3600\n@ NS dc1\ndc1 A 10.0.0.1\nalias CNAME dc1\n%s\n" % record)
    check = subprocess.run(["root/usr/bin/named-checkzone", "lab.test", "zone"], env=loader, capture_output=True, text=True, timeout=60)
    lines = check.stdout.splitlines()
    server = subprocess.Popen(["root/usr/sbin/named", "-f", "-c", "named.conf"], env=loader, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try: code = ask()
    finally:
        server.terminate()
        server.wait()
    words = [word for word in ("illegal", "no address", "bad owner name", "bad name") if word in check.stdout]
    return check.returncode, lines[-1], words, code
rows = {
    "gc._msdcs A 10.0.0.1": [], "_ldap._tcp SRV 0 100 389 dc1": [], "fs_1 CNAME dc1": [],
    "_kerberos._tcp SRV 0 100 88 alias": ["illegal"], "_kerberos._tcp SRV 0 100 88 nosuch": ["no address"],
    "fs_1 A 10.0.0.2": ["bad owner name"], "fs_1 AAAA fd00::2": ["bad owner name"], "_kerberos._tcp SRV 0 100 88 dc_1": ["no address", "bad name"]}
right = True
for record, words in rows.items():
    seen = look(record)
    print(record, *seen, flush=True)
    # 0 is NOERROR, 2 SERVFAIL.
    right = right and seen == (0, "OK", words, 2 if "bad owner name" in words or "bad name" in words else 0)
strict = subprocess.run(["root/usr/bin/named-checkzone", "-k", "fail", "lab.test", "zone"], env=loader, capture_output=True, timeout=60).returncode
print("-k fail", strict)
assert right and strict == 1, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
