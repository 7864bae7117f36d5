#!/usr/bin/env python3
"""Visitors of a port: `connect`, `wait` for the server's first word, `scan` a few ports, `negotiate` and go, or
`negotiate-smb1`: offer `SMB 2.???` the old way, and go when the server accepts. `quic` and `rdma` knock where SMB has
another transport.

usage: probe.py connect|wait|scan|negotiate|negotiate-smb1|quic|rdma SERVER
"""

from __future__ import annotations

import socket
import struct
import sys
import time

DIALECTS = (0x0202, 0x0210, 0x0300, 0x0302)


def negotiate_request() -> bytes:
    """An SMB2 NEGOTIATE request (MS-SMB2 2.2.3) in its NBSS frame."""
    header = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, b"")
    guid = bytes(range(1, 17))
    body = struct.pack("<HHHHI16sQ", 36, len(DIALECTS), 1, 0, 0x7F, guid, 0)
    message = header + body + struct.pack(f"<{len(DIALECTS)}H", *DIALECTS)
    return struct.pack(">I", len(message)) + message


def negotiate_smb1_request() -> bytes:
    """An SMB1 NEGOTIATE request (MS-SMB 2.2.4.5.1) in its NBSS frame."""
    header = struct.pack("<4sBIBHH8sHHHHH", b"\xffSMB", 0x72, 0, 0x18, 0xC853, 0, b"", 0, 0xFFFF, 1, 0, 0)
    dialects = b"".join(b"\x02" + name + b"\x00" for name in (b"NT LM 0.12", b"SMB 2.002", b"SMB 2.???"))
    message = header + struct.pack("<BH", 0, len(dialects)) + dialects
    return struct.pack(">I", len(message)) + message


def connect(server: str, port: int) -> socket.socket:
    return socket.create_connection((server, port), timeout=5)


def main() -> None:
    kind, server = sys.argv[1:]
    match kind:
        case "connect":
            # The capture ends while the connection is still open.
            with connect(server, 445):
                time.sleep(3)
        case "wait":
            with connect(server, 445) as connection:
                connection.settimeout(30)
                connection.recv(4096)
        case "scan":
            for port in (139, 445, 3389):
                try:
                    connect(server, port).close()
                except ConnectionRefusedError:
                    pass
        case "quic":
            # An Initial packet (RFC 9000 17.2.2): what is behind its header is encrypted in a real one.
            initial = bytes.fromhex("c000000001088394c8f03e5157080000449e") + bytes(range(256)) * 5
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for _ in range(3):
                    sender.sendto(initial[:1200], (server, 443))
                    time.sleep(0.5)
        case "rdma":
            # MPA Request Frame (RFC 5044 7.1) with no private data.
            with connect(server, 5445) as connection:
                connection.sendall(b"MPA ID Req Frame" + bytes([0x40, 1, 0, 0]))
                connection.recv(4096)
        case "negotiate-smb1":
            with connect(server, 445) as connection:
                connection.sendall(negotiate_smb1_request())
                connection.recv(4096)
        case "negotiate":
            with connect(server, 445) as connection:
                connection.sendall(negotiate_request())
                connection.recv(4096)


if __name__ == "__main__":
    main()
