#!/bin/sh
# What does a KDC of MIT say when a user wants a ticket for a service that an administrator shut?
#
# Guess before the run: KDC_ERR_POLICY (12) for -allow_svr. KDC_ERR_PREAUTH_REQUIRED (25) for a service with
# +requires_preauth, when the user's own account needs no preauthentication.
# Seen (krb5-kdc 1.20.1-2+deb12u5 and krb5-user 1.20.1-2+deb12u5 of Debian bookworm), the answer to the TGS-REQ:
#
#   -allow_svr          27 KDC_ERR_MUST_USE_USER2USER, e-text “SERVER NOT ALLOWED”
#   +requires_preauth   60 KRB_ERR_GENERIC, e-text “NO PREAUTH”
#   usual               a ticket
#
# Lesson: 27 need not mean that a user's session key is wanted. The service may be shut; look at its attributes. 60 from a
# TGS is not a broken KDC: the text has the cause, and the user's account, not the service, lacks preauthentication.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 >&2
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
for user in "alice" "cifs/usual" "-allow_svr cifs/shut" "+requires_preauth cifs/careful"; do
  run root/usr/sbin/kadmin.local -q "addprinc -pw secret $user"
done
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
server = start("root/usr/sbin/krb5kdc", "-n")
seen = {}
for service in ("usual", "shut", "careful"):
    answers.clear()
    run("root/usr/bin/kvno", "cifs/" + service)
    seen[service] = answers[-1]
    print(service, *answers)
server.terminate()
server.wait()
# 13 is a TGS-REP, 30 a KRB-ERROR.
assert seen == {"usual": (13, 0, ""), "shut": (30, 27, "SERVER NOT ALLOWED"), "careful": (30, 60, "NO PREAUTH")}, "this has changed"
P
# It answers on port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
