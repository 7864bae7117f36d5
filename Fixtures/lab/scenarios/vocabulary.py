"""What a scenario is made of, and the filters and sights that many of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from capture import VNI, Edit
from lab import Router
from steps import Step


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
    #: Names who answers when it is not Samba.
    answers: str = ""
    #: Options of smb.conf; `None` instead of them: no Samba at all.
    server: Mapping[str, str] | None = field(default_factory=dict)
    #: Debian's release whose Samba is server and client, when it is not that of the machine.
    release: str = ""
    #: How far the server's clock is ahead, as faketime says it.
    server_clock: str = ""
    dc: bool = False
    krb5_conf: str = ""
    middlebox: tuple[str, ...] = ()
    #: In place of the middlebox.
    router: Router | None = None
    #: What happens before the recording starts.
    before: tuple[Step, ...] = ()
    recorded: str = "tcp port 445"
    #: What is done to the frames before they are stored; the README says so.
    edits: tuple[Edit, ...] = ()
    differs: frozenset[str] = frozenset()
    #: A folder of the repository for the recording alone, instead of a fixture.
    place: str = ""
    #: The recordings of both sides are kept there, in a folder of their own, with clocks of their own.
    is_pair: bool = False
    #: What the recording of the other side must show.
    elsewhere: tuple[Sight, ...] = ()
    #: Keytabs among the lab's files that are kept beside the recording: keys of a domain that is gone.
    keytabs: tuple[str, ...] = ()



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
NTLM = Sight("ntlmssp.messagetype == 3", "SESSION_SETUP with NTLM")
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
