#!/bin/sh
# What does a KDC say to an AS-REQ with a wrong version (pvno 4), a wrong type, or a form that is not quite DER?
#
# Guess before the run: KDC_ERR_BAD_PVNO (3) for the version, KRB_AP_ERR_MSG_TYPE or silence for the type; silence for a field that it does not
# know, for flags of fewer than 32 bits and for a time that has no Z or a fraction. Heimdal takes the fraction.
# Seen (krb5-kdc 1.20.1-2+deb12u5, heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), a user that there is not, whose
# answer is the error 6 when all is well:
#
#                                           MIT         Heimdal
#   pvno 4                                  silence     6
#   msg-type 12 (that of a TGS-REQ)         60          6
#   flags of 8 bits                         6           6
#   a field [20] behind the others          6           6
#   a byte behind the message               6           6
#   till with a fraction, without Z, or
#     with a zone (+0000)                   silence     6
#   no name of a service                    silence     60
#   no name of a user                       6           60
#   a realm that is not the KDC's           6           6
#
# Lesson: neither says KDC_ERR_BAD_PVNO or KDC_ERR_WRONG_REALM. An AS-REQ without an answer may have reached MIT's KDC, and a program
# that works with Heimdal may be wrong all the same. Error 6 may mean the realm, not the user.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[kdc]
  database = {
    dbname = $folder/heimdal
    realm = LAB.TEST
    mkey_file = $folder/key
    log_file = $folder/changes
  }
  addresses = 127.0.0.1
[logging]
  kdc = FILE:$folder/log
C
cat > kdc.conf <<C
[kdcdefaults]
  kdc_listen = 127.0.0.1:88
  kdc_tcp_listen = 127.0.0.1:88
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
  }
C
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> other-log 2>&1; }
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
run root/usr/bin/kadmin.heimdal -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
def der(tag, *parts):
    data = b"".join(parts)
    size = bytes([len(data)]) if len(data) < 128 else b"\x81" + bytes([len(data)])
    return bytes([tag]) + size + data
def number(value): return der(2, bytes([value]))
def name(kind, *parts): return der(0x30, der(0xA0, number(kind)), der(0xA1, der(0x30, *(der(27, one.encode()) for one in parts))))
def request(flags=bytes(5), user=True, realm="LAB.TEST", service=True, till="20370913024805Z", version=5, kind=10, more=b"", behind=b""):
    body = der(0xA0, der(3, flags))
    if user: body += der(0xA1, name(1, "nobody"))
    body += der(0xA2, der(27, realm.encode()))
    if service: body += der(0xA3, name(2, "krbtgt", "LAB.TEST"))
    body += der(0xA5, der(24, till.encode())) + der(0xA7, number(5)) + der(0xA8, der(0x30, number(18), number(17))) + more
    return der(0x6A, der(0x30, der(0xA1, number(version)), der(0xA2, number(kind)), der(0xA4, der(0x30, body)))) + behind
REQUESTS = {
    "right": request(), "pvno 4": request(version=4), "msg-type 12": request(kind=12), "8 bits": request(flags=bytes(2)),
    "field [20]": request(more=der(0xB4, number(1))), "byte behind": request(behind=b"\0"), "fraction": request(till="20370913024805.5Z"),
    "no Z": request(till="20370913024805"), "zone": request(till="20370913024805+0000"), "no service": request(service=False),
    "no user": request(user=False), "realm": request(realm="OTHER.TEST")}
def ask(data):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(data, ("127.0.0.1", 88))
        try: answer = client.recv(65536)
        except TimeoutError: return "silence"
    return re.search(rb"\xa6\x03\x02\x01(.)", answer, re.S)[1][0]
folder = os.getcwd()
def look(*command):
    kdc = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=folder + "/krb5.conf", KRB5_KDC_PROFILE=folder + "/kdc.conf"))
    for _ in range(50):
        try: socket.create_connection(("127.0.0.1", 88)).close()
        except OSError: time.sleep(0.1)
        else: break
    seen = {name: ask(data) for name, data in REQUESTS.items()}
    kdc.terminate()
    kdc.wait()
    return seen
mit, heimdal = look("root/usr/sbin/krb5kdc", "-n"), look("root/usr/lib/heimdal-servers/kdc")
for name in REQUESTS: print(name, mit[name], heimdal[name])
silent = ("pvno 4", "fraction", "no Z", "zone", "no service")
assert mit == {name: "silence" if name in silent else 60 if name == "msg-type 12" else 6 for name in REQUESTS}, "MIT's KDC has changed"
assert heimdal == {name: 60 if name in ("no service", "no user") else 6 for name in REQUESTS}, "Heimdal's KDC has changed"
P
# Both listen at port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
