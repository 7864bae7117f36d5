#!/bin/sh
# What does a KDC say to a right password when the request wants a flag that the account may not have?
#
# Guess before the run: both give a ticket without the flag for forwardable and proxiable, and KDC_ERR_CANNOT_POSTDATE (10) for a ticket
# of tomorrow.
# Seen (krb5-kdc and krb5-user 1.20.1-2+deb12u5, heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), the last answer to MIT's
# kinit; the account has “-allow_forwardable” (MIT), “disallow-forwardable” (Heimdal) and so on:
#
#                            MIT                          Heimdal
#   forwardable, kinit -f    a ticket, without F          12 KDC_ERR_POLICY, “Ticket may not be forwardable”
#   proxiable, kinit -p      a ticket, without P          12, “Ticket may not be proxiable”
#   postdated, kinit -s 1h   10, “POSTDATE NOT ALLOWED”   12, “Ticket may not be postdate”
#   forwardable, kinit -F    a ticket                     a ticket
#
# Heimdal looks at it after the password.
# Lesson: KDC_ERR_POLICY behind a right password: look at the options of the AS-REQ before the account is called shut. A host with
# “forwardable = true” in its krb5.conf cannot log on, and the next one can, with the same account.
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
kadmin=root/usr/bin/kadmin.heimdal
run $kadmin -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
run root/usr/sbin/kadmin.local -q "addprinc -pw secret +requires_preauth alice"
run $kadmin -l add --use-defaults -p secret alice
for what in forwardable proxiable postdated; do
  run root/usr/sbin/kadmin.local -q "addprinc -pw secret +requires_preauth -allow_$what $what"
  run $kadmin -l add --use-defaults -p secret --attributes=disallow-$what $what
done
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
    server, seen = start(*kdc), []
    for user, *options in (("forwardable", "-f"), ("proxiable", "-p"), ("postdated", "-s", "1h"), ("forwardable", "-F")):
        answers.clear()
        run("root/usr/bin/kinit", *options, user)
        flags = re.search(r"Flags: (\w+)", run("root/usr/bin/klist", "-f").stdout) if answers[-1] == 0 else None
        print(kdc[0], user, *options, *answers, flags and flags[1])
        seen.append((answers[0], answers[-1], bool(flags and set("FP") & set(flags[1]))))
    server.terminate()
    server.wait()
    return seen
mit = look("root/usr/sbin/krb5kdc", "-n")
heimdal = look("root/usr/lib/heimdal-servers/kdc")
plain = 25, 0, False
assert mit[:2] == [plain, plain] and mit[2][1] == 10 and mit[3] == plain, "MIT has changed"
assert heimdal == [(25, 12, False)] * 3 + [plain], "Heimdal has changed"
P
# They answer on port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
