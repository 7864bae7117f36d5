#!/bin/sh
# What does a KDC say to a client that offers only encryptions for which the account has no key?
#
# Guess before the run: KDC_ERR_ETYPE_NOSUPP (14), at once; RFC 4120 has it for this case.
# Seen (krb5-kdc 1.20.1-2+deb12u5 and heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), accounts that need
# preauthentication:
#
#                                 MIT                                          Heimdal
#   key 23, asked with 18 and 17  25, and neither ETYPE-INFO2 nor timestamp    14
#   keys 18 and 17, with 23       14                                           14
#   keys 18 and 17, with 20       14                                           14
#
# KDC_ERR_PREAUTH_REQUIRED (25) is the first answer in each good logon too. This one has PA-FX-FAST and a cookie, and no
# PA-ENC-TIMESTAMP. MIT says 14 only where it finds no encryption for the session; the account's keys do not count for that.
# Lesson: a client that falls silent after PREAUTH_REQUIRED need not have lost its password or its patience. Look for
# PA-ETYPE-INFO2 in e-data; without it the two share no key.
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
run root/usr/sbin/kadmin.local -q "addprinc -pw secret +requires_preauth -e aes256-cts:normal,aes128-cts:normal aes"
run root/usr/sbin/kadmin.local -q "addprinc -pw secret +requires_preauth -e arcfour-hmac:normal rc4"
kadmin=root/usr/bin/kadmin.heimdal
run $kadmin -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
for user in aes rc4; do
  run $kadmin -l add --use-defaults -p secret $user
  run $kadmin -l modify --attributes=+requires-pre-auth $user
done
for etype in des3-cbc-sha1 arcfour-hmac-md5; do run $kadmin -l del_enctype aes $etype; done
for etype in des3-cbc-sha1 aes256-cts-hmac-sha1-96; do run $kadmin -l del_enctype rc4 $etype; done
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
cat > look.py <<'P'
import os, socket, subprocess, sys, time
from impacket.krb5.asn1 import AS_REQ, KRB_ERROR, METHOD_DATA
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
        error = decoder.decode(asker.recv(65536), asn1Spec=KRB_ERROR())[0]
    kinds = [int(one["padata-type"]) for one in decoder.decode(bytes(error["e-data"]), asn1Spec=METHOD_DATA())[0]] if error["e-data"].hasValue() else []
    # PA-ENC-TIMESTAMP and PA-ETYPE-INFO2.
    return int(error["error-code"]), 2 in kinds, 19 in kinds
def look(*kdc):
    server = subprocess.Popen(
        kdc, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=os.path.abspath("krb5.conf"), KRB5_KDC_PROFILE=os.path.abspath("kdc.conf")))
    for _ in range(20):
        time.sleep(0.5)
        try:
            ask("nobody", [18])
            break
        except OSError: pass
    seen = [ask("aes", [23]), ask("rc4", [18, 17]), ask("aes", [20]), ask("aes", [18])]
    server.terminate()
    server.wait()
    print(kdc[0], *seen)
    return seen
mit = look("root/usr/sbin/krb5kdc", "-n")
heimdal = look("root/usr/lib/heimdal-servers/kdc")
none, usual = (14, False, False), (25, True, True)
assert mit == [none, (25, False, False), none, usual] and heimdal == [none, none, none, usual], "this has changed"
P
# They answer on port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
