#!/bin/sh
# Does MsvAvFlags in the NTLMv2 response tell whether the AUTHENTICATE message has a MIC?
#
# Guess before the run: yes; MS-NLMP has bit 2 for it, and a client sends both when the CHALLENGE has MsvAvTimestamp. The LM
# response is 24 zero bytes then.
# Seen (gss-ntlmssp 1.2.0-1 with python3-gssapi 1.8.2-1+b1, and winbind 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm;
# pyspnego 0.12.4), a CHALLENGE with MsvAvTimestamp:
#
#                          MsvAvFlags   MIC            LM response
#   pyspnego               2            right          24 zero bytes
#   ntlm_auth of winbind   not there    right          24 zero bytes
#   gss-ntlmssp            0            no room for it  empty
#
# The payload of gss-ntlmssp begins at 72, where the others have the MIC: its first bytes are those of the NTLMv2 response.
# Lesson: whether a message has a MIC is told by where its payload begins, not by the flag; 16 bytes at 72 that are not zero
# prove nothing. A server may refuse gss-ntlmssp for the missing MIC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install gss-ntlmssp=1.2.0-1 python3-gssapi=1.8.2-1+b1 python3-decorator winbind=2:4.17.12+dfsg-0+deb12u4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
echo "gssntlmssp_v1 1.3.6.1.4.1.311.2.2.10 $(find "$folder/root" -name gssntlmssp.so)" > mech.conf
: > smb.conf
python3 -m venv v
v/bin/pip -q install pyspnego==0.12.4 pycryptodomex==3.24.2
cat > gss.py <<'P'
import sys
import gssapi
from gssapi.raw import acquire_cred_with_password
NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
user = gssapi.Name("LAB\\alice", gssapi.NameType.user)
who = gssapi.Credentials(acquire_cred_with_password(user, b"secret", mechs=[NTLM], usage="initiate").creds)
server = gssapi.Name("cifs@srv.lab.test", gssapi.NameType.hostbased_service)
flags = gssapi.RequirementFlag.integrity
client = gssapi.SecurityContext(name=server, creds=who, mech=NTLM, usage="initiate", flags=flags)
print(client.step().hex())
print(client.step(bytes.fromhex(sys.argv[1])).hex())
P
cat > look.py <<'P'
import base64, hmac, os, struct, subprocess, sys, time
from Cryptodome.Cipher import ARC4
from Cryptodome.Hash import MD4
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], GSS_MECH_CONFIG="mech.conf", PYTHONPATH="root/usr/lib/python3/dist-packages")
NAME = "SRV".encode("utf-16-le")
pairs = b"".join(struct.pack("<HH", id, len(NAME)) + NAME for id in (2, 1, 4, 3))
pairs += struct.pack("<HHQ", 7, 8, int((time.time() + 11644473600) * 10**7)) + bytes(4)
challenge = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(NAME), len(NAME), 56, 0xE28A8215) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(NAME)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + NAME + pairs)
def pyspnego():
    import spnego
    client = spnego.client("LAB\\alice", "secret", protocol="ntlm", hostname="srv", service="cifs", options=spnego.NegotiateOptions.use_ntlm)
    return client.step(), client.step(challenge)
def ntlm_auth():
    lines = "YR\nTT " + base64.b64encode(challenge).decode() + "\n"
    command = [
        "root/usr/bin/ntlm_auth", "--configfile=smb.conf", "--helper-protocol=ntlmssp-client-1", "--username=alice", "--domain=LAB",
        "--password=secret"]
    out = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True).stdout
    return [base64.b64decode(line.split()[1]) for line in out.splitlines()]
def gss_ntlmssp():
    # Debian's own Python, for which python3-gssapi was built.
    out = subprocess.run(["/usr/bin/python3", "gss.py", challenge.hex()], env=environment, capture_output=True, text=True).stdout
    return [bytes.fromhex(line) for line in out.splitlines()]
def md5(key, data): return hmac.new(key, data, "md5").digest()
def look(first, last):
    fields = [struct.unpack_from("<HHI", last, 12 + 8 * one) for one in range(6)]
    lm, response, _, _, _, key = [last[place : place + size] for size, _, place in fields]
    user = md5(MD4.new("secret".encode("utf-16-le")).digest(), "ALICELAB".encode("utf-16-le"))
    base = md5(user, response[:16])
    secret = ARC4.new(base).decrypt(key) if key else base
    start = min(place for size, _, place in fields if size)
    mic = "right" if md5(secret, first + challenge + last[:72] + bytes(16) + last[88:]) == last[72:88] else "wrong"
    at, flags = 44, None
    while (id := struct.unpack_from("<H", response, at)[0]) != 0:
        if id == 6: flags = struct.unpack_from("<I", response, at + 4)[0]
        at += 4 + struct.unpack_from("<H", response, at + 2)[0]
    return flags, mic if start >= 88 else "no room", lm.hex()
seen = {client.__name__: look(*client()) for client in (pyspnego, ntlm_auth, gss_ntlmssp)}
for one in seen.items(): print(*one)
zero = bytes(24).hex()
assert seen == {"pyspnego": (2, "right", zero), "ntlm_auth": (None, "right", zero), "gss_ntlmssp": (0, "no room", "")}, "this has changed"
P
v/bin/python look.py "$libraries"
