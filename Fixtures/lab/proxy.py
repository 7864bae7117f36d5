#!/usr/bin/env python3
"""Accepts connections that a firewall rule redirects here, and opens a connection of its own to where they were going.

usage: proxy.py [--leave-out COMMAND] PORT

With `--leave-out`, the first response of that SMB2 command (a number) is not passed on, and everything behind it is.
"""

from __future__ import annotations

import argparse
import socket
import struct
import threading
from collections.abc import Iterator

SO_ORIGINAL_DST = 80  # linux/netfilter_ipv4.h
NBSS, COMMAND, FLAGS = 4, 4 + 12, 4 + 16
SERVER_TO_REDIR = 0x01


def packets(source: socket.socket) -> Iterator[bytes]:
    """The NBSS packets of a stream, each as soon as it is there."""
    data = b""
    while received := source.recv(65536):
        data += received
        while len(data) >= NBSS and len(data) >= (size := NBSS + (int.from_bytes(data[:NBSS]) & 0xFFFFFF)):
            yield data[:size]
            data = data[size:]


def is_response(packet: bytes, command: int) -> bool:
    return (len(packet) > FLAGS and struct.unpack_from("<H", packet, COMMAND)[0] == command
            and bool(packet[FLAGS] & SERVER_TO_REDIR))


def pass_on(source: socket.socket, target: socket.socket, leave_out: int | None) -> None:
    for packet in packets(source):
        if leave_out is not None and is_response(packet, leave_out):
            leave_out = None
        else:
            target.sendall(packet)
    target.shutdown(socket.SHUT_WR)


def serve(client: socket.socket, leave_out: int | None) -> None:
    _, port, address = struct.unpack("!HH4s8x", client.getsockopt(socket.SOL_IP, SO_ORIGINAL_DST, 16))
    server = socket.create_connection((socket.inet_ntoa(address), port))
    for side in (client, server):
        side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=pass_on, args=(client, server, leave_out), daemon=True).start()
    threading.Thread(target=pass_on, args=(server, client, leave_out), daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("--leave-out", type=int, metavar="COMMAND")
    options = parser.parse_args()
    listener = socket.create_server(("", options.port))
    print("accepting", flush=True)
    while True:
        serve(listener.accept()[0], options.leave_out)


if __name__ == "__main__":
    main()
