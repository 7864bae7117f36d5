#!/bin/sh
# How many logons does rclone make of one wrong password?
#
# Guess before the run: three; the default of --retries is 3.
# Seen (rclone 1.60.1+dfsg-2+b5 of Debian bookworm), a server that answers LOGON_FAILURE, default settings:
#
#   rclone lsf                          10 logons
#   rclone lsf --low-level-retries 1     1 logon
#   rclone copy                         30 logons in less than a minute
#
# It tries again 10 times (--low-level-retries), and copy does all of that 3 times (--retries).
# Lesson: ten or thirty refusals from one client are not always guesses at a password. One command with one old password
# makes them, and can lock the account. For tests give --retries 1 --low-level-retries 1.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download rclone=1.60.1+dfsg-2+b5 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
echo text > file
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
users = []
def logon(number, user):
    users.append(user)
    return message(number, 1, 0xC000006D, 5, struct.pack("<HBBI", 9, 0, 0, 0) + b"\0")
def der(tag, body): return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
SPNEGO, NTLM = bytes.fromhex("06062b0601050502"), bytes.fromhex("060a2b06010401823702020a")
LIST = der(0x60, SPNEGO + der(0xA0, der(0x30, der(0xA0, der(0x30, NTLM)))))
NAME = "SRV".encode("utf-16-le")
PAIRS = b"".join(struct.pack("<HH", id, len(NAME)) + NAME for id in (2, 1, 4, 3)) + struct.pack("<HHQ", 7, 8, 133 * 10**15) + bytes(4)
CHALLENGE = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(NAME), len(NAME), 56, 0xE28A8215) + b"12345678" + bytes(8)
    + struct.pack("<HHI", len(PAIRS), len(PAIRS), 56 + len(NAME)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + NAME + PAIRS)
def message(number, command, status, session, body):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, status, command, 32, 1, 0, number, 0, 0, session) + bytes(16) + body
def negotiate(number, dialect):
    return message(number, 0, 0, 0, struct.pack("<HHHH", 65, 1, dialect, 0) + b"server of a test"
        + struct.pack("<IIIIQQHHI", 0, 65536, 65536, 65536, 133 * 10**15, 0, 128, len(LIST), 0) + LIST)
def setup(number, request):
    at = request.find(b"NTLMSSP\0")
    plain = struct.unpack_from("<H", request, 76)[0] == at
    if request[at + 8] == 1:
        token = CHALLENGE if plain else der(0xA1, der(0x30, der(0xA0, b"\x0a\1\1") + der(0xA1, NTLM) + der(0xA2, der(4, CHALLENGE))))
        return message(number, 1, 0xC0000016, 5, struct.pack("<HHHH", 9, 0, 72, len(token)) + token)
    size, place = struct.unpack_from("<HxxI", request, at + 36)
    return logon(number, request[at + place:at + place + size].decode("utf-16-le"))
def answer(request):
    if request[:4] == b"\xffSMB": return negotiate(0, 0x02FF)
    (command,), (number,) = struct.unpack_from("<H", request, 12), struct.unpack_from("<Q", request, 24)
    if command == 0: return negotiate(number, 0x0210)
    if command == 1: return setup(number, request)
    return message(number, command, 0xC0000022, 5, struct.pack("<HBBI", 9, 0, 0, 0) + b"\0")
def talk(connection):
    try:
        while True:
            size = struct.unpack(">I", connection.recv(4, socket.MSG_WAITALL))[0]
            reply = answer(connection.recv(size, socket.MSG_WAITALL))
            connection.sendall(struct.pack(">I", len(reply)) + reply)
    except (OSError, struct.error): pass
    connection.close()
def serve(listener):
    while True: threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
threading.Thread(target=serve, args=(socket.create_server(("127.0.0.1", 445)),), daemon=True).start()
def start(*arguments): return subprocess.Popen(
    ["root/usr/bin/rclone", "--config", "/dev/null", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
password = start("obscure", "secret").communicate()[0].strip()
def place(user): return ":smb,host=127.0.0.1,user=%s,pass=%s:share" % (user, password)
# All at once; each has a user of its own.
running = [start("lsf", place("lists")), start("lsf", "--low-level-retries", "1", place("once")), start("copy", "file", place("copies"))]
for one in running: one.communicate(timeout=120)
seen = [users.count(user) for user in ("lists", "once", "copies")]
print(*seen)
sys.stdout.flush()
assert seen == [10, 1, 30] and len(users) == 41, "this has changed"
P
# It asks port 445 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py'
