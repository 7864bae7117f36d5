#!/bin/sh
# Which status does smbclient tell when it shall use Kerberos and has no ticket?
#
# Guess before the run: none of the server's; a word about the ticket, and a connection with NEGOTIATE alone.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), --use-kerberos=required, no ticket, no KDC for the realm:
#
#   on the wire     NEGOTIATE and its answer, then the end of the connection; no SESSION_SETUP
#   its last words  “session setup failed: NT_STATUS_ACCESS_DENIED”, as for a SESSION_SETUP that the server refuses; behind it “Kerberos
#                   auth … not possible”
#   exit status     1
#
# A user with a domain, a whole principal and no user at all get the same.
# Lesson: ACCESS_DENIED in a client's log need not have come from a server. Where the recording has no SESSION_SETUP, look at the ticket and
# at the way to the KDC, and not at rights.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version samba-common-bin=$version \
  libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
cat > krb5.conf <<'P'
[libdefaults]
default_realm = LAB.TEST
dns_lookup_kdc = false
P
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, KRB5_CONFIG=folder + "/krb5.conf", KRB5CCNAME="FILE:" + folder + "/none", USER="caller")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
    file.write("smb ports = %d\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
    file.write("[share]\npath = %s/share\n" % folder)
commands = []
# It stands between client and server, and keeps the command of each message of the client.
def forward(source, target, keep):
    data = b""
    while part := source.recv(65536):
        data += part
        while keep and len(data) >= 4 and len(data) >= 4 + (length := int.from_bytes(data[1:4], "big")):
            commands.append(struct.unpack_from("<H", data, 16)[0])
            data = data[4 + length :]
        target.sendall(part)
    target.shutdown(socket.SHUT_WR)
def between(listener):
    while True:
        client, behind = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=forward, args=(client, behind, True), daemon=True).start()
        threading.Thread(target=forward, args=(behind, client, False), daemon=True).start()
middle = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=between, args=(middle,), daemon=True).start()
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def visit(*user):
    commands.clear()
    run = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(middle.getsockname()[1]), "//localhost/share", *user, "--use-kerberos=required", "-c",
         "quit"], env=loader, capture_output=True, text=True, timeout=60)
    text = run.stdout + run.stderr
    return list(commands), run.returncode, "session setup failed: NT_STATUS_ACCESS_DENIED" in text, "not possible" in text
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    seen = [visit("-U", "LAB/alice%secret"), visit("-U", "alice@LAB.TEST%secret"), visit("-N")]
finally: server.terminate()
server.wait()
print(*seen, sep="\n")
assert seen == [([0], 1, True, True)] * 3, "smbclient has changed"
P
python3 look.py "$libraries" "$folder"
