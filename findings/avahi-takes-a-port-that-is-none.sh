#!/bin/sh
# Which ports and text records of a service file does avahi-daemon announce, and what does it refuse?
#
# Guess before the run: a port above 65535 is refused with a word, and so is what is no number; no port at all is port 0. An empty text
# record counts for nothing.
# Seen (avahi-daemon 0.8-10+deb12u1 of Debian bookworm; zeroconf 0.154.0, Python 3.11), the port that another host finds:
#
#   <port>445x</port>                       445
#   <port>0x1bd</port>, <port></port>       0
#   <port>445</port><port>139</port>        139
#   <port>70000</port>                      (the file is not loaded)
#   an empty <txt-record>                   (“Invalid record”, the service is left out)
#
# Lesson: a server that is found and cannot be reached may be announced with port 0, and no log says so. Look at the SRV record.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install avahi-daemon=0.8-10+deb12u1 libavahi-core7=0.8-10+deb12u1 libavahi-common3=0.8-10+deb12u1 libavahi-common-data libdaemon0 \
  libdbus-1-3 libexpat1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir services
python3 -m venv v
v/bin/pip -q install zeroconf==0.154.0
service() { printf '<service-group><name>%s</name><service><type>_smb._tcp</type>%s</service></service-group>' "$1" "$2" > "services/$1.service"; }
service letter '<port>445x</port>'
service hex '<port>0x1bd</port>'
service empty '<port></port>'
service twice '<port>445</port><port>139</port>'
service great '<port>70000</port>'
service text '<port>445</port><txt-record></txt-record>'
service plain '<port>445</port>'
cat > find.py <<'P'
import time
from zeroconf import ServiceBrowser, Zeroconf
KIND, names, instance = "_smb._tcp.local.", set(), Zeroconf(interfaces=["10.78.0.2"])
class Listener:
    def add_service(self, _, kind, name): names.add(name)
    def update_service(self, *_): pass
ServiceBrowser(instance, KIND, Listener())
time.sleep(6)
ports = {name.removesuffix("." + KIND): instance.get_service_info(KIND, name).port for name in names}
instance.close()
print(ports)
assert ports == {"plain": 445, "letter": 445, "hex": 0, "empty": 0, "twice": 139}, "this has changed"
P
cat > hosts.sh <<'H'
# Two hosts: this namespace has avahi-daemon, with an /etc of its own, and $ask is where another host asks.
set -eu
unshare -n sleep 170 &
other=$!
server=
trap 'kill $other $server 2> /dev/null || true' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/$$/ns/net)" ] || break; sleep 0.2; done
ask="nsenter -t $other -n"
ip link set lo up
ip link add v0 type veth peer name v1
ip link set v1 netns $other
ip addr add 10.78.0.1/24 brd 10.78.0.255 dev v0
ip link set v0 up
ip route add 224.0.0.0/4 dev v0
$ask ip addr add 10.78.0.2/24 brd 10.78.0.255 dev v1
$ask ip link set v1 up
$ask ip route add 224.0.0.0/4 dev v1
mount -t tmpfs none /run
mkdir -p /run/avahi-daemon /run/upper /run/work
mount -t overlay none -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc
rm -rf /etc/avahi
mkdir /etc/avahi
cp -r services /etc/avahi/services
: > /etc/avahi/hosts
printf 'root:x:0:0::/:/bin/sh\navahi:x:0:0::/:/bin/sh\n' > /run/passwd
printf 'root:x:0:\navahi:x:0:\n' > /run/group
mount --bind /run/passwd /etc/passwd
mount --bind /run/group /etc/group
# Runs avahi-daemon with a host name, and a command on the other host.
with() {
  printf '[server]\nuse-ipv6=no\nenable-dbus=no\nallow-interfaces=v0\n%s\n' "${1:+host-name=$1}" > avahi.conf
  shift
  : > log
  LD_LIBRARY_PATH=$libraries root/usr/sbin/avahi-daemon -f "$PWD/avahi.conf" --no-drop-root --no-chroot --no-rlimits > log 2>&1 &
  server=$!
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -0 $server 2> /dev/null || break
    ! grep -q "startup complete" log || break
    sleep 0.3
  done
  "$@"
  kill $server 2> /dev/null || true
  wait $server 2> /dev/null || true
  server=
}
look() {
  sleep 2
  $ask v/bin/python find.py
}
with fs look
grep -q 'invalid port specification "70000"' log || { echo "the word about port 70000 has changed"; exit 1; }
grep -q "'text' of type '_smb._tcp'.*Invalid record" log || { echo "the word about an empty text has changed"; exit 1; }
H
libraries=$libraries unshare -rnm sh hosts.sh
