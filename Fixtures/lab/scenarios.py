"""Every scenario: who talks to whom, what is done to them, and what the capture must show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from capture import VNI
from lab import PASSWORD
from steps import (
    Step,
    add_dns_alias,
    freeze_server_processes,
    kill_server_processes,
    kinit,
    pause,
    probe,
    session,
    smbclient,
)


@dataclass(frozen=True)
class Sight:
    """Something tshark must find in the capture, or must not."""

    filter: str
    note: str
    present: bool = True


def absent(display_filter: str) -> Sight:
    return Sight(display_filter, "", present=False)


@dataclass(frozen=True)
class Scenario:
    name: str
    shows: str
    steps: tuple[Step, ...]
    sights: tuple[Sight, ...]
    diagnosis: str = ""
    remark: str = ""
    side: str = "client"
    client: str = "smbclient"
    server: Mapping[str, str] = field(default_factory=dict)
    dc: bool = False
    krb5_conf: str = ""
    middlebox: tuple[str, ...] = ()
    recorded: str = "tcp port 445"
    differs: frozenset[str] = frozenset()



# Filters

REQUEST, RESPONSE = "smb2.flags.response == 0", "smb2.flags.response == 1"
OK = "smb2.nt_status == 0"
FROM_CLIENT, FROM_SERVER = "ip.src == 10.77.0.10", "ip.dst == 10.77.0.10"
FIN, RST = "tcp.flags.fin == 1", "tcp.flags.reset == 1"


def both(*filters: str) -> str:
    return " && ".join(filters)


def message(command: int, *more: str) -> str:
    return both(f"smb2.cmd == {command}", *more)


# Sights that recur

def negotiated(dialect: int, name: str) -> Sight:
    return Sight(message(0, RESPONSE, OK, f"smb2.dialect == {dialect:#06x}"), f"NEGOTIATE response, SMB {name}")


SESSION = Sight(message(1, RESPONSE, OK), "SESSION_SETUP succeeds")
TREE = Sight(message(3, RESPONSE, OK), "TREE_CONNECT succeeds")
NEGOTIATE_REQUEST = Sight(message(0, REQUEST), "NEGOTIATE request")
NEGOTIATE_RESPONSE = Sight(message(0, RESPONSE), "NEGOTIATE response")
VNI_REQUEST = Sight(both(VNI, REQUEST, "smb2.flags.signature == 1"), "VNI request, signed")
VNI_RESPONSE = Sight(both(VNI, RESPONSE, OK, "smb2.flags.signature == 1"), "VNI response, signed")
NO_VNI = absent(VNI)
NO_VNI_RESPONSE = absent(both(VNI, RESPONSE))
CLIENT_FIN = Sight(both(FIN, FROM_CLIENT, "tcp.dstport == 445"), "the client's FIN")
SERVER_FIN = Sight(both(FIN, FROM_SERVER, "tcp.srcport == 445"), "the server's FIN")
ENCRYPTED = Sight("smb2.protocol_id == 0xfd534d42", "encrypted")


MAX_302 = {"server max protocol": "SMB3_02"}


def healthy(name: str, shows: str, *sights: Sight, steps: tuple[Step, ...], **rest: Any) -> Scenario:
    return Scenario(f"healthy-{name}", shows, steps, (*sights, SESSION), **rest)


HEALTHY = [
    healthy("2.0.2", "A healthy session over SMB 2.0.2, validated.",
            negotiated(0x0202, "2.0.2"), TREE, VNI_RESPONSE, steps=(smbclient("SMB2_02"),)),
    healthy("2.1", "A healthy session over SMB 2.1, validated.",
            negotiated(0x0210, "2.1"), TREE, VNI_RESPONSE, steps=(smbclient("SMB2_10"),)),
    healthy("3.0", "A healthy session over SMB 3.0, validated.",
            negotiated(0x0300, "3.0"), TREE, VNI_RESPONSE, steps=(smbclient("SMB3_00"),)),
    healthy("3.0.2", "A healthy session over SMB 3.0.2, validated once for each share connected (IPC$ is one).",
            negotiated(0x0302, "3.0.2"), TREE, VNI_RESPONSE, steps=(smbclient("SMB3_02"),)),
    healthy("3.1.1", "A healthy session over SMB 3.1.1, which has no VNI.",
            negotiated(0x0311, "3.1.1"), TREE, NO_VNI, steps=(smbclient("SMB3_11"),)),
    healthy("3.0-encrypted", "The server requires encryption: whatever validation takes place is hidden in it.",
            negotiated(0x0300, "3.0"), ENCRYPTED, NO_VNI, steps=(smbclient("SMB3_00"),),
            server={"server smb encrypt": "required"}, remark="`vni-hidden-by-encryption` as info"),
    healthy("3.1.1-encrypted", "The server requires encryption; SMB 3.1.1 has no VNI to hide.",
            negotiated(0x0311, "3.1.1"), ENCRYPTED, NO_VNI, steps=(smbclient("SMB3_11"),),
            server={"server smb encrypt": "required"}),
    healthy("guest", "A client without credentials gets a guest session: no key, so no signing and no VNI.",
            Sight(message(1, "smb2.ses_flags.guest == 1"), "SESSION_SETUP succeeds as guest"), TREE, NO_VNI,
            steps=(smbclient("SMB3_02", user="guest%"),),
            server={"map to guest": "Bad User", "guest ok": "yes"}),
    healthy("two-shares", "One user opens two shares over two connections.",
            Sight(message(3, REQUEST, 'smb2.tree == "\\\\\\\\10.77.0.20\\\\data"'), "TREE_CONNECT to data"),
            Sight(message(3, REQUEST, 'smb2.tree == "\\\\\\\\10.77.0.20\\\\docs"'), "TREE_CONNECT to docs"),
            VNI_RESPONSE,
            steps=(smbclient("SMB3_02"), smbclient("SMB3_02", share="docs"))),
    healthy("old-client-beside-new", "Two clients of one server: one knows nothing above SMB 2.1, the other gets "
            "3.1.1. Not a downgrade: each has the best that it offered.",
            negotiated(0x0210, "2.1"), negotiated(0x0311, "3.1.1"),
            steps=(smbclient("SMB2_10"), smbclient("SMB3_11"))),
    healthy("multi-protocol-upgrade", "The client starts with an SMB1 NEGOTIATE that offers `SMB 2.???`; "
            "the server answers 0x02FF, and the real NEGOTIATE follows.",
            Sight("smb.cmd == 0x72", "SMB1 NEGOTIATE request"),
            Sight(message(0, "smb2.dialect == 0x02ff"), "the provisional answer 0x02FF"),
            negotiated(0x0302, "3.0.2"), VNI_RESPONSE,
            steps=(smbclient("SMB3_02", "--option=client min protocol=NT1"),)),
    healthy("reset-after-logoff", "The client logs off and then closes by RST: rude, but nothing is lost.",
            Sight(message(2, RESPONSE), "LOGOFF succeeds"), Sight(both(RST, FROM_CLIENT), "the client's RST"),
            steps=(session("--reset-after-logoff"),), client="smbprotocol", server=MAX_302),
    healthy("139", "A session over port 139, with the NetBIOS session request before it.",
            Sight("nbss.type == 0x81", "NetBIOS session request"),
            Sight("nbss.type == 0x82", "positive session response"), TREE,
            steps=(smbclient("SMB3_02", "-p", "139", "-n", "WS01"),),
            server={"disable netbios": "no", "smb ports": "139"}, recorded="tcp port 139"),
]


# Validate negotiate

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
             (session("--vni", "always", "--pause-before-vni", "4", background=True),
              pause(3), freeze_server_processes, pause(26)),
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

# Negotiate

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
]


# Transport, session setup, tree connect

OTHERS = [
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
             (session("--idle", "5", background=True), pause(3), kill_server_processes, pause(3)),
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
    Scenario("auth-logon-failure", "A wrong password.",
             (smbclient("SMB3_11", user="alice%wrong"),),
             (Sight(message(1, RESPONSE, "smb2.nt_status == 0xc000006d"), "STATUS_LOGON_FAILURE"),),
             "auth-logon-failure"),
    Scenario("tree-bad-network-name", "A share that does not exist.",
             (smbclient("SMB3_11", share="dta"),),
             (Sight(message(3, RESPONSE, "smb2.nt_status == 0xc00000cc"), "STATUS_BAD_NETWORK_NAME"),),
             "tree-bad-network-name"),
]

# Kerberos: DC01 is KDC, DNS server and file server in one.

KDC_AND_SMB = "tcp port 445 or port 88 or udp port 53"
DC_NAME = "dc01.lab.example"
KERBEROS_ALICE = f"alice@LAB.EXAMPLE%{PASSWORD}"

AS_REP = Sight("kerberos.msg_type == 11", "AS-REP")
TGS_REP = Sight("kerberos.msg_type == 13", "TGS-REP")
PREAUTH_REQUIRED = Sight("kerberos.error_code == 25", "KDC_ERR_PREAUTH_REQUIRED, the normal first answer")
KERBEROS_TICKET = Sight("smb2.cmd == 1 && kerberos.msg_type == 14", "SESSION_SETUP with an AP-REQ")
NTLM = Sight("ntlmssp.messagetype == 3", "SESSION_SETUP with NTLM")


def error(code: int, name: str) -> Sight:
    return Sight(f"kerberos.error_code == {code}", name)


def kerberos(name: str, shows: str, steps: tuple[Step, ...], sights: tuple[Sight, ...],
             diagnosis: str = "", **rest: Any) -> Scenario:
    return Scenario(f"kerberos-{name}", shows, steps, sights, diagnosis, dc=True,
                    **{"recorded": KDC_AND_SMB, **rest})


def with_kerberos(user: str = KERBEROS_ALICE, required: str = "required", server: str = DC_NAME,
                  **rest: Any) -> Step:
    return smbclient("SMB3_11", f"--use-kerberos={required}", user=user, server=server, **rest)


S_PRINCIPAL_UNKNOWN = error(7, "KDC_ERR_S_PRINCIPAL_UNKNOWN")
UNKNOWN_SPN = (AS_REP, S_PRINCIPAL_UNKNOWN, absent("smb2.cmd == 1"), CLIENT_FIN)

KERBEROS = [
    kerberos("healthy", "A session with Kerberos, from the TGT to the share.", (with_kerberos(),),
             (PREAUTH_REQUIRED, AS_REP, TGS_REP, KERBEROS_TICKET, SESSION, TREE)),
    kerberos("preauth-failed", "A wrong password, refused by the KDC.",
             (with_kerberos(user="alice@LAB.EXAMPLE%wrong"),),
             (error(24, "KDC_ERR_PREAUTH_FAILED"), absent("kerberos.msg_type == 13")), "kerberos-preauth-failed"),
    kerberos("client-unknown", "A user that the domain does not have.",
             (with_kerberos(user=f"alicia@LAB.EXAMPLE%{PASSWORD}"),),
             (error(6, "KDC_ERR_C_PRINCIPAL_UNKNOWN"),), "kerberos-client-unknown"),
    kerberos("account-disabled", "A disabled account: KDC_ERR_CLIENT_REVOKED.",
             (with_kerberos(user=f"bob@LAB.EXAMPLE%{PASSWORD}"),),
             (error(18, "KDC_ERR_CLIENT_REVOKED"),), "kerberos-account-state"),
    kerberos("spn-not-found", "The server is called by a name for which no SPN exists; Kerberos is required, so the "
             "client gives up. DNS was not recorded.",
             (add_dns_alias, with_kerberos(server="files.lab.example")), UNKNOWN_SPN, "kerberos-spn-not-found",
             recorded="tcp port 445 or port 88"),
    kerberos("missing-spn-for-cname", "As `kerberos-spn-not-found`, with DNS: the name is a CNAME of dc01.lab.example, "
             "and only that has SPNs.",
             (add_dns_alias, with_kerberos(server="files.lab.example")),
             (Sight('dns.cname == "dc01.lab.example"', "DNS: files.lab.example is a CNAME"), *UNKNOWN_SPN),
             "kerberos-missing-spn-for-cname"),
    kerberos("fallback-to-ntlm", "The same alias, but the client may fall back to NTLM, and that works.",
             (add_dns_alias, with_kerberos(server="files.lab.example", required="desired")),
             (S_PRINCIPAL_UNKNOWN, NTLM, SESSION, TREE), "kerberos-fallback-to-ntlm",
             remark="as warning, with the missing SPN as its cause"),
    kerberos("udp", "kinit over UDP. The AS-REP is longer than the MTU and comes in two IP fragments.",
             (kinit,), (PREAUTH_REQUIRED, Sight("udp && kerberos.msg_type == 11", "AS-REP, reassembled"),
                        Sight("ip.flags.mf == 1", "the first fragment of the AS-REP"), absent("tcp")),
             client="kinit", recorded="ip", krb5_conf="[kdc]\nmax-kdc-datagram-reply-length = 4000"),
    kerberos("clock-skew", "The client's clock is two hours fast.",
             (with_kerberos(clock="+2h"),), (error(37, "KRB_AP_ERR_SKEW"),), "kerberos-clock-skew",
             krb5_conf="[libdefaults]\nkdc_timesync = 0"),
]

SCENARIOS = [*HEALTHY, *VALIDATE, *NEGOTIATE, *OTHERS, *KERBEROS]
