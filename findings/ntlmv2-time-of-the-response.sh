#!/bin/sh
# Whose time is in the NTLMv2 response when the server's CHALLENGE has one (MsvAvTimestamp)?
#
# Guess before the run: the server's; MS-NLMP tells the client to take it, and to send an LM response of 24 zero bytes
# with it. The client's clock only where the server sent none.
# Seen (Python 3.11), with a CHALLENGE of June 2022:
#
#                          time in the response   time among the pairs   LM response
#   pyspnego 0.12.4        the server's           the server's           zero
#   pike-smb2 0.4.6        the server's           the server's           zero
#   impacket 0.13.1        the server's           the server's           not zero
#   asyauth 0.0.23         the client's clock     the server's           not zero
#   scapy 2.8.0            the client's clock     the server's           zero
#   pysmb 1.2.15           0: the year 1601       the server's           not zero
#
# Lesson: a difference between the time in the response and the clock of the recording is no clock skew; take
# MsvAvTimestamp out of the CHALLENGE. An LM response that is not zero does not mean that LM or NTLMv1 is in use.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install pyspnego==0.12.4 pike-smb2==0.4.6 impacket==0.13.1 asyauth==0.0.23 scapy==2.8.0 pysmb==1.2.15
"$folder/v/bin/python" - <<'P'
import array, asyncio, logging, struct, time
logging.getLogger("scapy").setLevel(logging.ERROR)
SERVER = 133 * 10**15
name = "SRV".encode("utf-16-le")
pairs = b"".join(struct.pack("<HH", id, len(name)) + name for id in (2, 1, 4, 3)) + struct.pack("<HHQ", 7, 8, SERVER) + bytes(4)
challenge = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(name), len(name), 56, 0xE28A8215) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(name)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + name + pairs)
def pyspnego():
    import spnego
    client = spnego.client("alice", "secret", protocol="ntlm", hostname="srv", service="cifs")
    client.step()
    return client.step(challenge)
def pike():
    from pike import ntlm
    client = ntlm.NtlmAuthenticator("LAB", "alice", "secret")
    client.negotiate()
    return client.authenticate(array.array("B", challenge))
def impacket():
    from impacket import ntlm
    first = ntlm.getNTLMSSPType1("", "LAB", True, use_ntlmv2=True)
    return ntlm.getNTLMSSPType3(first, challenge, "alice", "secret", "LAB")[0].getData()
def asyauth():
    from asyauth.common.credentials.ntlm import NTLMCredential
    from asyauth.common.constants import asyauthSecret
    async def run():
        client = NTLMCredential("secret", "alice", "LAB", asyauthSecret.PASSWORD).build_context()
        await client.authenticate(None)
        return (await client.authenticate(challenge))[0]
    return asyncio.run(run())
def scapy():
    from scapy.layers.ntlm import NTLM_Header, NTLMSSP
    client = NTLMSSP(UPN="alice", PASSWORD="secret", DOMAIN_FQDN="LAB")
    context = client.GSS_Init_sec_context(None)[0]
    return client.GSS_Init_sec_context(context, NTLM_Header(challenge))[1]
def pysmb():
    from smb import ntlm
    server, flags, info = ntlm.decodeChallengeMessage(challenge)
    response, lm, key = ntlm.generateChallengeResponseV2("secret", "alice", server, info, "LAB")
    message = ntlm.generateAuthenticateMessage(flags, response, lm, key, "alice", "LAB", "")
    return message[0] if isinstance(message, tuple) else message
def who(value):
    if value == SERVER: return "server"
    now = int((time.time() + 11644473600) * 10**7)
    return "client" if abs(value - now) < 600 * 10**7 else value
def look(message):
    message = bytes(message)
    (lm_size, _, lm), (size, _, place) = (struct.unpack_from("<HHI", message, at) for at in (12, 20))
    response = message[place : place + size]
    at, stamp = 16 + 28, None
    while True:
        id, length = struct.unpack_from("<HH", response, at)
        if id == 0: break
        if id == 7: stamp = struct.unpack_from("<Q", response, at + 4)[0]
        at += 4 + length
    return who(struct.unpack_from("<Q", response, 24)[0]), who(stamp), "zero" if not any(message[lm : lm + lm_size]) else "not zero"
seen = {client.__name__: look(client()) for client in (pyspnego, pike, impacket, asyauth, scapy, pysmb)}
for one in seen.items(): print(*one)
assert seen == {
    "pyspnego": ("server", "server", "zero"), "pike": ("server", "server", "zero"), "impacket": ("server", "server", "not zero"),
    "asyauth": ("client", "server", "not zero"), "scapy": ("client", "server", "zero"), "pysmb": (0, "server", "not zero")}, "this has changed"
P
