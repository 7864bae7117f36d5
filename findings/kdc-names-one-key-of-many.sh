#!/bin/sh
# Which keys of an account does a KDC name in PREAUTH_REQUIRED?
#
# Guess before the run: MIT names each that the client offered too, as Windows does; Heimdal only the best of them.
# Seen (krb5-kdc 1.20.1-2+deb12u5 and heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), an account that was made
# without a word about keys, so with the KDC's default ones:
#
#   client offers   MIT names     Heimdal names
#   18, 17          18            18
#   17, 18          17            18
#   17, 23          17            23, in ETYPE-INFO as well
#   17              17            none: KDC_ERR_ETYPE_NOSUPP (14)
#
# Both name one. MIT takes the client's first; Heimdal has no AES-128 key for new accounts, but DES3 and RC4.
# Lesson: one type in ETYPE-INFO2 does not mean that the account has one key, and a client that offers AES-128 alone meets 14
# in a realm of Heimdal where everybody else gets in.
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
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> log 2>&1; }
: > acl
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
  allow_weak_crypto = true
  allow_rc4 = true
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[kdc]
  database = {
    dbname = $folder/heimdal
    realm = LAB.TEST
    mkey_file = $folder/key
    acl_file = $folder/acl
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
    acl_file = $folder/acl
  }
C
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
run root/usr/sbin/kadmin.local -q "addprinc -pw secret +requires_preauth alice"
kadmin=root/usr/bin/kadmin.heimdal
run $kadmin -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
run $kadmin -l add --use-defaults -p secret alice
run $kadmin -l modify --attributes=+requires-pre-auth alice
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
cat > look.py <<'P'
import os, socket, subprocess, sys, time
from impacket.krb5.asn1 import AS_REQ, ETYPE_INFO2, KRB_ERROR, METHOD_DATA
from impacket.krb5.constants import encodeFlags
from pyasn1.codec.der import decoder, encoder
def ask(user, etypes):
    request = AS_REQ()
    request["pvno"], request["msg-type"] = 5, 10
    body = request["req-body"]
    body["kdc-options"], body["realm"], body["till"], body["nonce"] = encodeFlags([]), "LAB.TEST", "20370101000000Z", 1
    for name, kind, parts in ("cname", 1, [user]), ("sname", 2, ["krbtgt", "LAB.TEST"]):
        body[name]["name-type"] = kind
        body[name]["name-string"].extend(parts)
    body["etype"].extend(etypes)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(5)
        asker.sendto(encoder.encode(request), ("127.0.0.1", 88))
        return answer(asker.recv(65536))
def answer(data):
    error = decoder.decode(data, asn1Spec=KRB_ERROR())[0]
    methods = decoder.decode(bytes(error["e-data"]), asn1Spec=METHOD_DATA())[0] if error["e-data"].hasValue() else []
    # PA-ETYPE-INFO2.
    named = [[int(entry["etype"]) for entry in decoder.decode(bytes(one["padata-value"]), asn1Spec=ETYPE_INFO2())[0]]
             for one in methods if int(one["padata-type"]) == 19]
    return int(error["error-code"]), named[0] if named else []
def start(*kdc):
    server = subprocess.Popen(
        kdc, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=os.path.abspath("krb5.conf"), KRB5_KDC_PROFILE=os.path.abspath("kdc.conf")))
    for _ in range(20):
        time.sleep(0.5)
        try:
            ask("nobody", [18])
            break
        except OSError: pass
    return server
def look(*kdc):
    server = start(*kdc)
    seen = rows()
    server.terminate()
    server.wait()
    print(kdc[0], *seen)
    return seen
def rows(): return [ask("alice", etypes) for etypes in ([18, 17], [17, 18], [17, 23], [17])]
mit = look("root/usr/sbin/krb5kdc", "-n")
heimdal = look("root/usr/lib/heimdal-servers/kdc")
assert mit == [(25, [18]), (25, [17]), (25, [17]), (25, [17])], "this has changed"
assert heimdal == [(25, [18]), (25, [18]), (25, [23]), (14, [])], "this has changed"
P
# They answer on port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
