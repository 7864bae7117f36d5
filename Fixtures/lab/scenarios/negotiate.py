"""The negotiation of a dialect."""

from __future__ import annotations

from scenarios.vocabulary import *
from steps import session, smbclient

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
