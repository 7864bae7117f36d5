"""The negotiation of a dialect."""

from __future__ import annotations

from capture import end_after
from scenarios.vocabulary import *
from steps import (
    connected,
    freeze_server,
    kill_server,
    pause,
    probe,
    session,
    smbclient,
    thaw_server,
)

NO_NEGOTIATE = absent(message(0, RESPONSE))
INVALID_PARAMETER = Sight(message(0, RESPONSE, "smb2.nt_status == 0xc000000d"), "STATUS_INVALID_PARAMETER")
SMB1_ONLY = {"server min protocol": "NT1", "server max protocol": "NT1"}

NEGOTIATE = [
    Scenario("negotiate-no-common-dialect", "The server accepts SMB 3.1.1 only, the client knows nothing above 2.1.",
             (smbclient("SMB2_10"),),
             (NEGOTIATE_REQUEST, Sight(message(0, RESPONSE, "smb2.nt_status == 0xc00000bb"), "STATUS_NOT_SUPPORTED")),
             "negotiate-no-common-dialect", server={"server min protocol": "SMB3_11"}),
    Scenario("negotiate-unexpected-dialect", "The middlebox wrote 0x0302 into the answer to a client that offered no "
             "more than 0x0210.",
             (smbclient("SMB2_10"),),
             (NEGOTIATE_REQUEST, Sight(message(0, RESPONSE, "smb2.dialect == 0x0302"), "NEGOTIATE response, 0x0302"),
              absent(message(1)), CLIENT_FIN),
             "negotiate-unexpected-dialect", middlebox=("negotiate-response.dialect=0x0302",)),
    Scenario("dialect-downgrade", "Two connections of one client (same ClientGuid) to one server. Beyond this capture "
             "point the middlebox took 0x0311 out of the first request, so that the server chose 3.0.2; the second "
             "passed untouched and got 3.1.1. The client does not validate, so nothing fails.",
             (session("--vni", "never"), session("--vni", "never")),
             (NEGOTIATE_REQUEST, negotiated(0x0302, "3.0.2"), negotiated(0x0311, "3.1.1"), NO_VNI),
             "dialect-downgrade-suspected", remark="with `vni-missing` as info", client="smbprotocol",
             middlebox=("--only-connection", "1", "negotiate-request.dialects=0311:0302")),
    Scenario("dialect-downgrade-validated", "As `dialect-downgrade`, but the client validates: the server sees that "
             "it was told another list, and closes the first connection.",
             (session(), session()),
             (NEGOTIATE_REQUEST, negotiated(0x0302, "3.0.2"), negotiated(0x0311, "3.1.1"), VNI_REQUEST,
              NO_VNI_RESPONSE, SERVER_FIN),
             "vni-aborted-by-server", remark="with `dialect-downgrade-suspected`", client="smbprotocol",
             middlebox=("--only-connection", "1", "negotiate-request.dialects=0311:0302")),
    Scenario("smb1-only-client", "The client knows SMB1 only; the server has no SMB1.",
             (smbclient("NT1", "--option=client min protocol=NT1"),),
             (Sight("smb.cmd == 0x72 && smb.flags.response == 0", "SMB1 NEGOTIATE request, no `SMB 2` in it"),
              Sight("smb.dialect.index == 65535", "the answer 0xFFFF: none of these dialects"), absent("smb2")),
             "smb1-only-client"),
    Scenario("smb1-only-server", "The client offers SMB1 and SMB 2.???; the server knows SMB1 only, and they use it.",
             (smbclient("SMB3_11", "--option=client min protocol=NT1"),),
             (Sight("smb.cmd == 0x72 && smb.flags.response == 0", "SMB1 NEGOTIATE request with `SMB 2.???`"),
              Sight("smb.cmd == 0x72 && smb.flags.response == 1", "SMB1 NEGOTIATE response"),
              Sight("smb.cmd == 0x75 && smb.flags.response == 1 && smb.nt_status == 0", "TREE_CONNECT_ANDX succeeds"),
              absent("smb2")),
             "smb1-only-server", remark="as warning: the session is established", server=SMB1_ONLY),
    Scenario("smb1-only-both", "Client and server know SMB1 only, and it works.",
             (smbclient("NT1", "--option=client min protocol=NT1"),),
             (Sight("smb.cmd == 0x72 && smb.flags.response == 1", "SMB1 NEGOTIATE response"),
              Sight("smb.cmd == 0x75 && smb.flags.response == 1 && smb.nt_status == 0", "TREE_CONNECT_ANDX succeeds"),
              absent("smb2")),
             "smb1-only-client", remark="as warning: the session is established", server=SMB1_ONLY),
    Scenario("smb1-logon-failure", "A wrong password over SMB1.",
             (smbclient("NT1", "--option=client min protocol=NT1", user="alice%wrong"),),
             (Sight("smb.cmd == 0x72 && smb.flags.response == 1", "SMB1 NEGOTIATE response"),
              Sight("smb.cmd == 0x73 && smb.flags.response == 1 && smb.nt_status == 0xc000006d",
                    "SESSION_SETUP_ANDX: STATUS_LOGON_FAILURE"), absent("smb.cmd == 0x75"), absent("smb2")),
             "auth-logon-failure", remark="with `smb1-only-client`", server=SMB1_ONLY),
    Scenario("smb1-bad-share", "A share that does not exist, over SMB1.",
             (smbclient("NT1", "--option=client min protocol=NT1", share="dta"),),
             (Sight("smb.cmd == 0x73 && smb.flags.response == 1 && smb.nt_status == 0", "SESSION_SETUP_ANDX succeeds"),
              Sight("smb.cmd == 0x75 && smb.flags.response == 1 && smb.nt_status == 0xc00000cc",
                    "TREE_CONNECT_ANDX: STATUS_BAD_NETWORK_NAME"), absent("smb2")),
             "tree-bad-network-name", remark="with `smb1-only-client`", server=SMB1_ONLY),
    Scenario("negotiate-unanswered", "The server hangs: its kernel accepts the connection and acknowledges NEGOTIATE, "
             "but nobody answers. The client closes by RST after 60 s.", (session("--give-up", "60", "--reset"),),
             (NEGOTIATE_REQUEST, NO_NEGOTIATE, Sight(both(RST, FROM_CLIENT, "frame.time_relative > 59"), "the RST")),
             "negotiate-unanswered-60s", client="smbprotocol", before=(freeze_server,)),
    Scenario("negotiate-no-answer-yet", "As `negotiate-unanswered`, but the capture ends 3 s after the request.",
             (session("--give-up", "6"),), (NEGOTIATE_REQUEST, NO_NEGOTIATE, absent(RST), absent(FIN)),
             remark="the capture ends too early to blame anybody", client="smbprotocol",
             before=(freeze_server,), edits=(end_after(3, message(0), "NEGOTIATE"),)),
    Scenario("negotiate-slow", "The server takes 12 s to answer NEGOTIATE; then all is well.",
             (smbclient(background=True), pause(12), thaw_server, pause(3)),
             (NEGOTIATE_REQUEST, Sight(message(0, RESPONSE, "frame.time_relative > 10"), "the late answer"), SESSION,
              TREE), "negotiate-slow", before=(freeze_server,)),
    Scenario("negotiate-reset-by-server", "The server process dies with NEGOTIATE unread; its kernel sends RST.",
             (session(background=True), connected, pause(2), kill_server, pause(1)),
             (NEGOTIATE_REQUEST, NO_NEGOTIATE, Sight(both(RST, FROM_SERVER), "the server's RST")),
             "negotiate-reset-by-server", client="smbprotocol", before=(freeze_server,)),
    Scenario("negotiate-closed-by-server", "The server knows SMB1 only, the client does not offer it: the server "
             "closes without an answer.", (smbclient(),), (NEGOTIATE_REQUEST, NO_NEGOTIATE, SERVER_FIN),
             "negotiate-reset-by-server", server=SMB1_ONLY),
    Scenario("negotiate-reset-by-client", "The client loses patience 3 s after NEGOTIATE, and resets.",
             (session("--give-up", "3", "--reset"),),
             (NEGOTIATE_REQUEST, NO_NEGOTIATE, Sight(both(RST, FROM_CLIENT), "the client's RST")),
             "negotiate-reset-by-client", client="smbprotocol", before=(freeze_server,)),
    Scenario("negotiate-reset-by-third-party", "The middlebox swallows NEGOTIATE and resets both ends. The forged RST "
             "has TTL 250 and IP ID 0x4d42; the server's own packets have TTL 64.", (session(),),
             (NEGOTIATE_REQUEST, NO_NEGOTIATE, Sight(both(RST, FROM_SERVER, "ip.ttl == 250"), "the forged RST")),
             "rst-injected-by-third-party", client="smbprotocol", middlebox=("negotiate-request.reset",)),
    Scenario("negotiate-lost", "The middlebox swallows NEGOTIATE and each of its retransmissions; the client gives up "
             "after 25 s.", (session("--give-up", "25", "--reset"),),
             (NEGOTIATE_REQUEST, NO_NEGOTIATE, Sight("tcp.analysis.retransmission", "retransmissions")),
             remark="never acknowledged: the request did not arrive", client="smbprotocol",
             middlebox=("negotiate-request.drop",)),
    Scenario("negotiate-invalid-parameter", "The middlebox wrote a dialect count of 0 into NEGOTIATE.", (session(),),
             (NEGOTIATE_REQUEST, INVALID_PARAMETER), "negotiate-invalid-parameter", client="smbprotocol", side="server",
             middlebox=("negotiate-request.dialect-count=0",)),
    Scenario("negotiate-request-without-contexts", "The middlebox wrote a context count of 0 into a NEGOTIATE that "
             "offers SMB 3.1.1.", (session(),), (NEGOTIATE_REQUEST, INVALID_PARAMETER), "negotiate-missing-preauth-context",
             client="smbprotocol", side="server", middlebox=("negotiate-request.context-count=0",)),
    Scenario("negotiate-missing-preauth-context", "The middlebox wrote a context count of 0 into the answer that chose "
             "SMB 3.1.1; the client leaves.", (smbclient(),),
             (negotiated(0x0311, "3.1.1"), absent(message(1)), CLIENT_FIN), "negotiate-missing-preauth-context",
             middlebox=("negotiate-response.context-count=0",)),
    Scenario("negotiate-311-altered", "The middlebox changed a capability in NEGOTIATE. SMB 3.1.1 hashes what was "
             "said into the keys: the session is granted, and the client finds its signature wrong and leaves.",
             (smbclient(),), (negotiated(0x0311, "3.1.1"), SESSION, absent(message(3)), CLIENT_FIN),
             "session-setup-reset", middlebox=("negotiate-request.capabilities=0x3f",)),
    Scenario("encryption-no-common-cipher", "The server requires encryption with AES-256-GCM, the client knows "
             "AES-128-CCM only.",
             (smbclient("SMB3_11", "--option=client smb3 encryption algorithms=AES-128-CCM"),),
             (negotiated(0x0311, "3.1.1"), absent(message(3, RESPONSE, OK))), "encryption-no-common-cipher",
             server={"server smb encrypt": "required", "server smb3 encryption algorithms": "AES-256-GCM"}),
    Scenario("negotiate-upgrade-incomplete", "The client offers `SMB 2.???` in an SMB1 NEGOTIATE, the server agrees "
             "(0x02FF), and the client leaves.", (probe("negotiate-smb1"),),
             (Sight(message(0, "smb2.dialect == 0x02ff"), "the provisional answer"), absent(message(0, REQUEST)),
              CLIENT_FIN), "multi-protocol-upgrade-incomplete", client="a plain socket"),
    Scenario("server-clock-offset", "The server's clock is 10 minutes fast, as its NEGOTIATE response says.",
             (smbclient(),), (NEGOTIATE_RESPONSE, SESSION, TREE), "server-clock-offset", remark="as info",
             server_clock="+10m"),
    *(Scenario(f"negotiate-{name}", f"The middlebox wrote {status_name} into the refusal of a dialect; the client takes "
               "it for the server's word.", (smbclient("SMB3_02"),),
               (NEGOTIATE_REQUEST, Sight(message(0, RESPONSE, f"smb2.nt_status == {status:#x}"), status_name)),
               f"negotiate-{name}", server={"server min protocol": "SMB3_11"},
               middlebox=(f"negotiate-refusal.status={status:#x}",))
      for name, status, status_name in (
          ("no-preauth-hash", 0xC05D0000, "STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP"),
          ("error-status", 0xC0000201, "STATUS_NETWORK_OPEN_RESTRICTION"))),
    Scenario("negotiate-invalid-contexts", "The middlebox wrote an offset outside of the message into the answer that "
             "chose SMB 3.1.1; the client leaves.", (smbclient(),),
             (negotiated(0x0311, "3.1.1"), absent(message(1)), CLIENT_FIN), "negotiate-invalid-contexts",
             middlebox=("negotiate-response.context-offset=0x2000",)),
]
