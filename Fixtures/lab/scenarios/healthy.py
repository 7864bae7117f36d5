"""Connections without a fault."""

from __future__ import annotations

from typing import Any

from scenarios.vocabulary import *
from steps import Step, session, smbclient

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
            steps=(session("--reset"),), client="smbprotocol", server=MAX_302),
    healthy("139", "A session over port 139, with the NetBIOS session request before it.",
            Sight("nbss.type == 0x81", "NetBIOS session request"),
            Sight("nbss.type == 0x82", "positive session response"), TREE,
            steps=(smbclient("SMB3_02", "-p", "139", "-n", "WS01"),),
            server={"disable netbios": "no", "smb ports": "139"}, recorded="tcp port 139"),
]
