#!/bin/sh
# What does a program with libsmbclient say when an account is locked, expired or blocked?
#
# Guess before the run: “Permission denied” for all refusals of a logon, but for a locked account: its “Invalid argument” had
# been seen before, and led to this question.
# Seen (libsmbclient 2:4.17.12+dfsg-0+deb12u4 and python3-smbc 1.0.23-2+b4 of Debian bookworm), the answer to SESSION_SETUP
# and the error of the program:
#
#   0xC000006D LOGON_FAILURE          Permission denied
#   0xC0000072 ACCOUNT_DISABLED       Permission denied
#   0xC0000071 PASSWORD_EXPIRED       Permission denied
#   0xC0000234 ACCOUNT_LOCKED_OUT     Invalid argument
#   0xC0000193 ACCOUNT_EXPIRED        Invalid argument
#   0xC0000224 PASSWORD_MUST_CHANGE   Invalid argument
#   0xC0000418 NTLM_BLOCKED           Invalid argument
#
# Lesson: “Invalid argument” from a file manager or a media player is most often no argument: look at the status of
# SESSION_SETUP. “Permission denied” may be a password that has to be changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
version=2:4.17.12+dfsg-0+deb12u4
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install python3-smbc=1.0.23-2+b4 libsmbclient=$version samba-libs=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > ask.py <<'P'
import smbc
context = smbc.Context(auth_fn=lambda *_: ("LAB", "alice", "secret"))
try: context.opendir("smb://127.0.0.1/share").getdents()
except Exception as error: print(error.args)
P
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
refusal = []
def logon(number, user):
    # Those without a name get in: they are not the question here.
    if user: return message(number, 1, refusal[-1], 5, struct.pack("<HBBI", 9, 0, 0, 0) + b"\0")
    return message(number, 1, 0, 5, struct.pack("<HHHH", 9, 2, 0, 0))
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
def ask(status):
    refusal.append(status)
    text = subprocess.run(
        ["/usr/bin/python3", "ask.py"], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PYTHONPATH="root/usr/lib/python3/dist-packages", HOME=os.getcwd(), LC_ALL="C")).stdout.strip()
    print("0x%08X" % status, text)
    return text
denied, invalid = "(13, 'Permission denied')", "(22, 'Invalid argument')"
wanted = {
    0xC000006D: denied, 0xC0000072: denied, 0xC0000071: denied,
    0xC0000234: invalid, 0xC0000193: invalid, 0xC0000224: invalid, 0xC0000418: invalid}
seen = {status: ask(status) for status in wanted}
sys.stdout.flush()
assert seen == wanted, "this has changed"
P
# It asks port 445 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
