"""Healthy attempts over paths that change the packets around the messages, recorded on both sides for Tests/Pairs."""

from __future__ import annotations

from typing import Any

from lab import PROXY_PORT, ROUTER, Router
from scenarios.vocabulary import *
from steps import Step, on, smbclient

SYN, SYN_ACK = "tcp.flags.syn == 1 && tcp.flags.ack == 0", "tcp.flags.syn == 1 && tcp.flags.ack == 1"
TO_SERVER = "tcp dport 445"
# Only the first fragment has ports.
WITH_FRAGMENTS = "tcp port 445 or ip[6:2] & 0x1fff != 0"
# A large packet, so that the path has something to cut.
WRITE = "put bytes bytes; rm bytes"
write_bytes = (on("client", "sh", "-c", "head -c 1100 /dev/urandom > {work}/bytes"), on("server", "chmod", "777", "{work}/share"))


def path(name: str, shows: str, *sights: Sight, steps: tuple[Step, ...] = (smbclient("SMB3_02"),), **rest: Any) -> Scenario:
    return Scenario(name, shows, steps, (*sights, SESSION, TREE), place="Tests/Pairs", is_pair=True, **rest)


def forwarding(*rules: str) -> Router:
    """Changes packets that pass."""
    return Router("chain change { type filter hook forward priority 0\n" + "\n".join(rules) + "\n}")


def proxy(*options: str) -> Router:
    return Router(f"chain here {{ type nat hook prerouting priority -100\n{TO_SERVER} redirect to :{PROXY_PORT}\n}}", proxy=options)


def speaking_ecn() -> tuple[Step, ...]:
    return tuple(on(side, "sysctl", "-qw", "net.ipv4.tcp_ecn=1") for side in ("client", "server"))


PATHS = [
    path("address-and-port-translated", "A router gives the client another address and port.",
         Sight(both(SYN, f"ip.src == {ROUTER['server']}", "tcp.srcport >= 50000 && tcp.srcport <= 50010"), "the SYN, translated"),
         absent("ip.src == 10.77.0.10"), elsewhere=(absent(f"ip.src == {ROUTER['server']}"),),
         side="server", router=Router("chain translate { type nat hook postrouting priority 100\n"
                                      f"{TO_SERVER} snat to {ROUTER['server']}:50000-50010\n}}")),
    path("tcp-terminated", "A program accepts the connection, and opens one of its own to the server.",
         Sight(both(SYN, f"ip.src == {ROUTER['server']}"), "the SYN of the program"), absent("ip.src == 10.77.0.10"),
         side="server", router=proxy()),
    path("tcp-terminated-message-lost", "The program in the middle does not pass on the first TREE_CONNECT response.",
         Sight(message(3, RESPONSE), "TREE_CONNECT response"), steps=(smbclient("SMB3_02", "-t", "5"),), side="server",
         router=proxy("--leave-out", "3")),
    path("packets-in-fragments", "The link towards the server takes packets of at most 600 bytes, and the client allows to cut its own.",
         Sight("ip.flags.mf == 1", "fragments"), elsewhere=(absent("ip.flags.mf == 1"),),
         side="server", steps=(smbclient("SMB3_02", command=WRITE),), router=Router(mtu=600), recorded=WITH_FRAGMENTS,
         before=(*write_bytes, on("client", "sysctl", "-qw", "net.ipv4.ip_no_pmtu_disc=1"))),
    path("checksums-wrong", "The path changes a byte of a WRITE request, twice, and leaves the checksum as it was: the client sends it again.",
         Sight("tcp.checksum.status == 0", "wrong checksums"), elsewhere=(absent("tcp.checksum.status == 0"),),
         side="server", steps=(smbclient("SMB3_02", command=WRITE),), before=write_bytes,
         middlebox=("9-request.damage=2",)),
    path("mss-clamped", "A router lowers the MSS of both SYNs.",
         Sight(both(SYN, "tcp.options.mss_val == 1300"), "SYN, MSS 1300"), elsewhere=(Sight(both(SYN, "tcp.options.mss_val == 1460"), ""),),
         side="server", router=forwarding("tcp flags syn tcp option maxseg size set 1300")),
    path("dscp-changed", "A router puts what the client sends into another class of service.",
         Sight(both("ip.dsfield.dscp == 8", FROM_CLIENT), "DSCP 8"), elsewhere=(absent("ip.dsfield.dscp == 8"),),
         side="server", router=forwarding(f"{TO_SERVER} ip dscp set cs1")),
    path("ecn-cleared", "Both hosts use ECN, and a router clears it in each packet.",
         absent(both("ip.dsfield.ecn != 0", FROM_CLIENT)), elsewhere=(Sight(both("ip.dsfield.ecn == 2", FROM_CLIENT), ""),),
         side="server", router=forwarding("ip ecn set not-ect"), before=speaking_ecn()),
    path("ecn-marked", "Both hosts use ECN, and a router reports congestion to the server.",
         Sight(both("ip.dsfield.ecn == 3", FROM_CLIENT), "congestion"), elsewhere=(absent("ip.dsfield.ecn == 3"),),
         side="server", router=forwarding(f"{TO_SERVER} ip ecn ect0 ip ecn set ce"), before=speaking_ecn()),
    path("clocks-drift", "The client works for four minutes with long pauses, so that the clocks of the two recorders move apart.",
         Sight(both("smb2.cmd == 14", REQUEST), "QUERY_DIRECTORY request"), side="server",
         steps=(smbclient("SMB3_02", command="ls", pauses=(48,) * 5),)),
    path("ttl-raised", "A device on the path sends packets of the client with another TTL.",
         Sight(both("ip.ttl == 200", FROM_CLIENT), "TTL 200"), elsewhere=(absent("ip.ttl == 200"),),
         side="server", router=forwarding(f"{TO_SERVER} ip ttl set 200")),
]
