#!/bin/sh
# Which ServerGuid does smbd have when “netbios name” has more than the 15 letters that NetBIOS allows?
#
# Guess before the run: that of the first 15 or 16 letters; usually it holds the name in small letters, as peers see it.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; smbprotocol 1.17.0, Python 3.11), the answer to NEGOTIATE, byte by byte, and
# the server's name in the CHALLENGE:
#
#   netbios name           ServerGuid                     CHALLENGE
#   FifteenLetters1        “fifteenletters1” and a zero   FIFTEENLETTERS1
#   SixteenLetters16       sixteen zeros                  SIXTEENLETTERS16
#
# smbd says nothing about it; testparm warns, “too long (max. 15 chars)”, and ends with status 0. All else works.
# Lesson: a ServerGuid of zeros is not a sign of ksmbd, nor of a server that hides. Two Samba servers with long names have the same one, so
# it cannot tell them apart in a recording.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install smbprotocol==1.17.0
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, time, uuid
from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.session import Session
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("log file = %s/state/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write((settings + "\n" + shares).replace("FOLDER", folder))
def start():
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def look(name):
    write("netbios name = " + name, "")
    server = start()
    try:
        connection = Connection(uuid.uuid4(), "127.0.0.1", port)
        answers.clear()
        connection.connect()
        try: Session(connection, "games", "wrong", require_encryption=False).connect()
        except SMBException: pass
        connection.disconnect()
    finally: server.terminate()
    server.wait()
    guid = next(one for one in answers if b"NTLMSSP\0\2" not in one)[8:24]
    challenge = next(one for one in answers if b"NTLMSSP\0\2" in one)
    challenge = challenge[challenge.index(b"NTLMSSP\0\2"):]
    size, place = struct.unpack_from("<H2xI", challenge, 12)
    return guid, challenge[place:place + size].decode("utf-16-le")
answers, receive = [], Connection.receive
def remember(self, request, *more, **options):
    try: response = receive(self, request, *more, **options)
    except SMBResponseException as error:
        answers.append(error.header["data"].get_value())
        raise
    answers.append(response["data"].get_value())
    return response
Connection.receive = remember
names = "FifteenLetters1", "SixteenLetters16"
seen = {name: look(name) for name in names}
for name, (guid, target) in seen.items(): print(name, guid, target)
assert [target for _, target in seen.values()] == [name.upper() for name in names], "the name in the CHALLENGE has changed"
assert [guid for guid, _ in seen.values()] == [b"fifteenletters1\0", bytes(16)], "this has changed"
test = subprocess.run(["root/usr/bin/testparm", "-s", "smb.conf"], env=loader, capture_output=True, text=True)
assert test.returncode == 0 and "too long" in test.stderr, "testparm has changed"
P
v/bin/python look.py "$libraries" "$folder"
