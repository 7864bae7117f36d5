#!/usr/bin/env python3
"""An SMB2 client (smbprotocol) whose habits can be chosen: VNI or none, VNI on 3.1.1, RST after LOGOFF.

usage: smb2_session.py [options] SERVER
"""

from __future__ import annotations

import argparse
import logging
import socket
import struct
import time
import uuid

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBException
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
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

VNI_TIMEOUT_SECONDS = 22


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--share", default="data")
    parser.add_argument("--guid", type=uuid.UUID, default=uuid.UUID("5a3b1c0e-7f42-4d09-9e51-0a77c0ffee01"))
    parser.add_argument("--unsigned", action="store_true", help="sign nothing but VNI")
    parser.add_argument("--vni", choices=["natural", "never", "always"], default="natural")
    parser.add_argument("--pause-before-vni", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--idle", type=float, default=0, metavar="SECONDS", help="before the end of the session")
    parser.add_argument("--reset-after-logoff", action="store_true")
    options = parser.parse_args()

    logging.disable(logging.CRITICAL)
    connection = Connection(options.guid, options.server, require_signing=not options.unsigned)
    connection.connect()
    session = Session(connection, options.user, options.password, require_encryption=False, auth_protocol="ntlm")
    session.connect()
    tree = TreeConnect(session, rf"\\{options.server}\{options.share}")
    try:
        tree.connect(require_secure_negotiate=options.vni == "natural")
        if options.vni == "always":
            time.sleep(options.pause_before_vni)
            validate_anyway(tree)
        open_root(tree)
        time.sleep(options.idle)
        tree.disconnect()
        session.disconnect(close=False)
        if options.reset_after_logoff:
            # With a linger time of zero the kernel closes by RST.
            linger = struct.pack("ii", 1, 0)
            connection.transport._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.transport._sock.close()
    except SMBException as error:
        print(error)
    finally:
        if not options.reset_after_logoff:
            connection.disconnect(close=False)


if __name__ == "__main__":
    main()
