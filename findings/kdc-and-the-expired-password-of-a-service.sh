#!/bin/sh
# Does a KDC give a ticket for a service whose own password has expired?
#
# Guess before the run: MIT still gives one; the expiry of a password is for the logon of its owner alone. Nothing was
# guessed about Heimdal.
# Seen (krb5-kdc 1.20.1-2+deb12u5 and heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), the answer to the TGS-REQ:
#
#                                    MIT        Heimdal
#   usual                            a ticket   a ticket
#   the service's password expired   a ticket   23 KDC_ERR_KEY_EXPIRED
#
# Lesson: 23 in an answer to a TGS-REQ is not about the user's password, and a new one changes nothing. Look at the account
# of the service in the request.
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
for user in "alice" "cifs/usual" "-pwexpire 2020-01-01 cifs/expired"; do
  run root/usr/sbin/kadmin.local -q "addprinc -pw secret $user"
done
kadmin=root/usr/bin/kadmin.heimdal
run $kadmin -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
for user in alice cifs/usual cifs/expired; do run $kadmin -l add --use-defaults -p secret $user; done
run $kadmin -l modify --pw-expiration-time=2020-01-01 cifs/expired
cat > look.py <<'P'
import os, re, socket, subprocess, sys, threading, time
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=os.path.abspath("krb5.conf"), KRB5_KDC_PROFILE=os.path.abspath("kdc.conf"),
    KRB5CCNAME="FILE:cache", LC_ALL="C")
answers = []
def carry(listener):
    # Passes requests on, and notes the type of each answer with the code and text of an error.
    while True:
        request, sender = listener.recvfrom(65536)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(5)
            asker.sendto(request, ("127.0.0.1", 88))
            try: answer = asker.recv(65536)
            except OSError: continue
        kind, code, text = answer[0] & 31, re.search(rb"\xa6\x03\x02\x01(.)", answer, re.S), re.search(rb"\xab.\x1b.([^\x00\xac]*)", answer, re.S)
        answers.append((kind, code[1][0] if kind == 30 else 0, text[1].decode() if kind == 30 and text else ""))
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
    for service in ("usual", "expired"):
        answers.clear()
        run("root/usr/bin/kvno", "cifs/" + service)
        print(kdc[0], service, *answers)
        seen.append(answers[-1][:2])
    server.terminate()
    server.wait()
    return seen
mit = look("root/usr/sbin/krb5kdc", "-n")
heimdal = look("root/usr/lib/heimdal-servers/kdc")
# 13 is a TGS-REP, 30 a KRB-ERROR.
assert mit == [(13, 0), (13, 0)] and heimdal == [(13, 0), (30, 23)], "this has changed"
P
# They answer on port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
