#!/usr/bin/env python3
"""Harmless visitors of a port: `connect`, `scan` a few ports, or `negotiate` and go.

usage: probe.py connect|scan|negotiate SERVER
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


def connect(server: str, port: int) -> socket.socket:
    return socket.create_connection((server, port), timeout=5)


def main() -> None:
    kind, server = sys.argv[1:]
    match kind:
        case "connect":
            # The capture ends while the connection is still open.
            with connect(server, 445):
                time.sleep(3)
        case "scan":
            for port in (139, 445, 3389):
                try:
                    connect(server, port).close()
                except ConnectionRefusedError:
                    pass
        case "negotiate":
            with connect(server, 445) as connection:
                connection.sendall(negotiate_request())
                connection.recv(4096)


if __name__ == "__main__":
    main()
