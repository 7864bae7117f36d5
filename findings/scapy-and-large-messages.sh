#!/bin/sh
# Does scapy read SMB2 messages of any size from TCP segments?
#
# Guess before the run: yes, with its TCPSession. On port 445 the length has 24 bits, and servers offer reads of 1 MiB and
# 8 MiB.
# Seen (scapy 2.8.0, Python 3.11), READ responses in segments of 1400 bytes:
#
#   131,071 bytes   one message
#   131,072 bytes   a message of length 0; no SMB2 in it
#   140,000 bytes   no message; the last segment as raw bytes
#
# The field for the length has 17 bits, as in NetBIOS. tshark reads messages of 24 bits; so do impacket 0.13.1, pysmb
# 1.2.15 and smbprotocol 1.17.0.
# Lesson: a READ “without a response” in what scapy shows may be a large one. Look at the sequence numbers.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install scapy==2.8.0 impacket==0.13.1 pysmb==1.2.15 smbprotocol==1.17.0
v/bin/python - <<'P'
import logging, socket, struct, threading
logging.disable(logging.CRITICAL)
import scapy.layers.smb2
from scapy.all import Ether, IP, TCP, TCPSession, sniff, wrpcap
from scapy.layers.netbios import NBTSession
def message(size):
    head = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 4, 0, 8, 1, 1, 0, 1, 0xFEFF, 1, 5) + bytes(16)
    smb = head + struct.pack("<HBBIII", 17, 80, 0, size - 80, 0, 0) + bytes(size - 80)
    return struct.pack(">I", len(smb)) + smb
def read(size):
    data = message(size)
    head = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="10.0.0.2", dst="10.0.0.1")
    wrpcap("large.pcap", [
        head / TCP(sport=445, dport=50000, flags="PA", seq=1 + place, ack=1) / data[place : place + 1400]
        for place in range(0, len(data), 1400)])
    last = list(sniff(offline="large.pcap", session=TCPSession))[-1]
    return (last[NBTSession].LENGTH, "SMB2_Header" in last) if NBTSession in last else type(last[TCP].payload).__name__
seen = {size: read(size) for size in (131071, 131072, 140000)}
print("scapy", seen)
assert seen == {131071: (131071, True), 131072: (0, False), 140000: "Raw"}, "this has changed"
def feed(size, read):
    near, far = socket.socketpair()
    def send():
        far.sendall(message(size))
        far.close()
    threading.Thread(target=send, daemon=True).start()
    return read(near)
def impacket(near):
    from impacket import nmb
    return len(nmb.NetBIOSTCPSession("CLIENT", "SERVER", "127.0.0.1", sess_port=445, sock=near).recv_packet(5).get_trailer())
def smbprotocol(near):
    from smbprotocol.transport import Tcp
    transport = Tcp("server", 445)
    transport._sock, transport.connected = near, True
    return len(transport.recv(5))
def pysmb(near):
    from nmb.base import NMBSession
    class Session(NMBSession):
        def onNMBSessionMessage(self, flags, data): self.size = len(data)
    session = Session("CLIENT", "SERVER", is_direct_tcp=True)
    while data := near.recv(65536): session.feedData(data)
    return session.size
others = {one.__name__: feed(140000, one) for one in (impacket, smbprotocol, pysmb)}
print(others)
assert set(others.values()) == {140000}, "this has changed"
P
