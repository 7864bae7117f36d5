#!/bin/sh
# What does smbclient send when its settings leave no dialect?
#
# Guess before the run: nothing; it ends with an error of its own before it connects.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), -m NT1, where “client min protocol” is SMB2_02 by default:
#
#   a TCP connection to port 445, no byte, and its end
#   “protocol negotiation failed: NT_STATUS_INVALID_PARAMETER_MIX”
#
# Lesson: a connection to port 445 that the client ends before NEGOTIATE is not always a scanner or a health check. It may
# be a client whose highest dialect is below its lowest: compare -m with “client min protocol”.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
version=2:4.17.12+dfsg-0+deb12u4
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
: > smb.conf
cat > look.py <<'P'
import os, socket, subprocess, sys, threading
got = []
def serve(listener):
    while True:
        connection = listener.accept()[0]
        connection.settimeout(5)
        got.append(connection.recv(4096)[4:8])
        connection.close()
listener = socket.create_server(("127.0.0.1", 445))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def run(*more):
    got.clear()
    done = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "smb.conf", "//127.0.0.1/share", "-U", "alice%secret", *more], capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    return list(got), "INVALID_PARAMETER_MIX" in done.stdout + done.stderr
seen = run("-m", "SMB3"), run("-m", "NT1")
print(*seen)
assert seen == (([b"\xfeSMB"], False), ([b""], True)), "this has changed"
P
# Port 445 belongs to a network namespace of its own.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
