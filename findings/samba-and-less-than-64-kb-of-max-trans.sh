#!/bin/sh
# What do clients make of a server with “smb2 max trans” below 65536, its MaxTransactSize?
#
# Guess before the run: they ask in smaller pieces, and all works; MaxTransactSize is there to be kept.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, smbprotocol 1.17.0, pysmb 1.2.15, Python
# 3.11), a folder with a file of 3 MB:
#
#                  smb2 max trans = 65536   smb2 max trans = 32768
#   smbclient ls   listed                   listed, then INVALID_PARAMETER for the free space
#   smbclient get  got                      INVALID_PARAMETER
#   smbprotocol    listed                   INVALID_PARAMETER
#   impacket       listed                   INVALID_PARAMETER
#   pysmb          listed                   listed
#
# Listing a folder, or asking for the facts of a file, with room for 65,535 or 65,536 bytes in the answer is more than the server said,
# and smbd refuses it. smbclient keeps the limit in one place and not in the others. Reading and writing have limits of their own.
# Lesson: INVALID_PARAMETER to QUERY_INFO or QUERY_DIRECTORY, behind a good logon: compare OutputBufferLength with MaxTransactSize in the
# answer to NEGOTIATE. Below 65536 it comes from smb.conf.
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
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 smbprotocol==1.17.0 pysmb==1.2.15
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
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
def add(user):
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", user], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def start():
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def visit(share, commands="quit", user="games%secret", *more):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", user, "-c", commands, *more],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status else "SUCCESS" if out.returncode == 0 else out.stdout
import smbclient
from impacket.smbconnection import SMBConnection, SessionError
from smb.SMBConnection import SMBConnection as Pysmb
from smbprotocol.exceptions import SMBException
def by_smbprotocol():
    smbclient.register_session("127.0.0.1", port=port, username="games", password="secret")
    try: return ["SUCCESS"] if "file" in smbclient.listdir("\\\\127.0.0.1\\share", port=port) else []
    except SMBException as error: return re.findall(r"STATUS_(\w+)", str(error))[:1]
    finally: smbclient.reset_connection_cache(fail_on_error=False)
def by_impacket():
    connection = SMBConnection("SRV", "127.0.0.1", sess_port=port)
    connection.login("games", "secret")
    try: return ["SUCCESS"] if "file" in [one.get_longname() for one in connection.listPath("share", "*")] else []
    except SessionError as error: return re.findall(r"STATUS_(\w+)", str(error))[:1]
    finally: connection.close()
def by_pysmb():
    connection = Pysmb("games", "secret", "PC", "SRV", is_direct_tcp=True)
    connection.connect("127.0.0.1", port)
    try: return ["SUCCESS"] if "file" in [one.filename for one in connection.listPath("share", "/")] else []
    finally: connection.close()
write("", "")
# games is a user of each Debian.
add("games")
with open("share/file", "wb") as file: file.write(bytes(3000000))
seen = {}
for limit in (65536, 32768):
    write("smb2 max trans = %d" % limit, "[share]\npath = FOLDER/share\n")
    server = start()
    try:
        seen[limit] = [
            visit("share", "ls"), visit("share", "get file " + os.devnull), *by_smbprotocol(), *by_impacket(), *by_pysmb()]
    finally: server.terminate()
    server.wait()
    print(limit, *seen[limit])
refused = "INVALID_PARAMETER"
assert seen == {65536: ["SUCCESS"] * 5, 32768: [refused] * 4 + ["SUCCESS"]}, "this has changed"
P
v/bin/python look.py "$libraries" "$folder"
