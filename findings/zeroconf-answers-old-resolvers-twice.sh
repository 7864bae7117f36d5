#!/bin/sh
# What does a server that is announced with python-zeroconf answer to questions of mDNS for its name?
#
# Guess before the run: each question that fits, in capitals too, and of the type ANY. A resolver that knows only DNS (its port is not 5353)
# gets one answer, to it alone, which is valid for 10 seconds at most, as RFC 6762 wants it.
# Seen (zeroconf 0.154.0, Python 3.11), fs.local, asked from another host:
#
#   question                           answers
#   A, from port 5353                  one to all hosts, 120 s
#   A, FS.LOCAL                        the same
#   ANY                                none
#   A, from another port               one to the host that asked, with its number and its question, 120 s; and one to all hosts
#
# Lesson: an answer to all hosts behind “dig @224.0.0.251 -p 5353” is no second server. Silence after ANY does not say that the name is
# not there; ask for A.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
python3 -m venv v
v/bin/pip -q install zeroconf==0.154.0
cat > announce.py <<'P'
import socket, time
from zeroconf import IPVersion, ServiceInfo, Zeroconf
responder = Zeroconf(interfaces=["10.79.0.1"], ip_version=IPVersion.V4Only)
responder.register_service(ServiceInfo(
    "_smb._tcp.local.", "FS._smb._tcp.local.", addresses=[socket.inet_aton("10.79.0.1")], port=445, server="fs.local."))
time.sleep(100)
P
cat > ask.py <<'P'
import select, socket, struct, time
GROUP, A, ANY = ("224.0.0.251", 5353), 1, 255
def client(port):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("" if port == 5353 else "10.79.0.2", port))
    one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.79.0.2"))
    one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    return one
listener, other = client(5353), client(0)
listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP[0]) + socket.inet_aton("10.79.0.2"))
def ask(sender, name, kind):
    # A second passes between two answers for the same name.
    time.sleep(1.5)
    while select.select([listener], [], [], 0)[0]: listener.recv(9000)
    question = b"".join(bytes([len(label)]) + label for label in name.split(b".")) + b"\0" + struct.pack(">HH", kind, 1)
    sender.sendto(struct.pack(">HHHHHH", 0x77, 0, 1, 0, 0, 0) + question, GROUP)
    found, end = [], time.time() + 1.5
    while (left := end - time.time()) > 0:
        for one in select.select([listener, other], [], [], left)[0]:
            answer = one.recv(9000)
            # The first record is the A record: type, class, life and length stand in front of the address.
            at = answer.find(socket.inet_aton("10.79.0.1"))
            number, _, questions = struct.unpack(">HHH", answer[:6])
            found.append((one is other, number, questions, struct.unpack(">I", answer[at - 6:at - 2])[0]))
    return sorted(found)
for _ in range(20):
    if ask(listener, b"fs.local", A): break
seen = [ask(listener, b"fs.local", A), ask(listener, b"FS.LOCAL", A), ask(listener, b"fs.local", ANY), ask(other, b"fs.local", A)]
for one in seen: print(one)
to_all = (False, 0, 0, 120)
assert seen == [[to_all], [to_all], [], [to_all, (True, 0x77, 1, 120)]], "zeroconf has changed"
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
ip addr add 10.79.0.1/24 brd 10.79.0.255 dev v0
ip link set v0 up
ip route add 224.0.0.0/4 dev v0
nsenter -t $other -n ip addr add 10.79.0.2/24 brd 10.79.0.255 dev v1
nsenter -t $other -n ip link set v1 up
nsenter -t $other -n ip route add 224.0.0.0/4 dev v1
v/bin/python announce.py &
server=$!
nsenter -t $other -n python3 ask.py
H
unshare -rn sh hosts.sh
