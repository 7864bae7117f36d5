#!/bin/sh
# Which answers does a KDC hold back with KRB_ERR_RESPONSE_TOO_BIG (52) when its limit for UDP is low?
#
# Guess before the run: each that is longer than the limit, errors too, from MIT and from Heimdal.
# Seen (krb5-kdc and krb5-user 1.20.1-2+deb12u5, heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), a limit of 100 bytes; what
# comes by UDP:
#
#                                        MIT   Heimdal
#   alice, first request                 52    25 KDC_ERR_PREAUTH_REQUIRED, whole
#   alice, with the encrypted timestamp  -     52
#   a user who is not there              52    6 KDC_ERR_C_PRINCIPAL_UNKNOWN, whole
#
# The settings are kdc_max_dgram_reply_size (MIT, [kdcdefaults]) and max-kdc-datagram-reply-length (Heimdal, [kdc]). kinit goes on by
# TCP behind a 52. For Heimdal the limit is for tickets alone.
# Lesson: where UDP comes through and TCP does not, 52 as the first answer is a limit of MIT's KDC, and 52 behind PREAUTH_REQUIRED is a
# large ticket. A 52 says nothing about a ticket: the error in whose place it stands may be “no such user”.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> log 2>&1; }
: > acl
# A relay that looks at the answers has port 8888.
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
  udp_preference_limit = 8000
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1:8888
  }
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
  max-kdc-datagram-reply-length = 100
[logging]
  kdc = FILE:$folder/log
C
cat > kdc.conf <<C
[kdcdefaults]
  kdc_listen = 127.0.0.1:88
  kdc_tcp_listen = 127.0.0.1:88
  kdc_max_dgram_reply_size = 100
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
    acl_file = $folder/acl
  }
C
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
kadmin=root/usr/bin/kadmin.heimdal
run $kadmin -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
run root/usr/sbin/kadmin.local -q "addprinc -pw secret +requires_preauth alice"
run $kadmin -l add --use-defaults -p secret alice
cat > look.py <<'P'
import os, re, socket, subprocess, sys, threading, time
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=os.path.abspath("krb5.conf"), KRB5_KDC_PROFILE=os.path.abspath("kdc.conf"),
    KRB5CCNAME="FILE:cache", LC_ALL="C")
answers = []
def carry(listener):
    # Passes requests on, and notes the code of an error, or 0 for a ticket.
    while True:
        request, sender = listener.recvfrom(65536)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(5)
            asker.sendto(request, ("127.0.0.1", 88))
            try: answer = asker.recv(65536)
            except OSError: continue
        answers.append(re.search(rb"\xa6\x03\x02\x01(.)", answer, re.S)[1][0] if answer[0] & 31 == 30 else 0)
        listener.sendto(answer, sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 8888))
threading.Thread(target=carry, args=(listener,), daemon=True).start()
def run(*command): return subprocess.run(command, input="secret\n", text=True, capture_output=True, timeout=60, env=environment)
def start(*kdc):
    server = subprocess.Popen(kdc, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    for _ in range(40):
        time.sleep(0.5)
        answers.clear()
        run("root/usr/bin/kinit", "alice")
        if answers: break
    return server
def look(*kdc):
    # The relay has no TCP, so that kinit ends there.
    server, seen = start(*kdc), []
    for user in ("alice", "nobody"):
        answers.clear()
        run("root/usr/bin/kinit", user)
        print(kdc[0], user, *answers)
        # kinit may ask again when nobody answers by TCP.
        seen.append(list(dict.fromkeys(answers)))
    server.terminate()
    server.wait()
    return seen
mit = look("root/usr/sbin/krb5kdc", "-n")
heimdal = look("root/usr/lib/heimdal-servers/kdc")
assert mit == [[52], [52]] and heimdal == [[25, 52], [6]], "this has changed"
P
# They answer on port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
