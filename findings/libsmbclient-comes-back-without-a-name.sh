#!/bin/sh
# What does libsmbclient do when the server refuses its user?
#
# Guess before the run: python3-smbc logs on as the user and then once without a name; smbget logs on once and ends.
# Seen (libsmbclient and smbget of smbclient 2:4.17.12+dfsg-0+deb12u4, python3-smbc 1.0.23-2+b4 of Debian bookworm), a server
# that answers LOGON_FAILURE to alice, lets those without a name in, and gives them no share:
#
#   smbclient       SESSION_SETUP alice: LOGON_FAILURE
#   python3-smbc    SESSION_SETUP alice: LOGON_FAILURE, SESSION_SETUP without a name: SUCCESS, TREE_CONNECT: ACCESS_DENIED
#   smbget          the same three
#
# The two with libsmbclient say “Permission denied” or “You don't have enough permissions”, and no word about the password.
# Lesson: ACCESS_DENIED at TREE_CONNECT is not yet about permissions. Look who is in the session: no name there, and
# a refused name just before on the same host, mean a wrong password. File managers use this library.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
version=2:4.17.12+dfsg-0+deb12u4
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=$version python3-smbc=1.0.23-2+b4 libsmbclient=$version samba-libs=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
: > smb.conf
cat > ask.py <<'P'
import smbc
context = smbc.Context(auth_fn=lambda *_: ("LAB", "alice", "secret"))
try: context.opendir("smb://127.0.0.1/share").getdents()
except Exception as error: print(error.args)
P
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
came = []
def logon(number, user):
    status = 0xC000006D if user else 0
    came.append((user, status))
    done = der(0xA1, der(0x30, der(0xA0, b"\x0a\1\0")))
    return message(number, 1, status, 5, struct.pack("<HBBI", 9, 0, 0, 0) + b"\0" if status else struct.pack("<HHHH", 9, 0, 72, len(done)) + done)
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
    if command == 3: came.append(("TREE_CONNECT", 0xC0000022))
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
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PYTHONPATH="root/usr/lib/python3/dist-packages", HOME=os.getcwd(), LC_ALL="C")
def run(*command):
    came.clear()
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, env=environment)
    text = (done.stdout + done.stderr).strip().splitlines()[-1]
    print(command[0], *came, text)
    return list(came), text
seen = [
    run("root/usr/bin/smbclient", "-s", "smb.conf", "-U", "alice%secret", "//127.0.0.1/share", "-c", "ls"), run("/usr/bin/python3", "ask.py"),
    run("root/usr/bin/smbget", "-U", "alice%secret", "smb://127.0.0.1/share/file")]
sys.stdout.flush()
alone, three = [("alice", 0xC000006D)], [("alice", 0xC000006D), ("", 0), ("TREE_CONNECT", 0xC0000022)]
assert [one for one, _ in seen] == [alone, three, three], "this has changed"
assert "LOGON_FAILURE" in seen[0][1] and "Permission denied" in seen[1][1] and "don't have enough permissions" in seen[2][1], "the texts have changed"
P
# They ask port 445 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
