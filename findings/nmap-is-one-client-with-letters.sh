#!/bin/sh
# How does nmap ask a server for its dialects?
#
# Guess before the run: NEGOTIATE for each dialect on a connection of its own, with a ClientGuid at random and a credit asked for.
# Seen (nmap 7.93+dfsg1-1 of Debian bookworm, its script smb-protocols), six NEGOTIATE:
#
#   SMB1 “NT LM 0.12” alone                   then all five dialects of SMB2 and SMB3 at once
#   2.0.2, 2.1, 3.0 and 3.0.2, each alone     3.1.1 alone is not asked for: the answer to all five told it
#   ClientGuid                                the letters “1234567890123456”, each time
#   CreditRequest                             0
#
# A first connection, without a byte, is reset by nmap itself: it looks whether the port is open.
# Lesson: this ClientGuid is nmap, on any host; do not count its connections as attempts of a user that failed. A server that
# “ends each connection behind NEGOTIATE” was only asked by a scanner.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install nmap=7.93+dfsg1-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
asked = []
def take(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part: raise ConnectionResetError
        data += part
    return data
def talk(connection):
    while True:
        message = take(connection, int.from_bytes(take(connection, 4)[1:], "big"))
        asked.append(message)
        if message[:4] != b"\xfeSMB": return
        dialect = max(dialects(message))
        contexts = b""
        if dialect == 0x0311:
            contexts = struct.pack("<HHIHHH32s2x", 1, 38, 0, 1, 32, 1, bytes(32)) + struct.pack("<HHIHH", 2, 4, 0, 1, 2)
        answer = (
            b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16s", 64, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, bytes(16))
            + struct.pack("<HHHH16sIIIIQQHHI", 65, 1, dialect, 2 if contexts else 0, bytes(range(16)), 7, 65536, 65536, 65536,
                          (11644473600 + 1700000000) * 10**7, 0, 128, 0, 128 if contexts else 0) + contexts)
        connection.sendall(struct.pack(">I", len(answer)) + answer)
def serve(listener):
    while True:
        connection = listener.accept()[0]
        connection.settimeout(10)
        try: talk(connection)
        except OSError: pass
        connection.close()
def dialects(message): return struct.unpack_from("<%dH" % struct.unpack_from("<H", message, 66)[0], message, 100)
listener = socket.create_server(("127.0.0.1", 445))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
subprocess.run(
    ["root/usr/bin/nmap", "--datadir", "root/usr/share/nmap", "-Pn", "-n", "-sT", "-p", "445", "--script", "smb-protocols", "127.0.0.1"],
    stdout=subprocess.DEVNULL, timeout=120, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
first, *others = asked
seen = [([hex(one) for one in dialects(message)], message[76:92], struct.unpack_from("<H", message, 14)[0]) for message in others]
for one in seen: print(*one)
ALL = ["0x202", "0x210", "0x300", "0x302", "0x311"]
assert first[:4] == b"\xffSMB" and b"NT LM 0.12" in first, "this has changed"
assert seen == [(which, b"1234567890123456", 0) for which in (ALL, ["0x202"], ["0x210"], ["0x300"], ["0x302"])], "this has changed"
P
# Port 445 belongs to a network namespace of its own.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
