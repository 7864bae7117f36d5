#!/bin/sh
# A host announces its share twice by mDNS (two services of _smb._tcp). Does the Go library hashicorp/mdns find it?
#
# Guess before the run: yes, each service with its name, host and port; the text record as it is.
# Seen (golang-github-hashicorp-mdns-dev 1.0.3-2, golang-github-miekg-dns-dev 1.1.50-2, golang-1.19, avahi-daemon 0.8-10+deb12u1 of Debian
# bookworm; zeroconf 0.154.0, Python 3.11), services of avahi-daemon with the text path=\\fs\data:
#
#   announced          hashicorp/mdns                     zeroconf
#   one and two        nothing                            both
#   one                one, with path=\\\\fs\\data        one, with path=\\fs\data
#
# avahi puts both services into one answer, and the library ends with the last of them, which then has no address. Each backslash of
# a text comes twice, as a zone file would have it.
# Lesson: a server that a program in Go does not find may answer well; count the SRV records in the answer. And take half of the
# backslashes away.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install avahi-daemon=0.8-10+deb12u1 libavahi-core7=0.8-10+deb12u1 libavahi-common3=0.8-10+deb12u1 libavahi-common-data libdaemon0 \
  libdbus-1-3 libexpat1 golang-1.19 golang-1.19-go golang-1.19-src golang-github-hashicorp-mdns-dev=1.0.3-2 golang-github-miekg-dns-dev=1.1.50-2 \
  golang-golang-x-net-dev golang-golang-x-sys-dev golang-golang-x-sync-dev golang-golang-x-text-dev >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir services
python3 -m venv v
v/bin/pip -q install zeroconf==0.154.0
mkdir look
cat > look/main.go <<'G'
package main

import (
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/mdns"
)

func main() {
	found := make(chan *mdns.ServiceEntry, 10)
	card, _ := net.InterfaceByName("v1")
	settings := mdns.DefaultParams("_smb._tcp")
	settings.Entries, settings.Interface, settings.Timeout = found, card, 2*time.Second
	if problem := mdns.Query(settings); problem != nil {
		panic(problem)
	}
	close(found)
	for entry := range found {
		fmt.Println(entry.Name, entry.Host, entry.Port, entry.InfoFields[0])
	}
}
G
(cd look && GO111MODULE=off GOPATH=$folder/root/usr/share/gocode GOCACHE=$folder/cache \
  "$folder/root/usr/lib/go-1.19/bin/go" build -o ../find .)
cat > find.py <<'P'
import time
from zeroconf import ServiceBrowser, Zeroconf
names, instance = [], Zeroconf(interfaces=["10.78.0.2"])
class Listener:
    def add_service(self, _, kind, name): names.append(name)
    def update_service(self, *_): pass
ServiceBrowser(instance, "_smb._tcp.local.", Listener())
time.sleep(3)
for name in sorted(names):
    service = instance.get_service_info("_smb._tcp.local.", name)
    print(name, service.server, service.port, "path=" + service.properties[b"path"].decode())
instance.close()
P
for name in one two; do
  printf '<service-group><name>%s</name><service><type>_smb._tcp</type><port>445</port><txt-record>path=\\\\fs\\data</txt-record>%s' \
    $name '</service></service-group>' > services/$name.service
done
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
  echo "zeroconf:"
  $ask v/bin/python find.py | tee seen.zeroconf
  echo "hashicorp/mdns:"
  $ask ./find 2> /dev/null | tee seen.go
}
with fs look
[ "$(wc -l < seen.zeroconf)" = 2 ] && [ ! -s seen.go ] || { echo "this has changed"; exit 1; }
rm /etc/avahi/services/two.service
with fs look
[ "$(cat seen.zeroconf)" = 'one._smb._tcp.local. fs.local. 445 path=\\fs\data' ] || { echo "zeroconf has changed"; exit 1; }
[ "$(cat seen.go)" = 'one._smb._tcp.local. fs.local. 445 path=\\\\fs\\data' ] || { echo "this has changed"; exit 1; }
H
libraries=$libraries unshare -rnm sh hosts.sh
