"""TCP: ports, resets, losses; and what stands between."""

from __future__ import annotations

from lab import ABSENT
from scenarios.vocabulary import *
from steps import (
    ALICE,
    Step,
    connected,
    firewall,
    freeze_server_processes,
    kill_server_processes,
    pause,
    probe,
    session,
    smbclient,
    start_server,
    stub,
    thaw_server_processes,
)

SYN = Sight("tcp.flags.syn == 1 && tcp.flags.ack == 0", "SYN")
NO_SYN_ACK = absent("tcp.flags.syn == 1 && tcp.flags.ack == 1")
TCP_OR_ICMP = "tcp port 445 or icmp"
RETRANSMITTED = Sight("tcp.analysis.retransmission", "retransmissions")


def rejected(name: str, how: str, code: int, shows: str) -> Scenario:
    return Scenario(f"tcp-icmp-{name}", shows, (smbclient(),),
                    (SYN, Sight(f"icmp.type == 3 && icmp.code == {code}", f"ICMP: {how}"), NO_SYN_ACK),
                    "tcp-icmp-unreachable", recorded=TCP_OR_ICMP,
                    before=(firewall("server", f"tcp dport 445 reject with icmp {how}"),))


def something_else(name: str, what: str, speaks: str) -> Scenario:
    return Scenario(f"smb-unexpected-payload-{name}", f"{what} answers on port 445.", (smbclient(),),
                    (absent(RESPONSE), Sight(both(FROM_SERVER, "tcp.len > 0"), speaks)), "smb-unexpected-payload",
                    server=None, answers="a stub", before=(stub(name),))

TRANSPORT = [
    Scenario("arp-unanswered", "The client calls the server by an address of its own network that no host has: it asks for the "
             "hardware address in vain, and sends no SYN.", (smbclient(server=ABSENT),),
             (Sight(f"arp.opcode == 1 && arp.dst.proto_ipv4 == {ABSENT}", "ARP: who has the address?"),
              absent("arp.opcode == 2"), absent("tcp")), "arp-unanswered", remark="as warning", server=None, answers="nobody",
             recorded=f"tcp port 445 or (arp and host {ABSENT})"),
    Scenario("netbios-name-unanswered", "The client knows only NetBIOS names, and twice asks all hosts of its network for a file server "
             "that is not there.",
             (smbclient("SMB3_11", "--option=name resolve order=bcast", server="FS09"),) * 2,
             (Sight("nbns.flags.opcode == 0", "NetBIOS name query"), absent("nbns.flags.response == 1"), absent("tcp")),
             "netbios-name-unanswered", remark="as warning", server=None, answers="nobody",
             recorded="tcp port 445 or udp port 137"),
    Scenario("rst-injected-established", "The middlebox swallows a CREATE in a healthy session and resets both ends. "
             "The forged RST has TTL 250 and IP ID 0x4d42; the server's own packets have TTL 64.",
             (smbclient("SMB3_02"),),
             (VNI_RESPONSE, Sight(message(5, REQUEST), "CREATE request"),
              Sight(both(RST, FROM_SERVER, "ip.ttl == 250", "ip.id == 0x4d42"), "the forged RST"),
              absent(both(FROM_SERVER, "!tcp.flags.reset", "ip.ttl != 64"))),
             "rst-injected-by-third-party", middlebox=("create-request.reset",)),
    Scenario("rst-injected-established-server-side", "What `rst-injected-established` looks like from the server: a "
             "RST in the client's name, and the CREATE never arrives.",
             (smbclient("SMB3_02"),),
             (VNI_RESPONSE, absent(message(5)),
              Sight(both(RST, FROM_CLIENT, "ip.ttl == 250", "ip.id == 0x4d42"), "the forged RST")),
             "rst-injected-by-third-party", side="server", middlebox=("create-request.reset",)),
    Scenario("rst-injected-foreign-mac", "As `rst-injected-established`, but the injector copies the TTL and not the "
             "MAC address.",
             (smbclient("SMB3_02"),),
             (VNI_RESPONSE,
              Sight(both(RST, FROM_SERVER, "ip.ttl == 64", "eth.src == 02:00:0a:4d:00:fe"),
                    "the forged RST, from MAC 02:00:0a:4d:00:fe"),
              Sight(both(FROM_SERVER, "tcp.flags.syn == 1", "eth.src == 02:00:0a:4d:00:14"), "the server's own MAC")),
             "rst-injected-by-third-party",
             middlebox=("--forged-ttl", "64", "--forged-mac", "02:00:0a:4d:00:fe", "create-request.reset")),
    Scenario("server-killed-idle", "The server process is killed while a session is idle; the client notices when it "
             "wants to go on.",
             (session("--pause", "end=5", background=True), connected, pause(2), kill_server_processes, pause(3)),
             (SESSION, TREE, SERVER_FIN),
             remark="the end is genuine", client="smbprotocol"),
    Scenario("negotiate-probe", "A version probe: NEGOTIATE, an answer, and the connection is closed.",
             (probe("negotiate"),), (NEGOTIATE_REQUEST, NEGOTIATE_RESPONSE, CLIENT_FIN, absent(message(1))),
             "negotiate-reset-by-client", remark="as info: harmless", client="a plain socket"),
    Scenario("port-scan", "A port check: connected to 445 and closed without a byte; 139 and 3389 refuse.",
             (probe("scan"),), (CLIENT_FIN, Sight(both(RST, FROM_SERVER, "tcp.srcport != 445"), "ports closed"),
                                absent("tcp.len > 0")),
             client="a plain socket", remark="at most `netbios-port-closed` as info", recorded="tcp"),
    Scenario("tcp-handshake-only", "A TCP handshake with port 445, and the capture ends there.",
             (probe("connect", background=True), connected, pause(1)),
             (Sight("tcp.flags.syn == 1", "SYN and SYN-ACK"), absent(FIN), absent(RST), absent("tcp.len > 0")),
             client="a plain socket", remark="the capture ends before anything was asked"),
    Scenario("tcp-syn-refused", "No server runs: port 445 answers with RST.", (smbclient(),),
             (SYN, NO_SYN_ACK, Sight(both(RST, FROM_SERVER), "refused")), "tcp-syn-refused", server=None,
             answers="a host without a file server"),
    Scenario("tcp-syn-timeout", "The server's firewall drops the SYNs to port 445; the client gives up after 30 s.",
             (session("--give-up", "30"),), (SYN, NO_SYN_ACK, absent(RST), RETRANSMITTED), "tcp-syn-timeout",
             client="smbprotocol", recorded=TCP_OR_ICMP, before=(firewall("server", "tcp dport 445 drop"),)),
    rejected("prohibited", "admin-prohibited", 13, "The server's firewall refuses port 445 by ICMP: "
             "administratively prohibited."),
    rejected("host-unreachable", "host-unreachable", 1, "A firewall says by ICMP that the host cannot be reached."),
    Scenario("tcp-handshake-incomplete", "The middlebox swallows every SYN-ACK: the server repeats it and never sees "
             "the third packet.", (session("--give-up", "20"), pause(3)),
             (SYN, Sight(both("tcp.flags.syn == 1", FROM_SERVER), "SYN-ACKs"), RETRANSMITTED, absent("tcp.len > 0")),
             "tcp-handshake-incomplete", client="smbprotocol", side="server", middlebox=("syn-ack.drop",)),
    Scenario("nbss-hosts-deny", "The server does not serve this client (`hosts deny`): it refuses the session with the "
             "NetBIOS code 0x81, on port 445 too, and closes.", (smbclient(),),
             (Sight("nbss.type == 0x83", "negative session response"),
              Sight(both(RST, FROM_SERVER), "the server has closed")), "nbss-session-refused",
             server={"hosts deny": "10.77.0.10"}),
    Scenario("nbss-called-name-refused", "On port 139 the server does not know the NetBIOS name by which it is called.",
             (smbclient("SMB3_02", "-p", "139", "-n", "WS01"),),
             (Sight("nbss.type == 0x81", "session request"),
              Sight("nbss.type == 0x83 && nbss.error_code == 0x82", "called name not present")),
             "nbss-session-refused", server=None, answers="a stub", recorded="tcp port 139",
             before=(stub("nbss", port="139"),)),
    something_else("http", "A web server", "HTTP"),
    something_else("tls", "A TLS server", "a TLS alert"),
    something_else("ssh", "An SSH server", "the banner of SSH"),
    Scenario("tcp-139-refused", "The first SYN to 445 is lost, so the client tries 139 as well, which is closed; 445 "
             "works at the second try.", (smbclient(),),
             (Sight(both(RST, "tcp.srcport == 139"), "139 is closed"), SESSION, TREE),
             remark="at most `netbios-port-closed` as info", recorded="tcp", middlebox=("syn.drop=1",)),
    Scenario("tcp-445-139-race", "The first SYN to 445 is lost, so the client opens 139 as well and uses what is open "
             "first; the other connection is given up.", (smbclient(),),
             (Sight("tcp.dstport == 139 && tcp.flags.syn == 1", "SYN to 139"), SESSION, TREE),
             remark="nothing is wrong", recorded="tcp", middlebox=("syn.drop=1",),
             server={"disable netbios": "no", "smb ports": "445 139"}),
    Scenario("tcp-mtu-black-hole", "Frames above 1200 bytes do not pass the middlebox, and no ICMP says so: the "
             "SESSION_SETUP with its Kerberos ticket is sent again and again.",
             (smbclient("SMB3_11", "--use-kerberos=required", server="dc01.lab.example",
                        user=ALICE.replace("%", "@LAB.EXAMPLE%")),),
             (NEGOTIATE_RESPONSE, Sight(both("tcp.analysis.retransmission", FROM_CLIENT, "frame.len > 1200"),
                                        "the large segment again"), absent(message(1, RESPONSE))),
             "tcp-mtu-black-hole", dc=True, middlebox=("large.drop",), recorded="tcp port 445 or icmp"),
    Scenario("tcp-loss-syn", "The first two SYNs are lost; then all is well.", (session(),),
             (RETRANSMITTED, SESSION, TREE), "tcp-packet-loss-at-establishment", client="smbprotocol",
             middlebox=("syn.drop=2",)),
    Scenario("tcp-loss-negotiate", "The NEGOTIATE request is lost three times; then all is well.", (session(),),
             (RETRANSMITTED, SESSION, TREE), "tcp-packet-loss-at-establishment", client="smbprotocol",
             middlebox=("negotiate-request.drop=3",)),
    Scenario("tcp-zero-window-stall", "The server process hangs after NEGOTIATE and has a small receive buffer: the "
             "SESSION_SETUP with its Kerberos ticket fills it, and the client may send nothing but probes for 8 s. "
             "(The first question to the KDC is lost, so that there is time to make the server hang.)",
             (smbclient("SMB3_11", "--use-kerberos=required", server="dc01.lab.example",
                        user=ALICE.replace("%", "@LAB.EXAMPLE%"), background=True),
              connected, pause(2), freeze_server_processes, pause(17), thaw_server_processes, pause(4)),
             (NEGOTIATE_RESPONSE, Sight("tcp.window_size == 0 && tcp.flags.reset == 0", "window 0"), SESSION, TREE),
             "tcp-zero-window-stall", dc=True, server={"socket options": "TCP_NODELAY SO_RCVBUF=2048"},
             middlebox=("udp-88.drop=1",)),
    Scenario("smb-alternative-port", "A file server on port 4455.", (smbclient("SMB3_11", "-p", "4455"),),
             (SESSION, TREE), "smb-alternative-port", remark="as info", server={"smb ports": "4455"},
             recorded="tcp port 4455"),
    Scenario("tcp-refused-three-times-then-success", "Three times the server is not there; then it has been started.",
             (smbclient(), smbclient(), smbclient(), start_server, smbclient()),
             (Sight(both(RST, FROM_SERVER), "refused"), SESSION, TREE), remark="the failures are over: as info at most",
             server=None, answers="smbd, once it is started"),
    Scenario("tcp-closed-before-smb", "The port accepts and closes after 3 s; neither side said a word.",
             (probe("wait"),), (SERVER_FIN, absent("tcp.len > 0")), "tcp-closed-before-smb", client="a plain socket",
             server=None, answers="a stub", before=(stub("closes", "3"),)),
    Scenario("tcp-too-many-connections", "The server is at its limit of processes (`max smbd processes`), and closes.",
             (smbclient(),), (NEGOTIATE_REQUEST, absent(RESPONSE), Sight(both(f"({FIN} || {RST})", FROM_SERVER),
                                                                         "the server closes")),
             "negotiate-reset-by-server", server={"max smbd processes": "1"},
             before=(session("--pause", "end=15", background=True), connected, pause(2))),
    Scenario("tcp-reset-in-use", "The client resets the connection in the middle of a healthy session.",
             (session("--reset-before", "end"),), (TREE, Sight(both(RST, FROM_CLIENT), "the client's RST")),
             remark="the session was established; the client ended it", client="smbprotocol"),
    *(Scenario(f"middlebox-syn-option-{kind}", f"Something on the way put a TCP option of kind {kind} into the SYN; "
               "the client never sent it.", (smbclient(),),
               (Sight(f"tcp.flags.syn == 1 && tcp.option_kind == {kind}", f"SYN with option {kind}"), SESSION, TREE),
               "middlebox-suspected", remark="as info", side="server", middlebox=(f"syn.option={kind}",))
      for kind in (33, 76)),
    Scenario("middlebox-syn-options-stripped", "Something on the way overwrote all TCP options of both SYNs but MSS.",
             (smbclient(),), (Sight("tcp.flags.syn == 1 && !tcp.options.wscale", "SYN-ACK without window scale"),
                              SESSION, TREE),
             "middlebox-suspected", remark="as info", middlebox=("syn.strip", "syn-ack.strip")),
    Scenario("middlebox-ttl", "Something on the way answers the SYN itself: the SYN-ACK has TTL 240, the server's "
             "packets have 64.", (smbclient(),),
             (Sight("tcp.flags.syn == 1 && tcp.flags.ack == 1 && ip.ttl == 240", "SYN-ACK, TTL 240"), SESSION, TREE),
             "mbx-ttl-asymmetry", remark="as info", middlebox=("syn-ack.ttl=240",)),
    Scenario("middlebox-latency", "TCP connects at once, and the middlebox holds back every answer for 300 ms.",
             (smbclient(),), (SESSION, TREE), "mbx-ack-latency-split", remark="as info",
             middlebox=("response.delay=300",)),
    Scenario("middlebox-timestamp", "Something on the way takes the TCP timestamp off one segment.",
             (smbclient(),), (Sight(message(3, REQUEST, "!tcp.options.timestamp.tsval"), "no timestamp"), SESSION, TREE),
             "mbx-window-or-timestamp-inconsistent", remark="as info", side="server",
             middlebox=("tree-connect-request.strip",)),
    Scenario("smb-over-quic", "QUIC packets to UDP 443 of the server, and no SMB over TCP.", (probe("quic"),),
             (Sight("udp.dstport == 443", "QUIC Initial"),), "smb-over-quic-not-visible", client="a plain socket",
             recorded="udp port 443"),
    Scenario("smb-over-rdma", "An MPA request to port 5445, as iWARP begins.", (probe("rdma"),),
             (Sight("tcp.dstport == 5445 && tcp.len > 0", "MPA request"),), "smb-over-rdma-not-visible",
             client="a plain socket", answers="a stub", server=None, recorded="tcp port 5445",
             before=(stub("closes", "1", port="5445"),)),
    Scenario("nbss-retarget", "The NetBIOS session service of the server points to another address and port.",
             (smbclient("SMB3_02", "-p", "139", "-n", "WS01"),),
             (Sight("nbss.type == 0x81", "session request"), Sight("nbss.type == 0x84", "retarget response")),
             "nbss-retarget", server=None, answers="a stub", recorded="tcp port 139",
             before=(stub("nbss", "retarget", port="139"),)),
]
