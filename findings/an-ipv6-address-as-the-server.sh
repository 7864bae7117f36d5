#!/bin/sh
# Which forms of an IPv6 address do clients take for a server, and what stands in their TREE_CONNECT?
#
# Guess before the run: smbclient takes ::1 but not [::1], and asks the DNS for 0--1.ipv6-literal.net, as Windows writes it in a UNC path;
# smbget takes smb://[::1]/share, as each URL has it; smbprotocol and pysmb take ::1; rclone fails with both.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4, rclone 1.60.1+dfsg-2+b5 of Debian bookworm; smbprotocol 1.17.0, pysmb 1.2.15, Python 3.11):
#
#   smbclient //::1/share                        \\::1\share
#   smbclient //[::1]/share                      INVALID_ADDRESS, no connection
#   smbclient //0--1.ipv6-literal.net/share      \\0--1.ipv6-literal.net\share, without the DNS
#   smbget smb://[::1]/share/file                “Invalid argument”, no connection
#   smbprotocol, \\::1\share                     \\::1\share
#   smbprotocol, \\[::1]\share                   no connection
#   pysmb                                        \\::1\share
#   rclone, host=::1                             no connection
#   rclone, host=[::1]                           \\[::1]:445\share
#
# Lesson: the same server has four names in the recordings of one network. Compare addresses of connections, and not the server's part
# of the paths; and a “no such server” for IPv6 may be the form alone.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install rclone=1.60.1+dfsg-2+b5 samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version \
  samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share home
python3 -m venv v
v/bin/pip -q install smbprotocol==1.17.0 pysmb==1.2.15
cat > python.py <<'P'
import sys
if sys.argv[1] == "pysmb":
    from smb.SMBConnection import SMBConnection
    client = SMBConnection("games", "secret", "me", "::1", is_direct_tcp=True)
    client.connect("::1", 445)
    client.listPath("share", "/")
else:
    import smbclient
    smbclient.register_session(sys.argv[1], username="games", password="secret")
    smbclient.listdir(r"\\%s\share" % sys.argv[1])
P
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
    file.write("smb ports = %d\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
    file.write("[share]\npath = %s/share\n" % folder)
subprocess.run(["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
               check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
sent = []
# It stands between the client, which comes by IPv6, and the server, and keeps each message of the client.
def forward(source, target, keep):
    data = b""
    while part := source.recv(65536):
        data += part
        while keep and len(data) >= 4 and len(data) >= 4 + (length := int.from_bytes(data[1:4], "big")):
            sent.append(data[4 : 4 + length])
            data = data[4 + length :]
        target.sendall(part)
    target.shutdown(socket.SHUT_WR)
def between(listener):
    while True:
        client, behind = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=forward, args=(client, behind, True), daemon=True).start()
        threading.Thread(target=forward, args=(behind, client, False), daemon=True).start()
middle = socket.create_server(("::1", 445), family=socket.AF_INET6)
threading.Thread(target=between, args=(middle,), daemon=True).start()
def look(*command, environment=os.environ):
    sent.clear()
    run = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    time.sleep(0.5)
    trees = [one[72:].decode("utf-16-le") for one in sent if one[:4] == b"\xfeSMB" and struct.unpack_from("<H", one, 12)[0] == 3]
    shares = [tree for tree in trees if not tree.endswith("IPC$")]
    return shares[0] if shares else "no connection" if not sent and run.returncode else "none"
def smbclient(where): return look("root/usr/bin/smbclient", "-s", "/dev/null", "-U", "games%secret", "-c", "quit", where, environment=loader)
def rclone(host):
    password = subprocess.run(["root/usr/bin/rclone", "obscure", "secret"], capture_output=True, text=True, check=True).stdout.strip()
    home = dict(os.environ, HOME=folder + "/home")
    return look("root/usr/bin/rclone", "ls", ":smb,host='%s',user=games,pass=%s:share" % (host, password), environment=home)
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    seen = [smbclient("//::1/share"), smbclient("//[::1]/share"), smbclient("//0--1.ipv6-literal.net/share"),
            look("root/usr/bin/smbget", "-q", "-U", "games%secret", "smb://[::1]/share/file", environment=loader),
            look("v/bin/python", "python.py", "::1"), look("v/bin/python", "python.py", "[::1]"), look("v/bin/python", "python.py", "pysmb"), rclone("::1"),
            rclone("[::1]")]
finally: server.terminate()
server.wait()
print(*seen, sep="\n")
assert seen == [r"\\::1\share", "no connection", r"\\0--1.ipv6-literal.net\share", "no connection", r"\\::1\share", "no connection",
                r"\\::1\share", "no connection", r"\\[::1]:445\share"], "this has changed"
P
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$@"' look "$libraries" "$folder"
