"""TREE_CONNECT: shares that are missing, closed, sealed or full."""

from __future__ import annotations

from typing import Any

from lab import ABSENT
from scenarios.vocabulary import *
from steps import (
    connected,
    freeze_server_processes,
    kill_server_processes,
    on,
    pause,
    session,
    smbclient,
    thaw_server_processes,
)


def denied(status: int, name: str) -> Sight:
    return Sight(message(3, RESPONSE, f"smb2.nt_status == {status:#x}"), name)


ACCESS_DENIED = denied(0xC0000022, "STATUS_ACCESS_DENIED")
TREE_REQUEST = Sight(message(3, REQUEST), "TREE_CONNECT request")
NO_TREE_ANSWER = absent(message(3, RESPONSE))
PATH_NOT_COVERED = Sight("smb2.nt_status == 0xc0000257", "STATUS_PATH_NOT_COVERED")
REFERRAL = Sight(message(11, "smb2.ioctl.function == 0x00060194", RESPONSE, OK), "DFS referral")


def rewritten(diagnosis: str, status: int, name: str) -> Scenario:
    """A status that Samba does not give: a missing share, and the middlebox writes another answer."""
    return Scenario(diagnosis, f"The middlebox wrote {name} into the answer about a missing share; the client takes "
                    "it for the server's word.", (smbclient("SMB2_10", "--client-protection=off", share="dta"),),
                    (SESSION, denied(status, name)), diagnosis,
                    middlebox=(f"tree-connect-refusal.status={status:#x}",))


def hanging(name: str, shows: str, *steps: Any, sights: tuple[Sight, ...], options: tuple[str, ...] = ()) -> Scenario:
    """The server process stops after SESSION_SETUP."""
    start = session("--pause", "tree-connect=4", *options, background=True)
    return Scenario(f"tree-connect-{name}", shows, (start, connected, pause(2), freeze_server_processes, *steps),
                    (SESSION, TREE_REQUEST, NO_TREE_ANSWER, *sights), f"tree-connect-{name.partition('-by-')[0]}",
                    client="smbprotocol")


TREE_CONNECT = [
    Scenario("tree-bad-network-name", "A share that does not exist.",
             (smbclient("SMB3_11", share="dta"),), (denied(0xC00000CC, "STATUS_BAD_NETWORK_NAME"),),
             "tree-bad-network-name"),
    Scenario("tree-access-denied", "A share that the user may not use (`valid users`).",
             (smbclient(share="secret"),), (SESSION, ACCESS_DENIED), "tree-access-denied"),
    Scenario("tree-ipc-only", "Only IPC$ is connected: a pipe, no files.", (smbclient(share="IPC$", command="exit"),),
             (SESSION, Sight(message(3, REQUEST, 'smb2.tree contains "IPC$"'), "TREE_CONNECT to IPC$"), TREE),
             remark="nothing is wrong, but no file share was asked for"),
    Scenario("tree-no-access", "TREE_CONNECT succeeds, but the middlebox wrote a MaximalAccess of 0 into the answer: "
             "what a server says whose share permissions allow nothing.",
             (session("--unsigned", "--vni", "never", "--dialect", "0x0210"),),
             (Sight(message(3, RESPONSE, OK, "smb.access_mask == 0"), "TREE_CONNECT response, MaximalAccess 0"),),
             "tree-no-access", client="smbprotocol", middlebox=("tree-connect-response.maximal-access=0",)),
    Scenario("tree-dfs-referral", "A DFS root: CREATE of the link says PATH_NOT_COVERED, the referral names a share "
             "of the same server, and the client goes there.",
             (smbclient(share="dfs", command="get here/readme.txt /dev/null"),),
             (PATH_NOT_COVERED, REFERRAL,
              Sight(message(3, REQUEST, 'smb2.tree contains "data"'), "TREE_CONNECT to the target")),
             remark="nothing is wrong: this is how DFS works", client="smbclient"),
    Scenario("dfs-target-unreachable", "A DFS root whose link leads to a server that does not answer.",
             (smbclient("SMB3_11", "--timeout=5", share="dfs", command="get away/readme.txt /dev/null"),),
             (PATH_NOT_COVERED, REFERRAL, Sight(f"tcp.flags.syn == 1 && ip.dst == {ABSENT}", "SYN to the target")),
             "dfs-target-unreachable",
             before=(on("client", "ip", "neigh", "add", ABSENT, "lladdr", "02:00:0a:4d:00:63", "dev", "eth0"),)),
    Scenario("dfs-target-absent", "As `dfs-target-unreachable`, but no host of the client's network answers for the address: it "
             "asks for the hardware address in vain, and sends no SYN.",
             (smbclient("SMB3_11", share="dfs", command="get away/readme.txt /dev/null"),),
             (PATH_NOT_COVERED, REFERRAL,
              Sight(f"arp.opcode == 1 && arp.dst.proto_ipv4 == {ABSENT}", "ARP: who has the target's address?"),
              absent(f"ip.dst == {ABSENT}")), "dfs-target-unreachable",
             recorded=f"tcp port 445 or (arp and host {ABSENT})"),
    hanging("unanswered", "The server process hangs: the TREE_CONNECT is acknowledged by TCP and not answered. The "
            "client closes by RST after 60 s.", pause(65), options=("--give-up", "60", "--reset"),
            sights=(Sight(both(RST, FROM_CLIENT, "frame.time_relative > 60"), "the client's RST"),)),
    hanging("reset-by-server", "The server process dies while a TREE_CONNECT waits for it; the kernel sends RST.",
            pause(2), kill_server_processes, pause(1), sights=(Sight(both(RST, FROM_SERVER), "the server's RST"),)),
    Scenario("tree-connect-reset-after-success", "The client resets the connection right after TREE_CONNECT succeeded.",
             (session("--reset-before", "create"),), (TREE, absent(message(5)), Sight(both(RST, FROM_CLIENT), "RST")),
             "tree-connect-reset", client="smbprotocol"),
    Scenario("tree-encryption-required", "The share requires encryption, and SMB 2.1 has none.",
             (smbclient("SMB2_10", share="sealed"),), (negotiated(0x0210, "2.1"), SESSION, ACCESS_DENIED),
             "tree-encryption-required"),
    Scenario("encryption-required-session", "The server requires encryption for all, and SMB 2.1 has none: refused in "
             "SESSION_SETUP.", (smbclient("SMB2_10"),),
             (negotiated(0x0210, "2.1"), Sight(message(1, RESPONSE, "smb2.nt_status == 0xc0000022"),
                                               "STATUS_ACCESS_DENIED")),
             "encryption-required-session", server={"server smb encrypt": "required"}),
    Scenario("healthy-share-encrypted", "Only the share requires encryption: SESSION_SETUP and TREE_CONNECT can be "
             "read, what follows is encrypted.", (smbclient(share="sealed"),),
             (SESSION, Sight(message(3, RESPONSE, OK, "smb2.share_flags.encrypt_data == 1"),
                             "TREE_CONNECT response: ENCRYPT_DATA"), ENCRYPTED)),
    Scenario("create-root-access-denied", "The share may be connected, but its directory belongs to root (mode 0700): "
             "TREE_CONNECT succeeds, the first CREATE is denied.",
             (smbclient(share="closed", command="ls"),),
             (TREE, Sight(message(5, RESPONSE, "smb2.nt_status == 0xc0000022"), "CREATE: STATUS_ACCESS_DENIED")),
             "create-root-access-denied"),
    Scenario("tree-311-unsigned", "The middlebox clears the SIGNED flag and the signature of the TREE_CONNECT of an "
             "SMB 3.1.1 session. MS-SMB2 wants the server to disconnect; Samba answers STATUS_ACCESS_DENIED.",
             (session(),),
             (negotiated(0x0311, "3.1.1"), SESSION,
              Sight(message(3, REQUEST, "smb2.flags.signature == 0"), "TREE_CONNECT request, not signed"),
              ACCESS_DENIED),
             "tree-311-unsigned", client="smbprotocol", side="server",
             middlebox=("tree-connect-request.flags=0", "tree-connect-request.signature=0")),
    Scenario("tree-too-many", "The share allows one connection, and another client holds it.",
             (smbclient(share="narrow"),), (SESSION, denied(0xC000009A, "STATUS_INSUFFICIENT_RESOURCES")),
             "tree-too-many",
             before=(session("--share", "narrow", "--pause", "end=20", background=True), connected, pause(2))),
    *(rewritten(*one) for one in (
        ("tree-bad-cluster-dialect", 0xC05D0001, "STATUS_SMB_BAD_CLUSTER_DIALECT"),
        ("tree-bad-device-type", 0xC00000CB, "STATUS_BAD_DEVICE_TYPE"),
        ("tree-dfs-not-covered", 0xC0000257, "STATUS_PATH_NOT_COVERED"),
        ("tree-network-access-denied", 0xC00000CA, "STATUS_NETWORK_ACCESS_DENIED"),
        ("tree-network-name-deleted", 0xC00000C9, "STATUS_NETWORK_NAME_DELETED"),
        ("tree-not-found-other", 0xC0000225, "STATUS_NOT_FOUND"),
        ("tree-other-status", 0xC00000E5, "STATUS_INTERNAL_ERROR"),
        ("tree-unavailable", 0xC0000480, "STATUS_SHARE_UNAVAILABLE"),
        ("tree-user-session-state", 0xC000035C, "STATUS_NETWORK_SESSION_EXPIRED"))),
    Scenario("tree-connect-slow", "The server takes 12 s to answer the TREE_CONNECT; then all is well.",
             (session("--pause", "tree-connect=4", background=True), connected, pause(2), freeze_server_processes,
              pause(14), thaw_server_processes, pause(2)), (SESSION, TREE_REQUEST, TREE), "tree-connect-slow",
             client="smbprotocol"),
    Scenario("connection-reset-in-use", "The server process dies while a CREATE waits for it; the kernel sends RST.",
             (session("--pause", "create=4", background=True), connected, pause(2), freeze_server_processes, pause(4),
              kill_server_processes, pause(1)), (TREE, Sight(message(5, REQUEST), "CREATE request"),
                                                 Sight(both(RST, FROM_SERVER), "the server's RST")),
             "connection-reset-in-use", client="smbprotocol"),
]
