#!/bin/sh
# Do the flags of curl's NTLM AUTHENTICATE say what is in the message, and whose time is in its response?
#
# Guess before the run: the server's time (MsvAvTimestamp), no MIC and no Version. Of the flags nothing was guessed. pyspnego and
# impacket take eight bytes of the LM response for a Version, scapy does not.
# Seen (curl 7.88.1-10+deb12u15 and tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1, scapy 2.8.0, asyauth 0.0.23,
# pyspnego 0.12.4 with Python 3.11), a CHALLENGE with Version, key exchange and a time that is a year old:
#
#   flags                        those of the CHALLENGE, with NEGOTIATE_VERSION and KEY_EXCH
#   Version, MIC, session key    none: the payload begins at 64, with the LM response
#   time in the response         curl's own clock, beside the server's time among the pairs
#   LM response                  LMv2, not 24 zero bytes
#   workstation                  WORKSTATION, on each host
#
#   Version and MIC by impacket, scapy, asyauth    bytes 0 to 7 and 8 to 23 of the LM response
#   the same by tshark, pyspnego                   not there
#
# Lesson: a “Windows 223.170” and a wrong MIC may be curl, or git, which uses it. Look where the payload begins before the
# Version or the MIC is read.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 tshark=$version wireshark-common=$version libwireshark16=$version \
  libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 scapy==2.8.0 asyauth==0.0.23 pyspnego==0.12.4
cat > look.py <<'P'
import base64, logging, os, socket, struct, subprocess, sys, threading, time
logging.disable(logging.CRITICAL)
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
FLAGS, YEAR = 0xE28A8215, 366 * 86400
NAME = "SRV".encode("utf-16-le")
pairs = b"".join(struct.pack("<HH", id, len(NAME)) + NAME for id in (2, 1, 4, 3))
pairs += struct.pack("<HHQ", 7, 8, int((time.time() - YEAR + 11644473600) * 10**7)) + bytes(4)
challenge = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(NAME), len(NAME), 56, FLAGS) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(NAME)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + NAME + pairs)
messages = []
def serve(listener):
    connection = listener.accept()[0].makefile("rwb")
    while connection.readline():
        message = b""
        while line := connection.readline().strip():
            if line.startswith(b"Authorization: NTLM "): message = base64.b64decode(line[20:])
        if message: messages.append(message)
        answer = b"NTLM " + base64.b64encode(challenge) if message[8:9] == b"\1" else b"NTLM"
        status = b"200 OK" if message[8:9] == b"\3" else b"401 Unauthorized"
        connection.write(b"HTTP/1.1 %s\r\nWWW-Authenticate: %s\r\nContent-Length: 0\r\n\r\n" % (status, answer))
        connection.flush()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
subprocess.run(
    ["root/usr/bin/curl", "-s", "--ntlm", "-u", "LAB\\alice:secret", "http://127.0.0.1:%d/" % listener.getsockname()[1]], env=environment)
message = messages[-1]
def field(at):
    size, _, place = struct.unpack_from("<HHI", message, at)
    return message[place : place + size], place
(lm, start), (nt, _), (key, _) = field(12), field(20), field(52)
wire = {
    "flags": struct.unpack_from("<I", message, 60)[0] == FLAGS, "payload": start, "key": len(key), "lm": lm != bytes(24),
    "own clock": abs(struct.unpack_from("<Q", nt, 24)[0] / 10**7 - 11644473600 - time.time()) < 600, "workstation": field(44)[0].decode("utf-16-le")}
from asyauth.protocols.ntlm.messages.authenticate import NTLMAuthenticate
from impacket.ntlm import NTLMAuthChallengeResponse
from scapy.layers.ntlm import NTLM_Header
from spnego._ntlm_raw.messages import Authenticate
impacket = NTLMAuthChallengeResponse()
impacket.fromString(message)
scapy, asyauth, spnego = NTLM_Header(message), NTLMAuthenticate.from_bytes(message), Authenticate.unpack(message)
build = struct.unpack_from("<H", lm, 2)[0]
read = {
    "impacket": impacket["Version"] == lm[:8] and impacket["MIC"] == lm[8:], "scapy": scapy.ProductBuild == build and scapy.MIC == lm[8:],
    "asyauth": asyauth.Version.ProductBuild == build and asyauth.MIC == lm[8:], "pyspnego": (spnego.version, spnego.mic)}
http = b"GET / HTTP/1.1\r\nHost: srv\r\nAuthorization: NTLM " + base64.b64encode(message) + b"\r\n\r\n"
packet = bytes.fromhex("020000000002 020000000001 0800") + struct.pack(
    ">BBHHHBBH4s4s", 0x45, 0, 40 + len(http), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
packet += struct.pack(">HHIIBBHHH", 50000, 80, 1, 1, 0x50, 0x18, 65535, 0, 0) + http
with open("http.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + struct.pack("<IIII", 1700000000, 0, len(packet), len(packet)) + packet)
fields = ["-e", "ntlmssp.auth.username", "-e", "ntlmssp.version.major", "-e", "ntlmssp.authenticate.mic"]
tshark = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "http.pcap", "-T", "fields", *fields], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    text=True).stdout
print(wire, read, repr(tshark))
assert wire == {"flags": True, "payload": 64, "key": 0, "lm": True, "own clock": True, "workstation": "WORKSTATION"}, "curl has changed"
assert read == {"impacket": True, "scapy": True, "asyauth": True, "pyspnego": (None, None)}, "a library has changed"
assert tshark == "alice\t\t\n", "tshark has changed"
P
v/bin/python look.py "$libraries"
