#!/bin/sh
# What does NTLM say of a user who is given as alice@lab.test?
#
# Guess before the run: the whole as the user, and no domain, with each client but ntlm_auth, which adds its workgroup. A
# server finds such a name as a UPN; its suffix need not be the name of any domain.
# Seen (gss-ntlmssp 1.2.0-1 with python3-gssapi 1.8.2-1+b1, and winbind 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm;
# pyspnego 0.12.4):
#
#                          user             domain
#   pyspnego               alice@lab.test   (empty)
#   ntlm_auth of winbind   alice@lab.test   WORKGROUP
#   gss-ntlmssp            alice            lab.test
#
# Lesson: LOGON_FAILURE for one program alone, with a right password, may be a suffix that is no domain: try DOMAIN\alice. A
# user and a domain with a dot in an AUTHENTICATE message may have been typed as a UPN.
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
v/bin/pip -q install pyspnego==0.12.4
cat > gss.py <<'P'
import sys
import gssapi
from gssapi.raw import acquire_cred_with_password
NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
user = gssapi.Name("alice@lab.test", gssapi.NameType.user)
who = gssapi.Credentials(acquire_cred_with_password(user, b"secret", mechs=[NTLM], usage="initiate").creds)
server = gssapi.Name("cifs@srv.lab.test", gssapi.NameType.hostbased_service)
client = gssapi.SecurityContext(name=server, creds=who, mech=NTLM, usage="initiate")
client.step()
print(client.step(bytes.fromhex(sys.argv[1])).hex())
P
cat > look.py <<'P'
import base64, os, struct, subprocess, sys, time
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
    client = spnego.client("alice@lab.test", "secret", protocol="ntlm", hostname="srv", service="cifs", options=spnego.NegotiateOptions.use_ntlm)
    client.step()
    return client.step(challenge)
def ntlm_auth():
    lines = "YR\nTT " + base64.b64encode(challenge).decode() + "\n"
    command = ["root/usr/bin/ntlm_auth", "--configfile=smb.conf", "--helper-protocol=ntlmssp-client-1", "--username=alice@lab.test", "--password=secret"]
    out = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True).stdout
    return base64.b64decode(out.splitlines()[1].split()[1])
def gss_ntlmssp():
    # Debian's own Python, for which python3-gssapi was built.
    return bytes.fromhex(subprocess.run(["/usr/bin/python3", "gss.py", challenge.hex()], env=environment, capture_output=True, text=True).stdout)
def look(message):
    values = [message[place : place + size] for size, _, place in (struct.unpack_from("<HHI", message, at) for at in (36, 28))]
    return [value.decode("utf-16-le") for value in values]
seen = {client.__name__: look(client()) for client in (pyspnego, ntlm_auth, gss_ntlmssp)}
print(seen)
assert seen == {
    "pyspnego": ["alice@lab.test", ""], "ntlm_auth": ["alice@lab.test", "WORKGROUP"], "gss_ntlmssp": ["alice", "lab.test"]}, "this has changed"
P
v/bin/python look.py "$libraries"
