#!/bin/sh
# Which capitals does the NTLMv2 response have for letters of a user's name that are not in ASCII?
#
# Guess before the run: ntlm_auth of Samba takes Unicode's capital of each letter, so it differs from the others in ß and ŉ
# alone, which have a capital of two letters: Python, and so pyspnego, makes STRASSE of straße, and gss-ntlmssp does too.
# Seen (gss-ntlmssp 1.2.0-1 with python3-gssapi 1.8.2-1+b1, and winbind 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm;
# pyspnego 0.12.4 with Python 3.11), what went into the hash:
#
#                           é   ß    ŉ    ı (no dot)   µ             ა (Georgian)
#   pyspnego, gss-ntlmssp   É   SS   ʼN   I            Μ (a Greek M) Ა
#   ntlm_auth               É   ß    ŉ    ı            µ             ა
#
# Lesson: the same user and password give other responses in other programs, and a server has one of them. LOGON_FAILURE
# for one program alone may come from a letter of the name. The name in the message is the same each time.
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
user = gssapi.Name("LAB\\" + sys.argv[2], gssapi.NameType.user)
who = gssapi.Credentials(acquire_cred_with_password(user, b"secret", mechs=[NTLM], usage="initiate").creds)
server = gssapi.Name("cifs@srv.lab.test", gssapi.NameType.hostbased_service)
client = gssapi.SecurityContext(name=server, creds=who, mech=NTLM, usage="initiate")
client.step()
print(client.step(bytes.fromhex(sys.argv[1])).hex())
P
cat > look.py <<'P'
import base64, hmac, os, struct, subprocess, sys, time
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], GSS_MECH_CONFIG="mech.conf", PYTHONPATH="root/usr/lib/python3/dist-packages", LC_ALL="C.UTF-8")
NAME = "SRV".encode("utf-16-le")
pairs = b"".join(struct.pack("<HH", id, len(NAME)) + NAME for id in (2, 1, 4, 3))
pairs += struct.pack("<HHQ", 7, 8, int((time.time() + 11644473600) * 10**7)) + bytes(4)
challenge = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(NAME), len(NAME), 56, 0xE28A8215) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(NAME)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + NAME + pairs)
def pyspnego(user):
    import spnego
    client = spnego.client("LAB\\" + user, "secret", protocol="ntlm", hostname="srv", service="cifs", options=spnego.NegotiateOptions.use_ntlm)
    client.step()
    return client.step(challenge)
def ntlm_auth(user):
    lines = "YR\nTT " + base64.b64encode(challenge).decode() + "\n"
    command = [
        "root/usr/bin/ntlm_auth", "--configfile=smb.conf", "--helper-protocol=ntlmssp-client-1", "--domain=LAB", "--username=" + user, "--password=secret"]
    out = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True).stdout
    return base64.b64decode(out.splitlines()[1].split()[1])
def gss_ntlmssp(user):
    # Debian's own Python, for which python3-gssapi was built.
    out = subprocess.run(["/usr/bin/python3", "gss.py", challenge.hex(), user], env=environment, capture_output=True, text=True).stdout
    return bytes.fromhex(out)
# The NT hash of the password “secret”.
HASH = bytes.fromhex("878d8014606cda29677a44efa1353fc7")
def md5(key, data): return hmac.new(key, data, "md5").digest()
def capital(message, letter):
    def field(at):
        size, _, place = struct.unpack_from("<HHI", message, at)
        return message[place : place + size]
    assert field(36).decode("utf-16-le") == "a" + letter, "this has changed"
    for one in letter, letter.upper():
        key = md5(HASH, ("A" + one + "LAB").encode("utf-16-le"))
        if md5(key, b"12345678" + field(20)[16:]) == field(20)[:16]: return one
seen = {client.__name__: [capital(client("a" + letter), letter) for letter in "éßŉıµა"] for client in (pyspnego, ntlm_auth, gss_ntlmssp)}
print(seen)
large = ["É", "SS", "ʼN", "I", "\u039c", "Ა"]
assert seen == {"pyspnego": large, "ntlm_auth": ["É", "ß", "ŉ", "ı", "µ", "ა"], "gss_ntlmssp": large}, "this has changed"
P
v/bin/python look.py "$libraries"
