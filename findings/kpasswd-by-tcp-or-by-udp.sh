#!/bin/sh
# By which way do kpasswd of MIT and of Heimdal send a new password, when no answer comes back?
#
# Guess before the run: both by UDP to port 464 with version 1 of the message, and by TCP when no answer comes.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), what comes to
# port 464 in the first 15 seconds:
#
#   MIT       one message by TCP, version 0x0001                nothing by UDP (that comes after 24 seconds)
#   Heimdal   by UDP at 0, 2, 5 and 10 s, version 0xFF80        nothing by TCP
#
# Lesson: a user who gives up after some seconds has tried one way only. A firewall has to let both through. 0xFF80 is the
# version of Microsoft's messages that set a password (RFC 3244), and no damage.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/mit.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> log 2>&1; }
: > acl
for client in mit:127.0.0.2 heimdal:127.0.0.3; do
  cat > "${client%:*}.conf" <<C
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
    kpasswd_server = ${client#*:}
  }
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
C
done
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
run root/usr/sbin/kadmin.local -q "addprinc -pw secret alice"
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_KDC_PROFILE="kdc.conf", LC_ALL="C")
came, kept = [], []
def take(address, data, kind): came.append((address, kind, data[2:4].hex(), time.monotonic()))
def datagrams(address):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((address, 464))
    while True: take(address, listener.recv(65536), "udp")
def streams(address):
    listener = socket.create_server((address, 464))
    while True:
        connection = listener.accept()[0]
        kept.append(connection)
        take(address, connection.recv(65536)[4:], "tcp")
clients = {"127.0.0.2": ("kpasswd", "mit.conf"), "127.0.0.3": ("kpasswd.heimdal", "heimdal.conf")}
for address in clients:
    for one in (datagrams, streams): threading.Thread(target=one, args=(address,), daemon=True).start()
kdc = subprocess.Popen(["root/usr/sbin/krb5kdc", "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(environment, KRB5_CONFIG="mit.conf"))
time.sleep(3)
start, running = time.monotonic(), []
for program, settings in clients.values():
    # Without a terminal both read their standard input.
    running.append(subprocess.Popen(
        ["root/usr/bin/" + program, "alice"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env=dict(environment, KRB5_CONFIG=settings)))
    running[-1].stdin.write(b"secret\nnewSecret1\nnewSecret1\n")
    running[-1].stdin.flush()
time.sleep(15)
for one in running + [kdc]:
    one.kill()
    one.wait()
for address, kind, version, at in came: print(clients[address][0], kind, version, "%.1f" % (at - start))
mit, heimdal = [[one[1:3] for one in came if one[0] == address] for address in clients]
sys.stdout.flush()
assert mit == [("tcp", "0001")] and len(heimdal) >= 2 and set(heimdal) == {("udp", "ff80")}, "this has changed"
P
# Ports 88 and 464 of some addresses; a network namespace of its own has them free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
