#!/bin/sh
# Does Shishi, GNU's Kerberos, make its key with the salt and the number of rounds that the KDC names?
#
# Guess before the run: yes, both: another salt than the usual one, and 8,192 rounds instead of 4,096, as ETYPE-INFO2 has them.
# Seen (shishi 1.0.3-1+b1 of Debian bookworm, impacket 0.13.1), with which key the timestamp of alice@LAB.TEST is sealed:
#
#   the KDC names                       salt            rounds
#   salt “other”                        LAB.TESTalice   4,096
#   salt “LAB.TESTalice”, 8,192 rounds  LAB.TESTalice   4,096
#   salt “other”, 8,192 rounds          LAB.TESTalice   4,096
#
# It waits for the KDC's error (25) with ETYPE-INFO2, and then uses neither of the two.
# Lesson: PREAUTH_FAILED (24) can come with the right password. Accounts that were renamed, or whose realm was, keep their
# old salt. Compare the salt in the KDC's error with realm and user before you say “wrong password”.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install shishi=1.0.3-1+b1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
printf 'default-realm=LAB.TEST\nrealm-kdc=LAB.TEST,127.0.0.1\n' > shishi.conf
python3 -m venv v
v/bin/pip -q install --no-deps impacket==0.13.1 pyasn1==0.6.1 pycryptodomex==3.23.0 six==1.17.0
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
from impacket.krb5 import crypto
from impacket.krb5.asn1 import AS_REQ, ETYPE_INFO2, KRB_ERROR, METHOD_DATA, EncryptedData
from pyasn1.codec.der import decoder, encoder
offer, sealed = {}, []
def answer(data):
    # Asks for a timestamp (25), keeps it, and then refuses it (24).
    request = decoder.decode(data, asn1Spec=AS_REQ())[0]
    error = KRB_ERROR()
    error["pvno"], error["msg-type"], error["susec"], error["realm"] = 5, 30, 0, "LAB.TEST"
    error["stime"] = time.strftime("%Y%m%d%H%M%SZ", time.gmtime())
    error["sname"]["name-type"] = 2
    error["sname"]["name-string"].extend(["krbtgt", "LAB.TEST"])
    for one in request["padata"] if request["padata"].hasValue() else ():
        if int(one["padata-type"]) == 2: sealed.append(bytes(decoder.decode(bytes(one["padata-value"]), asn1Spec=EncryptedData())[0]["cipher"]))
    error["error-code"] = 24 if sealed else 25
    if not sealed:
        info, data = ETYPE_INFO2(), METHOD_DATA()
        info[0]["etype"], info[0]["salt"] = 18, offer["salt"]
        if offer["rounds"]: info[0]["s2kparams"] = offer["rounds"].to_bytes(4, "big")
        for at, (kind, value) in enumerate([(19, encoder.encode(info)), (2, b"")]): data[at]["padata-type"], data[at]["padata-value"] = kind, value
        error["e-data"] = encoder.encode(data)
    return encoder.encode(error)
def serve(listener):
    while True:
        data, sender = listener.recvfrom(65536)
        listener.sendto(answer(data), sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 88))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
keys = {
    (salt, rounds): crypto.string_to_key(18, b"secret", salt.encode(), rounds.to_bytes(4, "big"))
    for salt in ("LAB.TESTalice", "other") for rounds in (4096, 8192)}
def fits(key, cipher):
    try: return bool(crypto._enctype_table[18].decrypt(key, 1, cipher))
    except crypto.InvalidChecksum: return False
def ask(salt, rounds):
    sealed.clear()
    offer.update(salt=salt, rounds=rounds)
    subprocess.run(
        ["root/usr/bin/shishi", "--system-configuration-file=shishi.conf", "--configuration-file=/dev/null", "--ticket-file=tickets", "alice@LAB.TEST"],
        input="secret\n", text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], HOME=os.getcwd()))
    return [name for one in sealed for name, key in keys.items() if fits(key, one)]
seen = [ask(*one) for one in (("other", None), ("LAB.TESTalice", 8192), ("other", 8192))]
print(*seen)
assert seen == [[("LAB.TESTalice", 4096)]] * 3, "this has changed"
P
# It asks port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
