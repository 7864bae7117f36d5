#!/bin/sh
# How does a mail server with Cyrus SASL check a logon by NTLM (ntlm_server in its settings)?
#
# Guess before the run: as a client of SMB1 to port 139, with “NT LM 0.12” alone, and a session request for the server's name
# as it is in the settings.
# Seen (libsasl2-2 and libsasl2-modules 2.1.28+dfsg-10+deb12u1 of Debian bookworm), a mail server mail.lab.test:
#
#   ntlm_server    called name   calling name   then
#   fs             FS            MAIL           SMB1 NEGOTIATE, “NT LM 0.12” alone
#   fs.lab.test    FS            MAIL           the same
#   127.0.0.1      127           MAIL           the same
#
# It cuts the name at its first dot, of an address too. It does not ask port 445.
# Lesson: SMB1 to port 139 does not always come from an old PC; a mail server sends it too. “Called name not present” for a name
# like 127 or 10 comes from an address in a setting. When the servers lose SMB1, users cannot read their mail.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
version=2.1.28+dfsg-10+deb12u1
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libsasl2-2=$version libsasl2-modules=$version libsasl2-modules-db=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > mail.py <<'P'
# A mail server that has got the first message of NTLM from a client.
import ctypes, glob, os, struct, sys
library, plugin = glob.glob("root/usr/lib/*/libsasl2.so.2")[0], glob.glob("root/usr/lib/*/sasl2/libntlm.so.2")[0]
library, texts = ctypes.CDLL(library), ctypes.POINTER(ctypes.c_char_p)
class Callback(ctypes.Structure): _fields_ = [("kind", ctypes.c_ulong), ("call", ctypes.c_void_p), ("context", ctypes.c_void_p)]
@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, texts, ctypes.POINTER(ctypes.c_uint))
def option(_, owner, name, result, size):
    if name != b"ntlm_server": return -1
    result[0] = sys.argv[1].encode()
    if size: size[0] = len(sys.argv[1])
    return 0
@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, texts)
def path(_, result):
    result[0] = os.path.dirname(plugin).encode()
    return 0
# SASL_CB_GETOPT and SASL_CB_GETPATH.
calls = (Callback * 3)(Callback(1, ctypes.cast(option, ctypes.c_void_p)), Callback(3, ctypes.cast(path, ctypes.c_void_p)), Callback())
assert library.sasl_server_init(calls, b"mail") == 0
connection, answer, size = ctypes.c_void_p(), ctypes.c_char_p(), ctypes.c_uint()
assert library.sasl_server_new(b"imap", b"mail.lab.test", b"", None, None, calls, 0, ctypes.byref(connection)) == 0
token = b"NTLMSSP\0" + struct.pack("<II", 1, 0x207) + bytes(16)
library.sasl_server_start(connection, b"NTLM", token, len(token), ctypes.byref(answer), ctypes.byref(size))
P
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
came = []
def name(letters): return bytes((letters[at] - 65) * 16 + letters[at + 1] - 65 for at in range(0, 30, 2)).decode("ascii").rstrip(" ")
def message(connection):
    head = connection.recv(4, socket.MSG_WAITALL)
    return head[0], connection.recv(struct.unpack(">I", head)[0] & 0x1FFFF, socket.MSG_WAITALL)
def serve(listener, port):
    # Takes the session request, looks at the first message, and closes the connection.
    while True:
        connection = listener.accept()[0]
        try:
            kind, body = message(connection)
            if kind == 0x81:
                came.append((port, name(body[1:]), name(body[35:])))
                connection.sendall(b"\x82\0\0\0")
                kind, body = message(connection)
            came.append((port, body[:5], body[35:]))
        except (OSError, IndexError): came.append((port, "nothing"))
        connection.close()
for port in 139, 445: threading.Thread(target=serve, args=(socket.create_server(("127.0.0.1", port)), port), daemon=True).start()
def ask(server):
    came.clear()
    subprocess.run([sys.executable, "mail.py", server], check=True, timeout=60, stderr=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
    print(server, *came)
    return list(came)
seen = [ask(server) for server in ("fs", "fs.lab.test", "127.0.0.1")]
sys.stdout.flush()
# 0x72 is NEGOTIATE.
assert seen == [[(139, called, "MAIL"), (139, b"\xffSMB\x72", b"\2NT LM 0.12\0")] for called in ("FS", "FS", "127")], "this has changed"
P
echo '127.0.0.1 localhost fs fs.lab.test' > hosts
# Ports 139 and 445 of an address and the names of hosts belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind hosts /etc/hosts; exec python3 look.py "$0"' "$libraries"
