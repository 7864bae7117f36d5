#!/bin/sh
# Which dialects and which share does rclone, and so Go's library go-smb2, ask a server for?
#
# Guess before the run: 2.0.2 to 3.1.1, the lowest first; \\127.0.0.1\share.
# Seen (rclone 1.60.1+dfsg-2+b5, samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a server at port N:
#
#   dialects in NEGOTIATE    3.1.1, 3.0.2, 3.0, 2.1, 2.0.2: the highest first
#   negotiate contexts       preauthentication, encryption; no signing, no server name
#   TREE_CONNECT             \\127.0.0.1:N\share, the port as well, at port 445 too
#
# smbd takes the share, whatever stands in the server's place.
# Lesson: a port in the path of a TREE_CONNECT is a program in Go, and no typing error. Do not split the path at the colon, and do not
# take the list of dialects for a sorted one.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install rclone=1.60.1+dfsg-2+b5 samba=$version samba-libs=$version libsmbclient=$version samba-common=$version \
  samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share home
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
root = dict(os.environ, LD_LIBRARY_PATH=libraries, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
    file.write("smb ports = %d\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
    file.write("[share]\npath = %s/share\n" % folder)
subprocess.run(["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
               check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
sent = []
# It stands between rclone and the server, and keeps each message that rclone sends.
def forward(source, target, keep):
    data = b""
    while part := source.recv(65536):
        target.sendall(part)
        data += part
        while keep and len(data) >= 4 and len(data) >= 4 + (length := int.from_bytes(data[1:4], "big")):
            sent.append(data[4 : 4 + length])
            data = data[4 + length :]
    target.shutdown(socket.SHUT_WR)
def between(listener):
    while True:
        client, behind = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=forward, args=(client, behind, True), daemon=True).start()
        threading.Thread(target=forward, args=(behind, client, False), daemon=True).start()
# Port 445 belongs to a namespace of its own, where the server's port is free as well.
def look(at):
    listener = socket.create_server(("127.0.0.1", at))
    threading.Thread(target=between, args=(listener,), daemon=True).start()
    sent.clear()
    password = subprocess.run(["root/usr/bin/rclone", "obscure", "secret"], capture_output=True, text=True, check=True).stdout.strip()
    remote = ":smb,host=127.0.0.1,port=%d,user=games,pass=%s:share" % (at, password)
    run = subprocess.run(["root/usr/bin/rclone", "ls", remote], env=dict(os.environ, HOME=folder + "/home"), capture_output=True, text=True, timeout=60)
    def command(number): return [one for one in sent if one[:4] == b"\xfeSMB" and struct.unpack_from("<H", one, 12)[0] == number]
    negotiate = command(0)[0]
    count, start, contexts = struct.unpack_from("<H", negotiate, 66)[0], *struct.unpack_from("<IH", negotiate, 92)
    dialects, kinds = ["%x" % one for one in struct.unpack_from("<%dH" % count, negotiate, 100)], []
    for _ in range(contexts):
        kind, length = struct.unpack_from("<HH", negotiate, start)
        kinds.append(kind)
        start += (8 + length + 7) // 8 * 8
    return run.returncode, dialects, kinds, [one[72:].decode("utf-16-le") for one in command(3)][0]
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    with socket.create_server(("127.0.0.1", 0)) as free: other = free.getsockname()[1]
    seen = [look(other), look(445)]
finally: server.terminate()
server.wait()
print(*seen, sep="\n")
for at, one in zip((other, 445), seen):
    assert one == (0, ["311", "302", "300", "210", "202"], [1, 2], "\\\\127.0.0.1:%d\\share" % at), "rclone has changed"
P
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$@"' look "$libraries" "$folder"
