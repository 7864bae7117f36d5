#!/bin/sh
# Does NTLM work when the clocks of client and server differ?
#
# Guess before the run: yes, always; a logon by NTLM needs no clock, that is a matter of Kerberos.
# Seen (gss-ntlmssp 1.2.0-1 with python3-gssapi 1.8.2-1+b1, both of Debian bookworm), a CHALLENGE with MsvAvTimestamp:
#
#   server's clock 35 hours behind   an AUTHENTICATE message
#   server's clock 37 hours behind   “Server and client clocks are too far apart”, and no message
#   server's clock 1000 hours ahead  an AUTHENTICATE message
#
# Programs that use GSSAPI get their NTLM from it where it is installed. The packets show a CHALLENGE and nothing behind it.
# Lesson: a client that falls silent after the CHALLENGE may have a server with a flat battery. Compare MsvAvTimestamp with
# the time of the recording, for NTLM too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install gss-ntlmssp=1.2.0-1 python3-gssapi=1.8.2-1+b1 python3-decorator >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
plugin=$(find "$folder/root" -name gssntlmssp.so)
echo "gssntlmssp_v1 1.3.6.1.4.1.311.2.2.10 $plugin" > mech.conf
cat > look.py <<'P'
import struct, time
import gssapi
from gssapi.raw import acquire_cred_with_password
NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
NAME = "SRV".encode("utf-16-le")
def challenge(hours):
    stamp = int((time.time() + hours * 3600 + 11644473600) * 10**7)
    pairs = b"".join(struct.pack("<HH", id, len(NAME)) + NAME for id in (2, 1, 4, 3)) + struct.pack("<HHQ", 7, 8, stamp) + bytes(4)
    return (
        b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(NAME), len(NAME), 56, 0xE28A8215) + b"12345678" + bytes(8)
        + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(NAME)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + NAME + pairs)
def answer(hours):
    user = gssapi.Name("LAB\\alice", gssapi.NameType.user)
    who = gssapi.Credentials(acquire_cred_with_password(user, b"secret", mechs=[NTLM], usage="initiate").creds)
    server = gssapi.Name("cifs@srv.lab.test", gssapi.NameType.hostbased_service)
    client = gssapi.SecurityContext(name=server, creds=who, mech=NTLM, usage="initiate")
    client.step()
    try: message = client.step(challenge(hours))
    except gssapi.exceptions.GSSError as error: return "too far apart" if "clocks are too far apart" in str(error) else str(error)
    return "message %d" % struct.unpack_from("<I", message, 8)
seen = {hours: answer(hours) for hours in (0, -35, -37, 1000)}
print(seen)
assert seen == {0: "message 3", -35: "message 3", -37: "too far apart", 1000: "message 3"}, "this has changed"
P
# Debian's own Python, for which python3-gssapi was built.
PYTHONPATH="$folder/root/usr/lib/python3/dist-packages" LD_LIBRARY_PATH="$libraries" GSS_MECH_CONFIG="$folder/mech.conf" /usr/bin/python3 look.py
