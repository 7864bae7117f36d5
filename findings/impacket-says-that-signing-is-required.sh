#!/bin/sh
# Does impacket's isSigningRequired() say whether the server wants signed messages?
#
# Guess before the run: yes before the logon; afterwards it is True for the dialects from 3.0 on, whose sessions impacket signs.
# Seen (impacket 0.13.1, smbls 3.0.1, Python 3.11; samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), before and after the logon alike:
#
#   server signing =    SecurityMode in NEGOTIATE   2.0.2, 2.1, 3.0   3.1.1
#   default             1 (enabled)                 False             True
#   mandatory           3 (enabled and required)    True              True
#
#   smbls, at 3.1.1, “isSigningRequired”: true in both cases
#
# impacket takes 3.1.1 itself for a reason to sign, and the function says what it does.
# Lesson: a list of servers that require signing, made with tools of this library, holds each server of 3.1.1. Look at the
# SecurityMode of the NEGOTIATE response, or ask with 2.1.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version \
  samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share home
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 smbls==3.0.1
cat > look.py <<'P'
import json, os, socket, struct, subprocess, sys, time
from impacket.smbconnection import SMBConnection
libraries, folder = sys.argv[1:]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, HOME=folder + "/home")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def start(settings, shares):
    """smbd at port 445 of this network namespace, with games (a user of each Debian) as its user."""
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = 445\nlog level = 3\n")
        file.write("log file = %s/state/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write((settings + "\n" + shares).replace("FOLDER", folder))
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 445), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def mode():
    """The SecurityMode of the server's NEGOTIATE response to 2.1."""
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(16)
    ask = header + struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0, b"client of a test", 0, 0x0210)
    with socket.create_connection(("127.0.0.1", 445)) as client:
        client.sendall(struct.pack(">I", len(ask)) + ask)
        return client.recv(4096)[70]
def required(dialect):
    client = SMBConnection("127.0.0.1", "127.0.0.1", preferredDialect=dialect)
    before = client.isSigningRequired()
    client.login("games", "secret")
    return before, client.isSigningRequired()
def smbls():
    with open("targets", "w") as file: file.write("127.0.0.1\n")
    words = ["v/bin/smbls", "-c", "/games:secret", "-o", "out.json", "targets"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open("out.json") as file: return json.load(file)["data"]["127.0.0.1"]["info"]["isSigningRequired"]
right = True
for setting, number, old in (("default", 1, False), ("mandatory", 3, True)):
    server = start("server signing = " + setting, "[share]\npath = FOLDER/share\n")
    try: seen = mode(), [required(dialect) for dialect in (0x0202, 0x0210, 0x0300, 0x0311)], smbls()
    finally: server.terminate()
    server.wait()
    print(setting, *seen)
    right = right and seen == (number, [(old, old)] * 3 + [(True, True)], True)
assert right, "this has changed"
P
unshare -rn sh -c 'ip link set lo up && exec "$@"' sh v/bin/python look.py "$libraries" "$folder"
