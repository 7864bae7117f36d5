"""TCP: ports, resets, losses; and what stands between."""

from __future__ import annotations

from scenarios.vocabulary import *
from steps import kill_server_processes, pause, probe, session, smbclient

TRANSPORT = [
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
             (session("--pause", "end=5", background=True), pause(3), kill_server_processes, pause(3)),
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
             (probe("connect", background=True), pause(1.5)),
             (Sight("tcp.flags.syn == 1", "SYN and SYN-ACK"), absent(FIN), absent(RST), absent("tcp.len > 0")),
             client="a plain socket", remark="the capture ends before anything was asked"),
]
