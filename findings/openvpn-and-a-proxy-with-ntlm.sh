#!/bin/sh
# How does openvpn log on to a proxy that wants NTLM (http-proxy HOST PORT FILE ntlm2)?
#
# Guess before the run: NTLMv2 with an empty workstation and its own clock; with “ntlm” NTLMv1.
# Seen (openvpn 2.6.14-0+deb12u2 with OpenSSL 3.0 of Debian bookworm), LAB\alice in the file, and a proxy that answers with a CHALLENGE:
#
#                                        ntlm                       ntlm2
#   as it is                             NEGOTIATE, then its end    the same: “Message hash algorithm 'MD4' not found”
#   with --providers legacy default      NTLMv1                     NTLMv2, its own clock, the server's names
#
# The flags of both messages are 0x202: OEM and NTLM, whatever was offered; names in ASCII; the LM response has no byte; no MIC.
# Lesson: a proxy's log with a NEGOTIATE and its CHALLENGE, and no AUTHENTICATE, need not be a wrong password: the client may have no
# MD4, which OpenSSL 3 keeps in its legacy provider.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install openvpn=2.6.14-0+deb12u2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
LD_LIBRARY_PATH="$libraries" root/usr/sbin/openvpn --genkey secret key
printf 'LAB\\alice\nsecret\n' > user
cat > look.py <<'P'
import base64, os, socket, struct, subprocess, sys, threading, time
got = []
YEAR_OLD = struct.pack("<Q", int((time.time() - 31536000 + 11644473600) * 1e7))
def challenge():
    def pair(number, value): return struct.pack("<HH", number, len(value)) + value
    lab = "LAB".encode("utf-16-le")
    pairs = pair(2, lab) + pair(7, YEAR_OLD) + pair(0, b"")
    return (b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(lab), len(lab), 56, 0xE2898205) + b"12345678" + bytes(8)
        + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(lab)) + bytes([10, 0, 0, 0, 0, 0, 0, 15]) + lab + pairs)
def serve(client):
    lines = client.makefile("rb")
    while lines.readline():
        token = None
        while line := lines.readline().strip():
            if line.lower().startswith(b"proxy-authorization: ntlm "): token = base64.b64decode(line.split()[2])
        if token is None: return client.close()
        got.append(token)
        if token[8] == 3: return client.close()
        client.sendall(b"HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM " + base64.b64encode(challenge()) + b"\r\nContent-Length: 0\r\n\r\n")
listener = socket.create_server(("127.0.0.1", 0))
def take():
    while True:
        client = listener.accept()[0]
        threading.Thread(target=serve, args=(client,), daemon=True).start()
threading.Thread(target=take, daemon=True).start()
def run(way, providers):
    got.clear()
    said = subprocess.run(
        ["root/usr/sbin/openvpn"] + (["--providers", "legacy", "default"] if providers else []) + [
            "--dev", "null", "--proto", "tcp-client", "--remote", "10.0.0.9", "1194", "--secret", "key", "--cipher", "AES-256-CBC",
            "--http-proxy", "127.0.0.1", str(listener.getsockname()[1]), "user", way, "--connect-retry-max", "1", "--connect-timeout", "5"],
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]), capture_output=True, text=True, timeout=60).stdout
    return [one for one in got], "'MD4' not found" in said, said
def field(message, at):
    length, _, offset = struct.unpack_from("<HHI", message, at)
    return message[offset:offset + length]
right = True
for way in "ntlm", "ntlm2":
    messages, missing, said = run(way, False)
    print(way, [one[8] for one in messages], missing, "" if messages else said[-300:])
    right = right and [one[8] for one in messages] == [1] and missing
    messages, missing, said = run(way, True)
    print(way, [one[8] for one in messages], missing, "" if messages else said[-300:])
    right = right and [one[8] for one in messages] == [1, 3] and not missing
    first, last = messages
    lm, nt, domain, user, host = (field(last, at) for at in (12, 20, 28, 36, 44))
    flags = struct.unpack_from("<I", first, 12)[0], struct.unpack_from("<I", last, 60)[0]
    print(way, *("0x%x" % one for one in flags), domain, user, host, len(lm), len(nt))
    right = right and flags == (0x202, 0x202) and (domain, user, host, lm) == (b"LAB", b"alice", b"", b"")
    if way == "ntlm": right = right and len(nt) == 24
    else:
        clock = struct.unpack_from("<Q", nt, 24)[0] / 1e7 - 11644473600
        print("clock", round(clock - time.time()))
        right = right and abs(clock - time.time()) < 300 and YEAR_OLD in nt[44:]
assert right, "openvpn has changed"
P
# No packet leaves: the network namespace has nothing but the loopback.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
