#!/usr/bin/env python3
"""Answers on a port where Samba cannot: with what other servers say.

usage: stub_server.py [--port PORT] KIND [KEY]

  gss right-key|wrong-key|windows-wrong-key
                            an SMB 2.1 server whose SESSION_SETUP is MIT's GSS-API, with the keytab of DC01 or with
                            one of the same name and another key, which
                            MIT calls BAD_INTEGRITY and Windows MODIFIED
  http, tls, ssh            a server of something else
  nbss [retarget]           refuses every NetBIOS name, or points to another address
  closes SECONDS            accepts, and closes without a word after some seconds
"""

from __future__ import annotations

import argparse
import os
import socket
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

LOGON_FAILURE = 0xC000006D
# RFC 1002 4.3.4: called name not present; 4.3.5: 10.77.0.99, port 139.
NAME_NOT_PRESENT = bytes.fromhex("8300000182")
RETARGET = bytes.fromhex("840000060a4d0063008b")
PRINCIPAL = "cifs/dc01.lab.example@LAB.EXAMPLE"


def response(request: bytes, status: int, body: bytes, session_id: int = 0) -> bytes:
    """An SMB2 response (MS-SMB2 2.2.1.2) in its NBSS frame."""
    command, = struct.unpack_from("<H", request, 12)
    message_id, = struct.unpack_from("<Q", request, 24)
    header = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 1, 1, 0, message_id, 0, 0,
                         session_id, b"")
    return struct.pack(">I", len(header + body)) + header + body


def filetime() -> int:
    return (int(time.time()) + 11644473600) * 10**7


def negotiate_body(token: bytes) -> bytes:
    """MS-SMB2 2.2.4, with dialect 2.1."""
    return struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x0210, 0, bytes(range(16)), 0x07, 1 << 20, 1 << 20, 1 << 20,
                       filetime(), 0, 128, len(token), 0) + token


def session_body(token: bytes) -> bytes:
    """MS-SMB2 2.2.6."""
    return struct.pack("<HHHH", 9, 0, 72, len(token)) + token


def receive(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        if not (part := connection.recv(count - len(data))):
            raise EOFError
        data += part
    return data


def receive_message(connection: socket.socket) -> bytes:
    length, = struct.unpack(">I", receive(connection, 4))  # the highest byte is the type
    return receive(connection, length & 0xFFFFFF)


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else bytes([0x82, *struct.pack(">H", len(body))])
    return bytes([tag]) + length + body


KERBEROS = der(0x06, bytes.fromhex("2a864886f712010202"))
SPNEGO = der(0x06, bytes.fromhex("2b0601050502"))


def mechanisms() -> bytes:
    """A negTokenInit (RFC 4178 4.2.1) that offers Kerberos."""
    return der(0x60, SPNEGO, der(0xA0, der(0x30, der(0xA0, der(0x30, KERBEROS)))))


def rejection(token: bytes) -> bytes:
    """A negTokenResp (RFC 4178 4.2.2) that carries the mechanism's error token."""
    return der(0xA1, der(0x30, der(0xA0, der(0x0A, b"\x02")), der(0xA1, KERBEROS), der(0xA2, der(0x04, token))))


def error_code(code: int) -> bytes:
    """The field of a KRB-ERROR (RFC 4120 5.9.1)."""
    return der(0xA6, der(0x02, bytes([code])))


def mechanism_token(blob: bytes) -> bytes:
    """The Kerberos token (RFC 4121 4.1) inside a SPNEGO token."""
    start = blob.index(KERBEROS + b"\x01\x00")
    for header in (4, 3, 2):
        if blob[start - header] == 0x60:
            return blob[start - header:]
    raise ValueError("no AP-REQ")


def serve_gss(connection: socket.socket, which_key: str) -> None:
    import gssapi  # Debian's python3-gssapi, which the other kinds do without

    acceptor = gssapi.SecurityContext(creds=gssapi.Credentials(usage="accept"), usage="accept")
    while True:
        request = receive_message(connection)
        if request[:4] == b"\xffSMB":
            raise ValueError("an SMB1 client")
        command, = struct.unpack_from("<H", request, 12)
        if command == 0:
            connection.sendall(response(request, 0, negotiate_body(mechanisms())))
        elif command == 1:
            offset, length = struct.unpack_from("<HH", request, 76)
            # The error token is returned, and the error raised by what is asked next.
            token = acceptor.step(mechanism_token(request[offset:offset + length]))
            try:
                raise ValueError(f"the ticket was good: {acceptor.complete}")
            except gssapi.exceptions.GSSError as error:
                print(error, flush=True)
            if which_key == "windows-wrong-key":
                token = token.replace(error_code(31), error_code(41))
            connection.sendall(response(request, LOGON_FAILURE, session_body(rejection(token)), session_id=0x4D))
        else:
            return


def use_keytab(which: str) -> None:
    keytab = Path(tempfile.mkdtemp()) / "keytab"
    exported = ["samba-tool", "domain", "exportkeytab", str(keytab), f"--principal={PRINCIPAL.split('@')[0]}",
                "-s", os.environ["SMBDX_CONF"]]
    subprocess.run(exported, check=True, stdout=subprocess.DEVNULL)
    if which != "right-key":
        # The same name, key version and types; the last bytes of each entry are key and version.
        data = bytearray(keytab.read_bytes())
        offset = 2
        while offset < len(data):
            size, = struct.unpack_from(">i", data, offset)
            data[offset + size - 8] ^= 0xFF
            offset += 4 + size
        keytab.write_bytes(data)
    os.environ["KRB5_KTNAME"] = str(keytab)


def serve(connection: socket.socket, options: argparse.Namespace) -> None:
    try:
        match options.kind:
            case "gss":
                serve_gss(connection, options.argument)
            case "http":
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            case "tls":
                connection.recv(4096)
                connection.sendall(bytes.fromhex("15030300020246"))  # fatal alert protocol_version
            case "ssh":
                connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
                connection.recv(4096)
                connection.sendall(b"Invalid SSH identification string.\r\n")
            case "nbss":
                receive_message(connection)
                connection.sendall(RETARGET if options.argument == "retarget" else NAME_NOT_PRESENT)
            case "closes":
                time.sleep(float(options.argument))
    except (EOFError, ConnectionError):
        pass
    finally:
        connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["gss", "http", "tls", "ssh", "nbss", "closes"])
    parser.add_argument("argument", nargs="?", default="")
    parser.add_argument("--port", type=int, default=445)
    options = parser.parse_args()
    if options.kind == "gss":
        use_keytab(options.argument)
    with socket.create_server(("", options.port)) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, options), daemon=True).start()


if __name__ == "__main__":
    main()
