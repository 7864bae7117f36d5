#!/bin/sh
# Does smbclient get into a share of quicksand-smb, a server of SMB3 in Python for virtual machines?
#
# Guess before the run: yes, at 3.1.1, as a guest; the ServerGuid is made once when the server starts.
# Seen (quicksand-smb 0.5.3, Python 3.11; smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm):
#
#   smbclient              3.1.1 without a negotiate context; it says NT_STATUS_INVALID_NETWORK_RESPONSE
#   smbclient -m SMB3_02   3.0.2; the server answers SPNEGO with NTLMSSP that is not wrapped; it says NT_STATUS_INVALID_PARAMETER
#   both                   another ServerGuid for each connection
#
# 3.1.1 needs the context of preauthentication integrity in the answer.
# Lesson: both statuses are the client's own and in no packet. For “invalid network response” behind a NEGOTIATE response with
# STATUS_SUCCESS look at its contexts.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial share
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install quicksand-smb==0.5.3
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
from quicksand_smb import ShareConfig, SMBConfig, serve_socket
answers = []
class Watched:
    """A connection whose answers are kept."""
    def __init__(self, connection): self.connection = connection
    def __getattr__(self, name): return getattr(self.connection, name)
    def sendall(self, data):
        answers.append(bytes(data))
        self.connection.sendall(data)
def serve(listener):
    settings = SMBConfig(shares={"share": ShareConfig("share")})
    while True: threading.Thread(target=serve_socket, args=(Watched(listener.accept()[0]), settings), daemon=True).start()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def visit(*words):
    answers.clear()
    done = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(listener.getsockname()[1]), "//127.0.0.1/share", "-U", "alice%secret",
         "-c", "ls", *words], env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]), capture_output=True, text=True, timeout=60)
    first = b"".join(answers)
    first = first[first.index(b"\xfeSMB"):]
    status = struct.unpack_from("<I", first, 8)[0]
    dialect, contexts = struct.unpack_from("<HH", first, 68)
    raw = first.find(b"NTLMSSP\0\2")
    # The token of SESSION_SETUP begins 72 bytes behind the start of its message.
    wrapped = None if raw < 0 else first[raw - 72:raw - 68] != b"\xfeSMB"
    print(*words, "%08x" % status, hex(dialect), contexts, wrapped, done.stdout.strip()[:70])
    return first[72:88], (status, dialect, contexts, wrapped, done.stdout)
guid, first = visit()
other, second = visit("-m", "SMB3_02")
assert first[:4] == (0, 0x0311, 0, None) and "NT_STATUS_INVALID_NETWORK_RESPONSE" in first[4], "this has changed"
assert second[:4] == (0, 0x0302, 0, False) and "NT_STATUS_INVALID_PARAMETER" in second[4], "this has changed"
assert guid != other, "the ServerGuid has changed"
P
v/bin/python look.py "$libraries"
