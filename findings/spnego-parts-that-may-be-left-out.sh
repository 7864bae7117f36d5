#!/bin/sh
# Do libraries read each valid SPNEGO token? Nearly all of its parts may be left out.
#
# Guess before the run: yes; RFC 4178 is from 2005, and servers answer with all of these. Only pysmb may stop at an answer
# without a state.
# Seen (Python 3.11):
#
#                                        pyspnego   asyauth   scapy     impacket   pysmb
#                                        0.12.4     0.0.23    2.8.0     0.13.1     1.2.15
#   first token, with reqFlags           read       read      an error  read       (does not read it)
#   first token, with mechListMIC in 3   read       an error  read      read       (does not read it)
#   answer: accept-completed and a MIC   read       read      read      an error   read
#   answer: request-mic and a mechanism  read       read      read      an error   an error
#   answer: a mechanism and a token      read       read      read      an error   an error
#
# The third is how a server ends a logon whose list of mechanisms was protected; the fourth is how it says that it chose
# another mechanism than the first.
# Lesson: an error of Python about SPNEGO tells of the library. See the answer's state in the packet: the logon may have
# been accepted.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install pyspnego==0.12.4 asyauth==0.0.23 scapy==2.8.0 impacket==0.13.1 pysmb==1.2.15
"$folder/v/bin/python" - <<'P'
import logging, struct, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
import scapy.layers.kerberos, scapy.layers.ntlm, scapy.layers.spnego
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body
NTLM = bytes.fromhex("060a2b06010401823702020a")
TOKEN = der(0xA2, der(4, b"NTLMSSP\0" + struct.pack("<II", 1, 0xA2088205) + bytes(24)))
MIC = der(0xA3, der(4, b"\1\0\0\0checksum\0\0\0\0"))
def first(*parts): return der(0x60, bytes.fromhex("06062b0601050502"), der(0xA0, der(0x30, der(0xA0, der(0x30, NTLM)), *parts)))
def answer(*parts): return der(0xA1, der(0x30, *parts))
def state(value): return der(0xA0, der(10, bytes([value])))
tokens = {
    "reqFlags": first(der(0xA1, der(3, b"\1\x40")), TOKEN), "mechListMIC": first(TOKEN, MIC),
    "accepted": answer(state(0), MIC), "request-mic": answer(state(3), der(0xA1, NTLM)), "no state": answer(der(0xA1, NTLM), TOKEN)}
def pyspnego(token):
    from spnego._spnego import unpack_token
    return unpack_token(token)
def asyauth(token):
    from asyauth.protocols.spnego.messages.asn1_structs import GSSAPI, NegotiationToken
    return (GSSAPI if token[0] == 0x60 else NegotiationToken).load(token).native
def scapy(token):
    from scapy.layers.gssapi import GSSAPI_BLOB
    return GSSAPI_BLOB(token)
def impacket(token):
    from impacket.spnego import SPNEGO_NegTokenInit, SPNEGO_NegTokenResp
    return SPNEGO_NegTokenInit(token) if token[0] == 0x60 else SPNEGO_NegTokenResp(token)
def pysmb(token):
    from smb.securityblob import decodeAuthResponseSecurityBlob
    return decodeAuthResponseSecurityBlob(token)
def read(library, token):
    try: library(token)
    except Exception: return "error"
    return "read"
seen = {library.__name__: [read(library, token) for token in tokens.values()] for library in (pyspnego, asyauth, scapy, impacket)}
seen["pysmb"] = [read(pysmb, token) for token in tokens.values() if token[0] == 0xA1]
for one in seen.items(): print(*one)
assert seen == {
    "pyspnego": ["read"] * 5, "asyauth": ["read", "error", "read", "read", "read"], "scapy": ["error", "read", "read", "read", "read"],
    "impacket": ["read", "read", "error", "error", "error"], "pysmb": ["read", "error", "error"]}, "this has changed"
P
