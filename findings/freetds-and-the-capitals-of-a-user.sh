#!/bin/sh
# What does tsql of FreeTDS, the library with which programs reach SQL Server, send when a user of a domain logs on (LAB\alice)?
#
# Guess before the run: NTLMv1, as its setting “use ntlmv2” is off; the host as workstation.
# Seen (freetds-bin and libsybdb5 1.3.17+ds-2 of Debian bookworm), TDS 7.0, a challenge with target information and the time of 2023:
#
#   response       NTLMv2 and LMv2, with the client's own time; NTLMv1 with “use ntlmv2 = no”
#   flags          those of the challenge: VERSION, though there is none in front of the payload, and KEY_EXCH without a key
#   Jürgen         the response is made with JüRGEN, for only letters of ASCII get capitals
#
# Lesson: LOGON_FAILURE of such a program for a right password may be a letter of the name. Take where the payload begins from the fields
# of a message, not from its flags.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install freetds-bin=1.3.17+ds-2 libsybdb5=1.3.17+ds-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import hashlib, hmac, os, socket, struct, subprocess, sys, threading
def wide(text): return text.encode("utf-16-le")
CLOCK = struct.pack("<Q", 133444736000000000)
HASH = bytes.fromhex("878d8014606cda29677a44efa1353fc7")  # the NT hash of “secret”
info = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in (
    (2, wide("LAB")), (1, wide("SQL")), (4, wide("lab.test")), (3, wide("sql.lab.test")), (7, CLOCK), (0, b"")))
challenge = b"NTLMSSP\0" + struct.pack("<IHHII8sQHHI", 2, 6, 6, 56, 0xE2898235, b"12345678", 0, len(info), len(info), 62) + bytes.fromhex(
    "0a007c4f0000000f") + wide("LAB") + info
messages = []
def serve(listener):
    while True:
        client = listener.accept()[0]
        while len(head := client.recv(8, socket.MSG_WAITALL)) == 8:
            body = client.recv(struct.unpack(">H", head[2:4])[0] - 8, socket.MSG_WAITALL)
            at = body.find(b"NTLMSSP\0")
            if at < 0: continue
            if body[at + 8] == 3:
                messages.append(body[at:])
                break
            answer = b"\xed" + struct.pack("<H", len(challenge)) + challenge
            client.sendall(b"\4\1" + struct.pack(">H", len(answer) + 8) + b"\0\0\1\0" + answer)
        client.close()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def look(user, setting):
    with open("freetds.conf", "w") as file:
        file.write("[sql]\n host = 127.0.0.1\n port = %d\n tds version = 7.0\n%s" % (listener.getsockname()[1], setting))
    messages.clear()
    subprocess.run(
        ["root/usr/bin/tsql", "-S", "sql", "-U", "LAB\\" + user, "-P", "secret"], input="exit\n", text=True, timeout=30, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], FREETDSCONF="freetds.conf", LC_ALL="C.UTF-8", HOME="."))
    message = messages[0]
    places = [struct.unpack_from("<HxxI", message, 12 + 8 * part) for part in range(6)]
    lm, nt, domain, name, host, key = (message[at:at + size] for size, at in places)
    made = [capital for capital in (user.upper(), "JüRGEN") if hmac.new(
        hmac.new(HASH, wide(capital + "LAB"), hashlib.md5).digest(), b"12345678" + nt[16:], hashlib.md5).digest() == nt[:16]]
    flags = struct.unpack_from("<I", message, 60)[0]
    return {
        "response": "NTLMv2" if len(nt) > 24 else "NTLMv1", "LMv2": lm != bytes(24), "own time": nt[24:32] != CLOCK, "flags": flags == 0xE2898235,
        "payload": min(at for size, at in places if size), "key": len(key), "made with": made}
seen = [look("alice", ""), look("Jürgen", ""), look("alice", " use ntlmv2 = no\n")]
for one in seen: print(ascii(one))
usual = {"response": "NTLMv2", "LMv2": True, "own time": True, "flags": True, "payload": 64, "key": 0}
assert seen[0] == dict(usual, **{"made with": ["ALICE"]}), "this has changed"
assert seen[1] == dict(usual, **{"made with": ["JüRGEN"]}), "the capitals have changed"
assert seen[2]["response"] == "NTLMv1", "the setting has changed"
P
python3 look.py "$libraries"
