#!/bin/sh
# What does a server offer for signing when its list of algorithms has a name that it does not know?
#
# Guess before the run: testparm complains; smbd leaves the name out, and with no other name in the list its answer has no
# context for signing.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), “server smb3 signing algorithms”, to a client that offers
# AES-GMAC, AES-CMAC and HMAC-SHA256 at 3.1.1:
#
#   in smb.conf                  testparm                in the answer to NEGOTIATE
#   (nothing)                    status 0, no word       2, AES-GMAC
#   AES-128-CMAC                 status 0, no word       1, AES-CMAC
#   AES-256-GMAC (no such)       status 0, no word       0, HMAC-SHA256
#   AES-256-GMAC, AES-128-CMAC   status 0, no word       0, HMAC-SHA256
#
# Each name that smbd does not know counts as number 0, which is HMAC-SHA256.
# Lesson: HMAC-SHA256 between two sides that both have AES-GMAC points to a typo in the server's file. From the third server a
# client without HMAC-SHA256 gets INVALID_PARAMETER, as if nothing were in common.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=2:4.17.12+dfsg-0+deb12u4 samba-common-bin=2:4.17.12+dfsg-0+deb12u4 libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, time
libraries, folder = sys.argv[1:]
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
def negotiate(port, algorithms):
    for _ in range(100):
        try: connection = socket.create_connection(("127.0.0.1", port), timeout=10); break
        except ConnectionRefusedError: time.sleep(0.2)
    else: raise SystemExit("smbd did not start")
    body = struct.pack("<HHHHI", 36, 1, 1, 0, 0x7F) + b"client of a test" + struct.pack("<IHHHH", 104, 2, 0, 0x0311, 0)
    body += struct.pack("<HHI", 1, 38, 0) + struct.pack("<HHH", 1, 32, 1) + b"salt" * 8 + bytes(2)
    body += struct.pack("<HHI", 8, 2 + 2 * len(algorithms), 0) + struct.pack("<%dH" % (1 + len(algorithms)), len(algorithms), *algorithms)
    message = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(16) + body
    connection.sendall(struct.pack(">I", len(message)) + message)
    reply = connection.recv(struct.unpack(">I", connection.recv(4, socket.MSG_WAITALL))[0], socket.MSG_WAITALL)
    connection.close()
    status = struct.unpack_from("<I", reply, 8)[0]
    if status: return "%08x" % status
    place = struct.unpack_from("<I", reply, 124)[0]
    for _ in range(struct.unpack_from("<H", reply, 70)[0]):
        kind, length = struct.unpack_from("<HH", reply, place)
        if kind == 8: return struct.unpack_from("<H", reply, place + 10)[0]
        place += 8 + length + -length % 8
    return None
def run(number, line):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    state = "%s/state%d" % (folder, number)
    os.mkdir(state)
    path = state + "/smb.conf"
    with open(path, "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
        for place in ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir"):
            file.write("%s = %s\n" % (place, state))
        if line: file.write("server smb3 signing algorithms = %s\n" % line)
    test = subprocess.run(["root/usr/bin/testparm", "-s", path], env=loader, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", path], env=dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try: return test.returncode, "signing" in test.stderr.lower(), negotiate(port, [2, 1, 0]), negotiate(port, [2, 1])
    finally:
        server.terminate()
        server.wait()
rows = [
    ("", (0, False, 2, 2)), ("AES-128-CMAC", (0, False, 1, 1)), ("AES-256-GMAC", (0, False, 0, "c000000d")),
    ("AES-256-GMAC, AES-128-CMAC", (0, False, 0, 1))]
right = True
for number, (line, wanted) in enumerate(rows):
    seen = run(number, line)
    print(line or "nothing", *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
python3 look.py "$libraries" "$folder"
