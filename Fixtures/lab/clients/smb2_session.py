#!/usr/bin/env python3
"""An SMB2 client (smbprotocol) whose habits can be chosen: VNI or none, VNI on 3.1.1, pauses, RST at the end, …

usage: smb2_session.py [options] SERVER
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import struct
import time
import uuid
from collections.abc import Iterator

import spnego
from smbprotocol.connection import Connection
from smbprotocol.exceptions import MoreProcessingRequired, SMBException
from smbprotocol.ioctl import CtlCode, IOCTLFlags, SMB2IOCTLRequest, SMB2ValidateNegotiateInfoRequest
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    DirectoryAccessMask,
    FileAttributes,
    ImpersonationLevel,
    Open,
    ShareAccess,
)
from smbprotocol.session import Session, SMB2SessionSetupRequest, SMB2SessionSetupResponse
from smbprotocol.tree import TreeConnect

VNI_TIMEOUT_SECONDS = 22
SESSION_FLAG_BINDING = 0x01


def validate_anyway(tree: TreeConnect) -> None:
    """Sends VALIDATE_NEGOTIATE_INFO whatever the dialect is."""
    connection, session = tree.session.connection, tree.session
    body = SMB2ValidateNegotiateInfoRequest()
    body["capabilities"] = connection.client_capabilities
    body["guid"] = connection.client_guid
    body["security_mode"] = connection.client_security_mode
    body["dialects"] = connection.negotiated_dialects
    ioctl = SMB2IOCTLRequest()
    ioctl["ctl_code"] = CtlCode.FSCTL_VALIDATE_NEGOTIATE_INFO
    ioctl["file_id"] = b"\xff" * 16
    ioctl["buffer"] = body
    ioctl["max_output_response"] = len(body)
    ioctl["flags"] = IOCTLFlags.SMB2_0_IOCTL_IS_FSCTL
    request = connection.send(ioctl, sid=session.session_id, tid=tree.tree_connect_id, force_signature=True)
    connection.receive(request, timeout=VNI_TIMEOUT_SECONDS)


def open_root(tree: TreeConnect) -> None:
    root = Open(tree, "")
    root.create(ImpersonationLevel.Impersonation, DirectoryAccessMask.FILE_LIST_DIRECTORY,
                FileAttributes.FILE_ATTRIBUTE_DIRECTORY, ShareAccess.FILE_SHARE_READ,
                CreateDisposition.FILE_OPEN, CreateOptions.FILE_DIRECTORY_FILE)
    root.close(get_attributes=False)


class GaveUp(Exception):
    """The user lost patience."""


def give_up(*_: object) -> None:
    raise GaveUp


def seconds_of_stage(text: str) -> tuple[str, float]:
    stage, _, seconds = text.partition("=")
    return stage, float(seconds)


def go_through(connection: Connection, options: argparse.Namespace) -> Iterator[str]:
    """The session, stage by stage: yields the name of the stage that is next."""
    yield "negotiate"
    connection.connect(dialect=options.dialect, timeout=options.give_up)
    if options.stop_after == "negotiate":
        return
    session = Session(connection, options.user, options.password, require_encryption=False, auth_protocol="ntlm")
    session.session_id = options.session_id
    yield "session-setup"
    session.connect()
    if options.move_session:
        connection = move(session, options)
    tree = TreeConnect(session, rf"\\{options.server}\{options.share}")
    yield "tree-connect"
    tree.connect(require_secure_negotiate=options.vni == "natural")
    if options.vni == "always":
        yield "vni"
        validate_anyway(tree)
    yield "create"
    open_root(tree)
    if options.bind:
        yield "bind"
        try:
            bind(session, options)
        except SMBException as error:
            print(repr(error))
        yield "after-bind"
        open_root(tree)
    if options.reauthenticate:
        again = Session(connection, options.user, options.reauthenticate, require_encryption=False,
                        auth_protocol="ntlm")
        again.session_id = session.session_id
        yield "reauthenticate"
        again.connect()
    yield "end"
    tree.disconnect()
    session.disconnect(close=False)


def bind(session: Session, options: argparse.Namespace) -> None:
    """Makes a second connection a channel of the session (MS-SMB2 3.2.4.2.3), with NTLM."""
    connection = Connection(options.guid, options.server, options.port)
    connection.connect(dialect=options.dialect)
    if options.bind == "signed":
        connection.session_table[session.session_id] = session
    context = spnego.client(options.user, options.password, service="cifs", hostname=options.server, protocol="ntlm")
    token = None
    while not context.complete:
        setup = SMB2SessionSetupRequest()
        setup["flags"] = SESSION_FLAG_BINDING
        setup["security_mode"] = connection.client_security_mode
        setup["buffer"] = context.step(token)
        request = connection.send(setup, sid=session.session_id, credit_request=64)
        try:
            connection.receive(request)
        except MoreProcessingRequired as more:
            answer = SMB2SessionSetupResponse()
            answer.unpack(more.header["data"].get_value())
            token = answer["buffer"].get_value()


def move(session: Session, options: argparse.Namespace) -> Connection:
    """Goes on with the session over a new connection, as a load balancer makes a client do."""
    connection = Connection(options.guid, options.server, options.port, require_signing=not options.unsigned)
    connection.connect(dialect=options.dialect)
    session.connection = connection
    connection.session_table[session.session_id] = session
    return connection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server")
    parser.add_argument("--port", type=int, default=445)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--share", default="data")
    parser.add_argument("--dialect", type=lambda text: int(text, 16), help="offer this one only")
    parser.add_argument("--guid", type=uuid.UUID, default=uuid.UUID("5a3b1c0e-7f42-4d09-9e51-0a77c0ffee01"))
    parser.add_argument("--unsigned", action="store_true", help="sign nothing but VNI")
    parser.add_argument("--vni", choices=["natural", "never", "always"], default="natural")
    parser.add_argument("--session-id", type=lambda text: int(text, 16), default=0, help="of the first SESSION_SETUP")
    parser.add_argument("--move-session", action="store_true", help="to a second connection, before the TREE_CONNECT")
    parser.add_argument("--bind", choices=["signed", "unsigned"], help="a second channel, with or without signature")
    parser.add_argument("--reauthenticate", metavar="PASSWORD", help="once the session is in use")
    parser.add_argument("--pause", type=seconds_of_stage, action="append", default=[], metavar="STAGE=SECONDS",
                        help="before a stage: session-setup, tree-connect, vni, create, reauthenticate, end")
    parser.add_argument("--give-up", type=float, default=120, metavar="SECONDS", help="waiting for a stage to end")
    parser.add_argument("--stop-after", choices=["negotiate"])
    parser.add_argument("--reset", action="store_true", help="close by RST at the end, whatever it is")
    parser.add_argument("--reset-before", metavar="STAGE", help="close by RST there")
    options = parser.parse_args()

    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, give_up)
    connection = Connection(options.guid, options.server, options.port, require_signing=not options.unsigned)
    try:
        for stage in go_through(connection, options):
            signal.alarm(0)
            time.sleep(dict(options.pause).get(stage, 0))
            if stage == options.reset_before:
                options.reset = True
                break
            signal.setitimer(signal.ITIMER_REAL, options.give_up)
    except (SMBException, GaveUp, ValueError) as error:
        print(repr(error))
    signal.alarm(0)
    if options.reset and connection.transport:
        # With a linger time of zero the kernel closes by RST.
        linger = struct.pack("ii", 1, 0)
        connection.transport._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    # The kernel closes what is open; a waiting thread of the library would not end.
    os._exit(0)


if __name__ == "__main__":
    main()
