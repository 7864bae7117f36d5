#!/bin/sh
# Which file servers does WSDiscovery, the library of Python for WS-Discovery, find?
#
# Guess before the run: wsdd2 without types and with the types of a computer; of wsdd, which wants one spelling of them, nothing.
# Seen (WSDiscovery 2.1.2, Python 3.11; wsdd 2:0.7.0-2.1 and wsdd2 1.8.7+dfsg-1.1 of Debian bookworm):
#
#                                                        wsdd   wsdd2
#   searchServices(), the server has been there          no     no
#   searchServices(types=[wsdp:Device]), the same        no     no
#   searchServices(), the server says Hello meanwhile    yes    yes
#
#   the same Probe, its addressing with the prefix wsa   no     yes
#   … with the prefix a, as the library writes it        no     no
#
# wsdd2 looks for the letters “wsa:”, which each XML may write in another way.
# Lesson: an inventory that is made so has the servers that were started while it looked. A Probe without an answer is no proof that
# there is no server; WS-Discovery has no refusal.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install wsdd=2:0.7.0-2.1 >&2
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install wsdd2=1.8.7+dfsg-1.1 >&2
for file in archives/wsdd*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install WSDiscovery==2.1.2
cat > ask.py <<'P'
import logging, socket, subprocess, sys, time, uuid
from wsdiscovery import QName
from wsdiscovery.actions.probe import constructProbe
from wsdiscovery.discovery import ThreadedWSDiscovery
from wsdiscovery.message import createSOAPMessage
logging.disable(logging.CRITICAL)
SPACE = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
def found(search):
    library = ThreadedWSDiscovery()
    library.start()
    seen = library.searchServices(types=search, timeout=3)
    library.stop()
    return bool(seen)
def answered(prefix):
    text = createSOAPMessage(constructProbe(None, None)).replace('xmlns:a="', 'xmlns:%s="' % prefix).replace("<a:", "<%s:" % prefix)
    text = text.replace("</a:", "</%s:" % prefix)
    number = text.split("MessageID>")[1].split("<")[0]
    assert 'xmlns:%s="%s"' % (prefix, SPACE) in text and number.startswith("urn:uuid:"), text
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind(("10.78.0.2", 0))
        client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.78.0.2"))
        client.sendto(text.encode(), ("239.255.255.250", 3702))
        client.settimeout(2)
        try: return number in client.recv(65536).decode()
        except TimeoutError: return False
if sys.argv[1] == "hello":
    seen = found(None)
    print("with Hello:", seen)
    assert seen, "this has changed"
else:
    # Each server says Hello when it starts, four times.
    time.sleep(4)
    seen = [found(None), found([QName("http://schemas.xmlsoap.org/ws/2006/02/devprof", "Device")]), answered("wsa"), answered("a")]
    print(*seen)
    assert seen == [False, False, sys.argv[1] == "wsdd2", False], "this has changed"
P
cat > hosts.sh <<'H'
# Two hosts: this namespace has the server, and one of its own asks.
set -eu
unshare -n sleep 170 &
other=$!
server=
trap 'kill $other $server 2> /dev/null || true' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/$$/ns/net)" ] || break; sleep 0.2; done
ip link set lo up
ip link add v0 type veth peer name v1
ip link set v1 netns $other
ip addr add 10.78.0.1/24 brd 10.78.0.255 dev v0
ip link set v0 up
ip route add 224.0.0.0/4 dev v0
nsenter -t $other -n ip addr add 10.78.0.2/24 brd 10.78.0.255 dev v1
nsenter -t $other -n ip link set v1 up
nsenter -t $other -n ip route add 224.0.0.0/4 dev v1
# Python's library sends by each card that it finds, and wants a route.
nsenter -t $other -n ip route add default dev v1
for name in wsdd wsdd2; do
  echo $name
  # The library listens, and the server starts in the middle of its three seconds.
  nsenter -t $other -n v/bin/python ask.py hello &
  asks=$!
  sleep 1.5
  if [ $name = wsdd ]; then python3 root/usr/sbin/wsdd -i v0 -4 -n FS -w LAB > /dev/null 2>&1 &
  else root/usr/sbin/wsdd2 -i v0 -4 -H FS -G LAB -w > /dev/null 2>&1 & fi
  server=$!
  wait $asks
  nsenter -t $other -n v/bin/python ask.py $name
  kill $server
  wait $server 2> /dev/null || true
done
H
unshare -rn sh hosts.sh
