#!/bin/sh
# Do readers of NTLM show the user of wget, which logs on to a web server or proxy by NTLM?
#
# Guess before the run: yes: an LM and an NTLMv1 response, the user, the domain and no workstation. That its flags do not fit its
# names was not thought of.
# Seen (wget 1.21.3-1+deb12u1, tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1, pyspnego 0.12.4, Python 3.11),
# --user='LAB\alice', a server that offers Unicode:
#
#   NEGOTIATE      flags 0x00000202: OEM, no Unicode
#   AUTHENTICATE   flags 0x00008201: Unicode; “LAB” and “alice” in ASCII, with 3 and 5 bytes
#   tshark         Chinese letters, U+414C and others
#   impacket       LAB, alice: the bytes as they are
#   pyspnego       UnicodeDecodeError
#
# Lesson: a user of Chinese letters in a report may be an ASCII name that was read as UTF-16. A name with an odd number of bytes cannot
# be UTF-16, whatever the flags say.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install wget=1.21.3-1+deb12u1 tshark=4.0.17-0+deb12u3 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pyspnego==0.12.4
cat > look.py <<'P'
import base64, os, socket, struct, subprocess, sys, threading
import impacket.ntlm, spnego._ntlm_raw.messages as messages
got = []
def challenge():
    def pair(number, value): return struct.pack("<HH", number, len(value)) + value
    lab = "LAB".encode("utf-16-le")
    pairs = pair(2, lab) + pair(1, lab) + pair(0, b"")
    return (b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(lab), len(lab), 56, 0xE2898205) + b"12345678" + bytes(8)
        + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(lab)) + bytes([10, 0, 0, 0, 0, 0, 0, 15]) + lab + pairs)
def serve(client):
    lines = client.makefile("rb")
    while lines.readline():
        token = None
        while line := lines.readline().strip():
            if line.lower().startswith(b"authorization: ntlm "): token = base64.b64decode(line.split()[2])
        if token: got.append(token)
        if token and token[8] == 3: answer = b"200 OK\r\nContent-Length: 0\r\n\r\n"
        else:
            offer = b" " + base64.b64encode(challenge()) if token else b""
            answer = b"401 No\r\nWWW-Authenticate: NTLM" + offer + b"\r\nContent-Length: 0\r\n\r\n"
        client.sendall(b"HTTP/1.1 " + answer)
listener = socket.create_server(("127.0.0.1", 0))
def take():
    while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
threading.Thread(target=take, daemon=True).start()
loader = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], HOME=os.getcwd(), WIRESHARK_CONFIG_DIR="settings", WIRESHARK_DATA_DIR="root/usr/share/wireshark")
subprocess.run(
    ["root/usr/bin/wget", "-q", "-O", "/dev/null", "--no-proxy", "--user=LAB\\alice", "--password=secret", "http://127.0.0.1:%d/" % listener.getsockname()[1]],
    env=loader, timeout=60)
first, last = got
def field(at):
    length, _, offset = struct.unpack_from("<HHI", last, at)
    return last[offset:offset + length]
flags = struct.unpack_from("<I", first, 12)[0], struct.unpack_from("<I", last, 60)[0]
names = field(28), field(36), field(44)
responses = len(field(12)), len(field(20))
impackets = impacket.ntlm.NTLMAuthChallengeResponse()
impackets.fromString(last)
try: pyspnego = messages.Authenticate.unpack(last).user_name
except UnicodeDecodeError: pyspnego = "UnicodeDecodeError"
request = b"GET / HTTP/1.1\r\nHost: fs\r\nAuthorization: NTLM " + base64.b64encode(last) + b"\r\n\r\n"
tcp = struct.pack(">HHIIBBHHH", 50000, 80, 1, 1, 0x50, 0x18, 8192, 0, 0) + request
packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + tcp
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + struct.pack("<IIII", 1, 0, len(packet), len(packet)) + packet)
tshark = subprocess.run(
    ["root/usr/bin/tshark", "-r", "one.pcap", "-T", "fields", "-e", "ntlmssp.auth.domain", "-e", "ntlmssp.auth.username"],
    env=loader, capture_output=True, timeout=60).stdout.decode()
print(*("0x%08x" % one for one in flags), names, responses)
print("tshark", ascii(tshark), "impacket", impackets["domain_name"], impackets["user_name"], "pyspnego", pyspnego)
assert flags == (0x202, 0x8201) and names == (b"LAB", b"alice", b"") and responses == (24, 24), "wget has changed"
assert tshark.startswith("\u414c") and "\u696c\u6563" in tshark and "alice" not in tshark, "tshark has changed"
assert (impackets["domain_name"], impackets["user_name"], pyspnego) == (b"LAB", b"alice", "UnicodeDecodeError"), "a library has changed"
P
v/bin/python look.py "$libraries"
