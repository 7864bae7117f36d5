#!/usr/bin/env python3
"""An SMB client (impacket) with the habits of old ones: no signing, or NTLMv1.

usage: impacket_session.py [options] SERVER
"""

from __future__ import annotations

import argparse

from impacket import ntlm
from impacket.smbconnection import SessionError, SMBConnection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--share", default="data")
    parser.add_argument("--dialect", type=lambda text: int(text, 16), default=0x0210)
    parser.add_argument("--unsigned", action="store_true", help="sign nothing, even if the server requires it")
    parser.add_argument("--ntlmv1", action="store_true")
    options = parser.parse_args()

    ntlm.USE_NTLMv2 = not options.ntlmv1
    if options.ntlmv1:
        for function in (ntlm.getNTLMSSPType1, ntlm.getNTLMSSPType3, ntlm.computeResponse):
            function.__defaults__ = tuple(False if value is True else value for value in function.__defaults__)
    connection = SMBConnection(options.server, options.server, preferredDialect=options.dialect, timeout=20)
    if options.unsigned:
        connection.getSMBServer()._Connection["RequireSigning"] = False
    try:
        connection.login(options.user, options.password)
        connection.listPath(options.share, "*")
        connection.logoff()
    except SessionError as error:
        print(error)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
