#!/bin/sh
# What does Samba say to questions about its shares by the service for servers (srvsvc), which Windows asks for a share's properties?
#
# Guess before the run: an ordinary user gets the levels 0 and 1, and ACCESS_DENIED (5) for those with a path, 2 and 502; a share that
# there is not is NERR_NetNameNotFound (2310), as Windows says; of the sessions the user gets the own one.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, Python 3.11), the user games:
#
#   NetShareGetInfo, 1, a share that there is not   123, ERROR_INVALID_NAME
#   NetShareGetInfo, 2 and 502                      answered; the path of /…/share is C:\…\share
#   NetShareGetInfo, 503                            124, ERROR_INVALID_LEVEL
#   NetSessionEnum, 10                              no answer with a code, but a fault of DCE/RPC, status 5
#
# Lesson: 123 is no proof of a bad letter in the name; TREE_CONNECT has the better word (BAD_NETWORK_NAME). A search in recordings for
# the return code 5 misses the refusals, which are faults. And there is no drive C: on that server.
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
v/bin/pip -q install impacket==0.13.1
cat > look.py <<'P'
import os, socket, subprocess, sys, time
from impacket.dcerpc.v5 import srvs, transport
from impacket.dcerpc.v5.dtypes import NULL
from impacket.dcerpc.v5.rpcrt import DCERPCException
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
server = start("", "[share]\npath = FOLDER/share\n")
try:
    pipe = transport.SMBTransport("127.0.0.1", 445, r"\srvsvc", username="games", password="secret").get_dce_rpc()
    pipe.connect()
    pipe.bind(srvs.MSRPC_UUID_SRVS)
    def code(action):
        try: return action()
        except srvs.DCERPCSessionError as error: return error.get_error_code()
        except DCERPCException as error: return "fault", error.get_error_code()
    def path(level):
        info = srvs.hNetrShareGetInfo(pipe, "share\0", level)["InfoStruct"]["ShareInfo%d" % level]
        return info["shi%d_path" % level].rstrip("\0")
    seen = [
        code(lambda: srvs.hNetrShareGetInfo(pipe, "nosuch\0", 1)), code(lambda: path(2)), code(lambda: path(502)),
        code(lambda: srvs.hNetrShareGetInfo(pipe, "share\0", 503)), code(lambda: srvs.hNetrSessionEnum(pipe, NULL, NULL, 10))]
finally: server.terminate()
server.wait()
print(*seen)
windows = "C:" + (folder + "/share").replace("/", "\\")
assert seen == [123, windows, windows, 124, ("fault", 5)], "this has changed"
P
unshare -rn sh -c 'ip link set lo up && exec "$@"' sh v/bin/python look.py "$libraries" "$folder"
