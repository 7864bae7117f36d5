#!/bin/sh
# Which name has a file server that avahi-daemon announces, by its host-name in avahi-daemon.conf or by the host's own name?
#
# Guess before the run: the first label of fs.lab.test, a name that is too long cut to 63 letters, in the file as for the host's own.
# Seen (avahi-daemon 0.8-10+deb12u1 of Debian bookworm):
#
#   name                  host-name in the file          name of the host
#   fs.lab.test           it ends: “Invalid host name”   fs.local
#   64 letters            it ends: “Invalid host name”   cut to 63 letters
#   localhost             localhost.local                linux.local
#   größe, fs_1, FS       größe.local and so on          (FS) FS.local
#
# Lesson: the full name of a server in this file takes the whole host out of mDNS, and its printers and shares with it. If a server
# is in the network as linux.local, nobody gave it a name.
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
seen() { sed -n 's/.*Host name is \(.*\)\. Local service.*/\1/p; s/.*server: \(Invalid host name\).*/\1/p' log; }
long=nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn
try() {
  if [ "$1" = file ]; then with "$2" true; else hostname "$2"; with "" true; fi
  printf '%s: %s: %s\n' "$1" "$2" "$(seen)"
  [ "$(seen)" = "$3" ] || { echo "this has changed"; exit 1; }
}
try file fs.lab.test "Invalid host name"
try file n$long "Invalid host name"
try file localhost localhost.local
try file größe 'gr\195\182\195\159e.local'
try file fs_1 fs_1.local
try file FS FS.local
try host fs.lab.test fs.local
try host n$long $long.local
try host localhost linux.local
try host FS FS.local
H
libraries=$libraries unshare -rnmu sh hosts.sh
