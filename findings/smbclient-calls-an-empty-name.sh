#!/bin/sh
# What name does smbclient call on port 139 when port 445 is closed?
#
# Guess before the run: the first label of the server's DNS name, in capitals, cut to 15 letters; for an address *SMBSERVER
# at once. If the server does not know the name, *SMBSERVER.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a server that answers “called name not present”:
#
#   //fs/share                   FS                   then *SMBSERVER
#   //fs.lab.test/share          FS.LAB.TEST          then *SMBSERVER
#   //fileserver.lab.test/share  15 spaces            then *SMBSERVER
#   //127.0.0.1/share            127.0.0.1            then *SMBSERVER
#
# A name of more than 15 letters becomes no name at all.
# Lesson: a negative session response to an empty or dotted name says nothing about the server; look for the second try,
# on another connection. A server that answers to its own name alone refuses both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=2:4.17.12+dfsg-0+deb12u4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
: > smb.conf
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
called = []
def name(data):
    letters = data[1:33]
    value = bytes((letters[at] - 65) * 16 + letters[at + 1] - 65 for at in range(0, 32, 2))
    return value[:15].decode("ascii").rstrip(" "), value[15]
def talk(connection):
    try:
        size = struct.unpack(">I", connection.recv(4, socket.MSG_WAITALL))[0] & 0x1FFFF
        called.append(name(connection.recv(size, socket.MSG_WAITALL)))
        connection.sendall(b"\x83\0\0\1\x82")
    except (OSError, struct.error): pass
    connection.close()
def serve(listener):
    while True: threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
threading.Thread(target=serve, args=(socket.create_server(("127.0.0.1", 139)),), daemon=True).start()
def call(server):
    called.clear()
    subprocess.run(
        ["root/usr/bin/smbclient", "-s", "smb.conf", "-N", "//" + server + "/share", "-I", "127.0.0.1"], capture_output=True, timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    return list(called)
seen = {server: call(server) for server in ("fs", "fs.lab.test", "fileserver.lab.test", "127.0.0.1")}
for one in seen.items(): print(*one)
sys.stdout.flush()
right = [[one for one, _ in names] for names in seen.values()] == [
    ["FS", "*SMBSERVER"], ["FS.LAB.TEST", "*SMBSERVER"], ["", "*SMBSERVER"], ["127.0.0.1", "*SMBSERVER"]]
right = right and all(kind == 0x20 for names in seen.values() for _, kind in names)
if not right: print("this has changed")
os._exit(0 if right else 1)
P
# Port 139 of an address, and nobody at port 445; a network namespace of its own has both free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
