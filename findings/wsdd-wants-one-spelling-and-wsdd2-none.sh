#!/bin/sh
# Which hosts does a question of WS-Discovery (Probe), by which Windows finds servers of SMB today, find?
#
# Guess before the run: each one whose types fit; without types all of them. A prefix is free to choose, and two types that a host has
# both are more than one. A question for printers finds no server, and a question for one device (Resolve) that device alone.
# Seen (wsdd 2:0.7.0-2.1 and wsdd2 1.8.7+dfsg-1.1 of Debian bookworm, both say “wsdp:Device pub:Computer”), who answers:
#
#   Types of the Probe                             wsdd   wsdd2
#   wsdp:Device                                    yes    yes
#   none, or an empty element                      no     yes
#   the same in two lines                          no     yes
#   q:Device, with xmlns:q the same namespace      no     yes
#   wsdp:Device pub:Computer                       no     yes
#   wsdp:Printer                                   no     yes
#
#   Resolve for its own address                    yes    yes
#   Resolve for another device's                   no     yes, with its own address
#
# Lesson: a host that is missing in the network view may be there and not like the spelling of the question; one that is shown as the
# answer for another device may be wsdd2. A share is reached by name or address in both cases.
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
cat > ask.py <<'P'
import re, socket, sys, time, uuid
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.bind(("10.78.0.2", 0))
client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.78.0.2"))
ADDRESSING, DISCOVERY, DEVICES = (
    "http://schemas.xmlsoap.org/ws/" + name for name in ("2004/08/addressing", "2005/04/discovery", "2006/02/devprof"))
SPACES = 'xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="%s" xmlns:wsd="%s" xmlns:wsdp="%s" xmlns:q="%s" xmlns:pub="%s"' % (
    ADDRESSING, DISCOVERY, DEVICES, DEVICES, "http://schemas.microsoft.com/windows/pub/2005/07")
def ask(action, body):
    number = "urn:uuid:%s" % uuid.uuid4()
    header = "<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To><wsa:Action>%s/%s</wsa:Action><wsa:MessageID>%s</wsa:MessageID>" % (
        DISCOVERY, action, number)
    text = '<?xml version="1.0" encoding="utf-8"?><soap:Envelope %s><soap:Header>%s</soap:Header><soap:Body>%s</soap:Body></soap:Envelope>' % (
        SPACES, header, body)
    client.sendto(text.encode(), ("239.255.255.250", 3702))
    end = time.time() + 1.5
    while (left := end - time.time()) > 0:
        client.settimeout(left)
        try: answer = client.recv(65536).decode()
        except TimeoutError: break
        # Each answer is sent twice; one to the question before may still come.
        if number in answer: return re.search("Address>(urn:uuid:[^<]*)<", answer).group(1)
def probe(types): return ask("Probe", "<wsd:Probe>%s</wsd:Probe>" % types)
def resolve(address): return ask("Resolve", "<wsd:Resolve><wsa:EndpointReference><wsa:Address>%s</wsa:Address></wsa:EndpointReference></wsd:Resolve>" % address)
def typed(text): return "<wsd:Types>%s</wsd:Types>" % text
for _ in range(20):
    if own := probe(typed("wsdp:Device")): break
rows = ["", "<wsd:Types/>", typed("\n wsdp:Device\n"), typed("q:Device"), typed("wsdp:Device pub:Computer"), typed("wsdp:Printer")]
seen = [bool(probe(row)) for row in rows]
print(own, *seen)
answers = resolve(own), resolve("urn:uuid:" + str(uuid.uuid4()))
print(*answers)
assert own and seen == [sys.argv[1] == "all"] * 6, "the Probe has changed"
assert answers == (own, own if sys.argv[1] == "all" else None), "the Resolve has changed"
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
echo wsdd
python3 root/usr/sbin/wsdd -i v0 -4 -n FS -w LAB > /dev/null 2>&1 &
server=$!
nsenter -t $other -n python3 ask.py one
kill $server
wait $server 2> /dev/null || true
echo wsdd2
root/usr/sbin/wsdd2 -i v0 -4 -H FS -G LAB -w > /dev/null 2>&1 &
server=$!
nsenter -t $other -n python3 ask.py all
H
unshare -rn sh hosts.sh
