#!/bin/sh
# Which files does a client of SMB list with the pattern *.*?
#
# Guess before the run: all; on Windows *.* is each file, and smbclient, whose commands are those of Windows, sends * for it. impacket and
# smbprotocol send what the program gave. impacket's server finds names with a dot alone.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, pysmb 1.2.15, smbprotocol 1.17.0, Python 3.11),
# a share with the files plain and a.txt:
#
#                                    *.* at Samba          *.* at impacket's server    plain.* at Samba
#   smbclient, ls                    a.txt                 a.txt                       NO_SUCH_FILE
#   impacket, listPath               a.txt                 a.txt                       NO_SUCH_FILE
#   pysmb, listPath                  a.txt                 -                           nothing, no error
#   smbprotocol, scandir             a.txt                 -                           nothing, no error
#
# The dot counts on the wire.
# Lesson: a copy by “mget *.*” or by a script with *.* loses each file without an ending, without an error. In a recording
# look at the pattern of QUERY_DIRECTORY; NO_SUCH_FILE to it is no word about the folder.
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
v/bin/pip -q install smbprotocol==1.17.0 impacket==0.13.1 pysmb==1.2.15
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, smbclient, socket, subprocess, sys, time
from impacket.smbconnection import SessionError, SMBConnection
from smb.SMBConnection import SMBConnection as Pysmb
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("force create mode = 0666\nforce directory mode = 0777\nlog file = %s/state/log\n" % folder)
        file.write("".join("%s = %s/state\n" % (place, folder) for place in places))
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
SERVE = """
import sys
from impacket.ntlm import compute_nthash
from impacket.smbserver import SimpleSMBServer
server = SimpleSMBServer("127.0.0.1", int(sys.argv[1]))
server.addShare("share", "share")
server.setSMB2Support(True)
server.addCredential("games", 0, "", compute_nthash("secret").hex())
server.start()
"""
def visit(place, pattern):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(place), "//127.0.0.1/share", "-U", "games%secret", "-c", "ls " + pattern],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60).stdout
    status = re.search(r"NT_STATUS_(\w+)", out)
    return status[1] if status else sorted(name for name in re.findall(r"^  (\S+) +\w* +\d+  ", out, re.M) if name.strip("."))
def impacket(place, pattern):
    client = SMBConnection("127.0.0.1", "127.0.0.1", sess_port=place)
    client.login("games", "secret")
    try: return sorted(one.get_longname() for one in client.listPath("share", pattern) if one.get_longname().strip("."))
    except SessionError as error: return re.search(r"STATUS_(\w+)", str(error))[1]
def pysmb(place, pattern):
    client = Pysmb("games", "secret", "here", "there", is_direct_tcp=True)
    assert client.connect("127.0.0.1", place)
    return sorted(one.filename for one in client.listPath("share", "/", pattern=pattern) if one.filename.strip("."))
def smbprotocol(place, pattern):
    smbclient.register_session("127.0.0.1", port=place, username="games", password="secret")
    try: return sorted(one.name for one in smbclient.scandir("\\\\127.0.0.1\\share", search_pattern=pattern, port=place))
    except OSError: return "error"
write("", "[share]\npath = FOLDER/share\nread only = no\n")
add("games")
for name in "plain", "a.txt": open("share/" + name, "w").close()
clients = {"smbclient": visit, "impacket": impacket, "pysmb": pysmb, "smbprotocol": smbprotocol}
server = start()
try: seen = {name: [client(port, pattern) for pattern in ("*", "*.*", "plain.*")] for name, client in clients.items()}
finally: server.terminate()
server.wait()
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            break
        except ConnectionRefusedError: time.sleep(0.2)
    other = [clients[name](port, "*.*") for name in ("smbclient", "impacket")]
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
print(other)
both, one = ["a.txt", "plain"], ["a.txt"]
assert seen == {
    "smbclient": [both, one, "NO_SUCH_FILE"], "impacket": [both, one, "NO_SUCH_FILE"], "pysmb": [both, one, []],
    "smbprotocol": [both, one, []]}, "Samba or a client has changed"
assert other == [one, one], "impacket's server has changed"
P
v/bin/python look.py "$libraries" "$folder"
