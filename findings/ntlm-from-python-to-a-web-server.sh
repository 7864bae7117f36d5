#!/bin/sh
# What do small libraries for NTLM over HTTP, in Python, write into their AUTHENTICATE for LAB\alice?
#
# Guess before the run: NTLMv2 but for urllib-ntlm and python-ntlm3, which are old and send NTLMv1; the name of the host as the workstation
# in each. Nothing was guessed about the name of the target, by which a server may tell that a message is meant for it.
# Seen (Python 3.11), a server at http://127.0.0.1:PORT/ whose challenge has target information:
#
#                            response       workstation   name of the target (MsvAvTargetName)
#   requests-ntlm 1.3.0      NTLMv2         the host      http/127.0.0.1
#   httpx-ntlm 1.4.0         NTLMv2         the host      host/unspecified
#   aiohttp-ntlm 0.1.4       NTLMv2         the host      http/127.0.0.1:PORT
#   requests-ntlm2 6.6.0     NTLMv2         (empty)       none
#   urllib-ntlm 0.1.1        NTLMv1 (ESS)   the host      –
#   python-ntlm3 1.0.2       none: its header is “NTLM b'TlRM…'”, the text of a value of Python
#
# The last three need MD4, which OpenSSL 3 has no more; here it came from pycryptodomex 3.24.2. Without it requests-ntlm2 leaves behind
# the CHALLENGE.
# Lesson: a server that compares the target with its SPNs refuses httpx-ntlm and aiohttp-ntlm while requests-ntlm gets in, with one
# password. An empty workstation is no sign of a tool that hides.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install requests-ntlm==1.3.0 httpx-ntlm==1.4.0 aiohttp-ntlm==0.1.4 requests-ntlm2==6.6.0 pyspnego==0.11.2 pycryptodomex==3.24.2
python3 -m venv w
w/bin/pip -q install urllib-ntlm==0.1.1 python-ntlm3==1.0.2 pycryptodomex==3.24.2
cat > client.py <<'P'
import hashlib, sys, urllib.request
from Cryptodome.Hash import MD4
plain = hashlib.new
def new(name, data=b"", **more): return MD4.new(data) if name.lower() == "md4" else plain(name, data, **more)
hashlib.new = new
name, url = sys.argv[1:]
USER = "LAB\\alice", "secret"
if name == "requests-ntlm":
    import requests, requests_ntlm
    requests.get(url, auth=requests_ntlm.HttpNtlmAuth(*USER))
elif name == "requests-ntlm2":
    import requests, requests_ntlm2
    requests.get(url, auth=requests_ntlm2.HttpNtlmAuth(*USER))
elif name == "httpx-ntlm":
    import httpx, httpx_ntlm
    httpx.Client(auth=httpx_ntlm.HttpNtlmAuth(*USER)).get(url)
elif name == "aiohttp-ntlm":
    import aiohttp, aiohttp_ntlm, asyncio
    async def visit():
        async with aiohttp.ClientSession(middlewares=(aiohttp_ntlm.HttpNtlmAuthMiddleware(*USER),)) as session:
            async with session.get(url): pass
    asyncio.run(visit())
else:
    if name == "urllib-ntlm": from ntlm import HTTPNtlmAuthHandler as library
    else: from ntlm3 import HTTPNtlmAuthHandler as library
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, url, *USER)
    urllib.request.build_opener(library.HTTPNtlmAuthHandler(passwords)).open(url)
P
cat > look.py <<'P'
import base64, http.server, socket, struct, subprocess, threading
def wide(text): return text.encode("utf-16-le")
PAIRS = [(2, wide("LAB")), (1, wide("FS")), (4, wide("lab.test")), (3, wide("fs.lab.test")), (0, b"")]
INFO = b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in PAIRS)
def challenge(first):
    flags = struct.unpack_from("<I", first, 12)[0] & ~0x3002 | 0x00810205
    head = struct.pack("<8sIHHII", b"NTLMSSP", 2, 6, 6, 56, flags) + bytes(range(1, 9)) + bytes(8)
    return head + struct.pack("<HHI8s", len(INFO), len(INFO), 62, bytes([10, 0, 0x63, 0x45, 0, 0, 0, 15])) + wide("LAB") + INFO
headers = []
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def do_GET(self):
        sent = self.headers.get("Authorization")
        headers.append(sent)
        try: token = base64.b64decode(sent.split()[1], validate=True) if sent else b""
        except ValueError: token = b""
        last = token[8:9] == b"\3"
        self.send_response(200 if last else 401)
        if not last: self.send_header("WWW-Authenticate", "NTLM" + (" " + base64.b64encode(challenge(token)).decode() if token else ""))
        self.send_header("Content-Length", "0")
        self.end_headers()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.server_address[1]
def short(message):
    def field(place):
        length, _, start = struct.unpack_from("<HHI", message, place)
        return message[start : start + length]
    lm, response, workstation = field(12), field(20), field(44).decode("utf-16-le")
    target, place = None, 44
    while len(response) > 24 and place + 4 <= len(response):
        kind, length = struct.unpack_from("<HH", response, place)
        if kind == 9: target = response[place + 4 : place + 4 + length].decode("utf-16-le").replace(str(port), "PORT")
        if kind == 0: break
        place += 4 + length
    kind = "NTLMv2" if len(response) > 24 else "ESS" if lm[8:] == bytes(16) else "NTLMv1"
    here = socket.gethostname().split(".")[0].lower()
    return kind, "the host" if workstation.split(".")[0].lower() == here else workstation, target
rows = [
    ("v", "requests-ntlm", ("NTLMv2", "the host", "http/127.0.0.1")), ("v", "httpx-ntlm", ("NTLMv2", "the host", "host/unspecified")),
    ("v", "aiohttp-ntlm", ("NTLMv2", "the host", "http/127.0.0.1:PORT")), ("v", "requests-ntlm2", ("NTLMv2", "", None)),
    ("w", "urllib-ntlm", ("ESS", "the host", None)), ("w", "python-ntlm3", "NTLM b'TlRM")]
right = True
for place, name, wanted in rows:
    headers.clear()
    subprocess.run([place + "/bin/python", "client.py", name, "http://127.0.0.1:%d/" % port], stderr=subprocess.DEVNULL, timeout=60)
    last = headers[-1]
    seen = last[:11] if last.startswith("NTLM b'") else short(base64.b64decode(last.split()[1]))
    print(name, seen)
    right = right and seen == wanted
assert right, "this has changed"
P
v/bin/python look.py
