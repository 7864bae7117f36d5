"""The validation of the negotiation: VALIDATE_NEGOTIATE_INFO."""

from __future__ import annotations

from typing import Any

from scenarios.healthy import MAX_302
from scenarios.vocabulary import *
from steps import connected, freeze_server_processes, pause, probe, session, smbclient


def request_mismatch(field: str, *middlebox: str, side: str = "server", **rest: Any) -> Scenario:
    return Scenario(
        f"vni-request-mismatch-{field}",
        f"The middlebox changed `{field}` in the NEGOTIATE request, so the VNI request does not repeat what the "
        "server was told. The server closes instead of answering.",
        (smbclient("SMB3_02"),), (NEGOTIATE_REQUEST, VNI_REQUEST, NO_VNI_RESPONSE, SERVER_FIN),
        f"vni-request-mismatch-{field}", side="server", middlebox=middlebox,
        differs=frozenset({f"request.{field}"}), **rest)


def response_mismatch(field: str, *middlebox: str, **rest: Any) -> Scenario:
    return Scenario(
        f"vni-response-mismatch-{field}",
        f"The middlebox changed `{field}` in the NEGOTIATE response; the signed VNI response says what the server "
        "really sent. The client validates again with the real share, and then closes.",
        (smbclient("SMB3_02"),), (NEGOTIATE_RESPONSE, VNI_RESPONSE, CLIENT_FIN),
        f"vni-response-mismatch-{field}", middlebox=middlebox, differs=frozenset({f"response.{field}"}), **rest)


CAPABILITIES_REQUEST = "negotiate-request.capabilities=0x3f"
CAPABILITIES_RESPONSE = "negotiate-response.capabilities=0x0f"
DAMAGED_SIGNATURE = ("vni-request.signature=0x42",)
UNSIGN_VNI_RESPONSE = ("vni-response.flags=0x1", "vni-response.signature=0")

VALIDATE = [
    request_mismatch("dialects", "negotiate-request.dialects=0302:0300"),
    request_mismatch("capabilities", CAPABILITIES_REQUEST),
    request_mismatch("guid", "negotiate-request.guid=0x42"),
    request_mismatch("security-mode", "negotiate-request.security-mode=0x3"),
    Scenario("vni-aborted-by-server", "What `vni-request-mismatch-capabilities` looks like from the client: nothing "
             "differs here, since the change was made beyond this capture point, and the server just closes.",
             (smbclient("SMB3_02"),), (NEGOTIATE_REQUEST, VNI_REQUEST, NO_VNI_RESPONSE, SERVER_FIN),
             "vni-aborted-by-server", middlebox=(CAPABILITIES_REQUEST,)),
    response_mismatch("capabilities", CAPABILITIES_RESPONSE),
    response_mismatch("guid", "negotiate-response.guid=0x42"),
    response_mismatch("security-mode", "negotiate-response.security-mode=0x3"),
    response_mismatch("dialect", "negotiate-response.dialect=0x0300"),
    Scenario("vni-aborted-by-client", "What `vni-response-mismatch-capabilities` looks like from the server: "
             "everything matches, VNI is answered and signed, and the client closes without a further request.",
             (smbclient("SMB3_02"),), (NEGOTIATE_RESPONSE, VNI_RESPONSE, CLIENT_FIN, absent(message(5))),
             "vni-aborted-by-client", side="server", middlebox=(CAPABILITIES_RESPONSE,)),
    Scenario("vni-response-unsigned", "The SIGNED flag and the signature were removed from the VNI response.",
             (smbclient("SMB3_02"),),
             (VNI_REQUEST, Sight(both(VNI, RESPONSE, "smb2.flags.signature == 0"), "VNI response, not signed"),
              CLIENT_FIN),
             "vni-response-unsigned", middlebox=UNSIGN_VNI_RESPONSE),
    Scenario("vni-response-signature-zero", "The VNI response says that it is signed, but its signature is zero.",
             (smbclient("SMB3_02"),),
             (VNI_REQUEST, Sight(both(VNI, RESPONSE, "smb2.flags.signature == 1",
                                      "smb2.signature == 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"),
                                 "VNI response, SIGNED flag set, signature zero"), CLIENT_FIN),
             "vni-response-signature-zero", middlebox=("vni-response.signature=0",)),
    Scenario("vni-response-bad-structure", "The VNI response says 23 bytes of output where 24 are due.",
             (smbclient("SMB3_02"),),
             (VNI_REQUEST, Sight(both("smb2.cmd == 11", RESPONSE, OK, "smb2.olb.length == 23"),
                                 "VNI response with OutputCount 23"), CLIENT_FIN),
             "vni-response-bad-structure", middlebox=("vni-response.output-count=23",)),
    Scenario("vni-unanswered", "The server process hangs: its TCP acknowledges the VNI request, but no answer comes. "
             "The client gives up after some 20 s.",
             (session("--vni", "always", "--pause", "vni=4", background=True),
              connected, pause(2), freeze_server_processes, pause(26)),
             (VNI_REQUEST, Sight(both(FROM_SERVER, "tcp.len == 0", "frame.time_relative > 1"),
                                 "the request acknowledged, and later the FIN"),
              NO_VNI_RESPONSE, CLIENT_FIN),
             "vni-unanswered", client="smbprotocol", server=MAX_302),
    Scenario("vni-request-lost", "The middlebox swallows the VNI request and each of its retransmissions: never "
             "acknowledged, so it may not have arrived. The client stops waiting after 60 s, but its FIN cannot be "
             "sent. A probe of the server then shows that it lives.",
             (smbclient("SMB3_02"), pause(3), probe("negotiate")),
             (VNI_REQUEST, Sight("tcp.analysis.retransmission && tcp.len > 0", "retransmissions"),
              NO_VNI_RESPONSE, absent(both(FIN, "tcp.stream == 0")),
              Sight(both("tcp.stream == 1", message(0, REQUEST), "frame.time_relative > 60"), "the probe")),
             "vni-unanswered", remark="the request was never acknowledged", middlebox=("vni-request.drop",)),
    Scenario("vni-response-lost", "The middlebox swallows the VNI response: the server acknowledges the request, and "
             "its later sequence numbers skip bytes that never arrived here.",
             (smbclient("SMB3_02"),), (VNI_REQUEST, NO_VNI_RESPONSE, CLIENT_FIN,
                                       Sight(both("tcp.analysis.lost_segment", FROM_SERVER),
                                             "the server's sequence number has moved on past unseen bytes")),
             "vni-unanswered", remark="the response was sent and lost", middlebox=("vni-response.drop",)),
    Scenario("vni-response-lost-server-side", "What `vni-response-lost` looks like from the server: it answers, "
             "repeats the answer, and is never acknowledged.",
             (smbclient("SMB3_02"),), (VNI_REQUEST, VNI_RESPONSE, CLIENT_FIN,
                                       Sight(both("tcp.analysis.retransmission", FROM_SERVER),
                                             "the response retransmitted")),
             "tcp-packet-loss-at-establishment", side="server", remark="the VNI response was never acknowledged",
             middlebox=("vni-response.drop",)),
    Scenario("vni-rejected-benign", "A server limited to SMB 2.0.2 does not know VNI and says so with a signed "
             "STATUS_FILE_CLOSED; the client goes on.",
             (smbclient("SMB3_02"),),
             (VNI_REQUEST, Sight(message(11, RESPONSE, "smb2.nt_status == 0xc0000128", "smb2.flags.signature == 1"),
                                 "signed STATUS_FILE_CLOSED"), Sight(message(5, RESPONSE, OK), "the session goes on")),
             "vni-rejected-status", remark="as info: nothing is wrong", server={"server max protocol": "SMB2_02"}),
    Scenario("vni-rejected-access-denied", "The signature of the VNI request was damaged on the way; the server "
             "refuses with STATUS_ACCESS_DENIED, signed.",
             (smbclient("SMB3_02"),),
             (VNI_REQUEST, Sight(message(11, RESPONSE, "smb2.nt_status == 0xc0000022", "smb2.flags.signature == 1"),
                                 "STATUS_ACCESS_DENIED, signed"), CLIENT_FIN),
             "vni-rejected-status", middlebox=DAMAGED_SIGNATURE),
    Scenario("vni-aborted-by-third-party", "The middlebox swallows the VNI request and resets both ends in the "
             "other's name. The forged RST has TTL 250 and IP ID 0x4d42; the server's own packets have TTL 64.",
             (smbclient("SMB3_02"),),
             (VNI_REQUEST, NO_VNI_RESPONSE,
              Sight(both(RST, FROM_SERVER, "ip.ttl == 250", "ip.id == 0x4d42"), "the forged RST"),
              absent(both(FROM_SERVER, "!tcp.flags.reset", "ip.ttl != 64"))),
             "vni-aborted-by-third-party", middlebox=("vni-request.reset",)),
    Scenario("vni-on-311", "A client sends VNI on SMB 3.1.1, where it must not. Samba answers all the same "
             "(MS-SMB2 3.3.5.15.12 demands that it disconnect), and the session goes on.",
             (session("--vni", "always"),),
             (negotiated(0x0311, "3.1.1"), VNI_REQUEST, VNI_RESPONSE,
              Sight(message(5, RESPONSE, OK), "CREATE succeeds")),
             "vni-on-311", client="smbprotocol"),
    Scenario("vni-missing", "A client that knows SMB 3.x signs its session and works, but never validates it.",
             (session("--vni", "never"),),
             (negotiated(0x0302, "3.0.2"), TREE, Sight(message(5, RESPONSE, OK), "CREATE succeeds"), NO_VNI),
             "vni-missing", remark="as info", client="smbprotocol", server=MAX_302),
]
