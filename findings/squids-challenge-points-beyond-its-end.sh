#!/bin/sh
# What is in the NTLM CHALLENGE of ntlm_fake_auth, with which the proxy Squid learns user names, and do others read it?
#
# Guess before the run: the name WORKGROUP, the flags of the client's NEGOTIATE and nothing else. impacket and scapy read it, curl and
# pyspnego end with an error if the name is missing.
# Seen (squid 5.7-2+deb12u6 of Debian bookworm; impacket 0.13.1, pyspnego 0.12.4, scapy 2.8.0, Python 3.11):
#
#   length 49, at its end WORKGROUP in ASCII, whatever the flags say of Unicode
#   the field of the name: 9 bytes at 0xAAAAAAAE
#   pyspnego             an empty name; as a client it goes on
#   impacket             an empty name; as a client it ends with struct.error
#   scapy                struct.error
#
# Lesson: a field that points beyond a message is not always a packet that was cut or forged. A reader shows the other fields and
# says that this one is not there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install squid=5.7-2+deb12u6 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pyspnego==0.12.4 scapy==2.8.0
cat > look.py <<'P'
import base64, logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
import spnego
from impacket import ntlm
from scapy.layers.ntlm import NTLM_Header
from spnego._ntlm_raw.messages import Challenge
def challenge(flags):
    negotiate = b"NTLMSSP\0" + struct.pack("<II", 1, flags) + bytes(16) + bytes.fromhex("0a007c4f0000000f")
    run = subprocess.run(
        ["root/usr/lib/squid/ntlm_fake_auth"], input=b"YR " + base64.b64encode(negotiate) + b"\n", stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, timeout=20, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    return base64.b64decode(run.stdout.split()[-1])
shapes = []
for flags in (0xE2088297, 0x207):
    message = challenge(flags)
    shapes.append((len(message), message[-9:], *struct.unpack_from("<HHI", message, 12), struct.unpack_from("<I", message, 20)[0] == flags))
print(*shapes, sep="\n")
def outcome(read):
    try: return read()
    except Exception as error: return type(error).__name__
def goes_on():
    client = spnego.client("LAB\\alice", "secret", protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    client.step()
    return len(client.step(message)) > 100
def answers():
    first = ntlm.getNTLMSSPType1("", "", True, use_ntlmv2=True)
    return len(ntlm.getNTLMSSPType3(first, message, "alice", "secret", "LAB")[0].getData()) > 100
message = challenge(0xE2088297)
seen = {
    "pyspnego": (outcome(lambda: Challenge.unpack(message).target_name), outcome(goes_on)),
    "impacket": (outcome(lambda: ntlm.NTLMAuthChallenge(message)["domain_name"]), outcome(answers)),
    "scapy": (outcome(lambda: NTLM_Header(message).TargetName),)}
for one in seen.items(): print(*one)
assert shapes == [(49, b"WORKGROUP", 9, 9, 0xAAAAAAAE, True)] * 2, "ntlm_fake_auth has changed"
assert seen == {"pyspnego": ("", True), "impacket": (b"", "error"), "scapy": ("error",)}, "a reader has changed"
P
v/bin/python look.py "$libraries"
