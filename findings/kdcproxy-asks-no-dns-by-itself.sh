#!/bin/sh
# Where does kdcproxy, the Kerberos proxy by HTTPS (MS-KKDCP), send an AS-REQ?
#
# Guess before the run: to the KDCs of the SRV records of the realm, by TCP and UDP at once; the first answer counts.
# Seen (kdcproxy 1.1.0, dnspython 2.9.2, Python 3.11), a request for LAB.TEST; dc2 is first in the DNS, dc1 second:
#
#   no settings                              503 “Can't find remote”; no question to the DNS
#   [LAB.TEST], with nothing in it           SRV _kerberos._tcp and _kerberos._udp; dc2 by TCP
#   the same, no answer by TCP               dc2 by TCP, 12 s later dc2 by UDP; its answer counts, dc1 is not asked
#
# Lesson: a client outside that gets 503 need not have a wrong realm; look for its section in kdcproxy.conf (or dns_realm_discovery).
# 12 s between two equal AS-REQ from one host is such a proxy in front of a KDC whose TCP port is shut.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
python3 -m venv v
v/bin/pip -q install kdcproxy==1.1.0 dnspython==2.9.2 pyasn1==0.6.1 impacket==0.13.1
echo 'nameserver 127.0.0.1' > resolv.conf
cat > look.py <<'P'
import io, os, socket, struct, threading, time
from impacket.krb5 import asn1
from impacket.krb5.types import Principal
from pyasn1.codec.der.encoder import encode
ADDRESSES = {"dc1": "127.0.0.5", "dc2": "127.0.0.6"}
asked, came, kept, speaks = [], [], [], {"tcp": True}
def name(text): return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"
def answer(query):
    place, labels = 12, []
    while query[place]:
        labels.append(query[place + 1 : place + 1 + query[place]].decode())
        place += 1 + query[place]
    kind, records = query[place + 2], []
    if kind == 33:
        asked.append(".".join(labels))
        records = [struct.pack(">HHH", priority, 100, 88) + name(host + ".lab.test") for host, priority in (("dc1", 10), ("dc2", 0))]
    if kind == 1 and labels[0] in ADDRESSES: records = [socket.inet_aton(ADDRESSES[labels[0]])]
    head = query[:2] + struct.pack(">HHHHH", 0x8580, 1, len(records), 0, 0) + query[12 : place + 5]
    return head + b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(one)) + one for one in records)
def bound(address, port):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((address, port))
    return listener
def dns(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        listener.sendto(answer(query), sender)
def udp(listener, host):
    while True:
        _, sender = listener.recvfrom(4096)
        came.append((host + " UDP", round(time.time() - start)))
        listener.sendto(b"\x7e\x03UDP", sender)
def tcp(listener, host):
    while True:
        client = listener.accept()[0]
        client.recv(4096)
        came.append((host + " TCP", round(time.time() - start)))
        if speaks["tcp"]: client.sendall(struct.pack(">I", 5) + b"\x7e\x03TCP")
        kept.append(client)
for host, address in ADDRESSES.items():
    threading.Thread(target=udp, args=(bound(address, 88), host), daemon=True).start()
    threading.Thread(target=tcp, args=(socket.create_server((address, 88)), host), daemon=True).start()
threading.Thread(target=dns, args=(bound("127.0.0.1", 53),), daemon=True).start()
message = asn1.AS_REQ()
message["pvno"], message["msg-type"] = 5, 10
body = asn1.seq_set(message, "req-body")
body["kdc-options"] = [0] * 32
body["realm"], body["till"], body["nonce"] = "LAB.TEST", "20370101000000Z", 1
asn1.seq_set(body, "sname", Principal("krbtgt/LAB.TEST", type=2).components_to_asn1)
asn1.seq_set(body, "cname", Principal("alice", type=1).components_to_asn1)
asn1.seq_set_iter(body, "etype", (18,))
request = encode(message)
def der(tag, data): return bytes([tag]) + (bytes([len(data)]) if len(data) < 128 else b"\x82" + struct.pack(">H", len(data))) + data
proxied = der(0x30, der(0xA0, der(4, struct.pack(">I", len(request)) + request)) + der(0xA1, der(0x1B, b"LAB.TEST")))
os.environ["KDCPROXY_CONFIG"] = "kdcproxy.conf"
import kdcproxy
def look(settings, by_tcp=True):
    global start
    with open("kdcproxy.conf", "w") as file: file.write(settings)
    asked.clear()
    came.clear()
    speaks["tcp"], start, status = by_tcp, time.time(), []
    environment = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(proxied)), "wsgi.input": io.BytesIO(proxied)}
    reply = b"".join(kdcproxy.Application()(environment, lambda code, _: status.append(code[:3])))
    return status, reply[-3:], sorted(asked), list(came)
both = ["_kerberos._tcp.LAB.TEST", "_kerberos._udp.LAB.TEST"]
seen = [look(""), look("[LAB.TEST]\n"), look("[LAB.TEST]\n", by_tcp=False)]
print(*seen, sep="\n")
assert seen[0][0] == ["503"] and seen[0][2:] == ([], []), "this has changed"
assert seen[1] == (["200"], b"TCP", both, [("dc2 TCP", 0)]), "this has changed"
assert seen[2] == (["200"], b"UDP", both, [("dc2 TCP", 0), ("dc2 UDP", 12)]), "this has changed"
P
# The ports and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec v/bin/python look.py'
