#!/bin/sh
# May the list of negotiate contexts begin later than right behind the dialects?
#
# Guess before the run: yes. The offset in the header says where the list begins, and has to be a multiple of 8, no more.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), NEGOTIATE with the dialect 3.1.1 alone: no.
#
#   one PREAUTH_INTEGRITY, right behind the dialects        SUCCESS
#   the same with 8 or 16 zero bytes before it              INVALID_PARAMETER
#   the same with 40 bytes behind the last context          SUCCESS
#
# Lesson: an INVALID_PARAMETER to NEGOTIATE may be about a place and not about a value. Compare NegotiateContextOffset
# with the end of the dialects, rounded up to 8, before looking for a wrong algorithm.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=2:4.17.12+dfsg-0+deb12u4 libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, time
libraries, folder = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
listener.close()
state = folder + "/state"
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
    file.write("".join("%s = %s\n" % (place, state) for place in places))
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf", "-l", state],
    env=dict(os.environ, LD_LIBRARY_PATH=libraries, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"),
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def connect():
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", port), timeout=10)
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
PREAUTH = struct.pack("<HHI", 1, 38, 0) + struct.pack("<HHH", 1, 32, 1) + b"salt" * 8 + bytes(2)
def ask(*contexts, before=0, behind=0):
    # Header, 36 bytes of NEGOTIATE, one dialect, and 2 bytes up to a multiple of 8.
    place = 64 + 36 + 4 + before
    body = struct.pack("<HHHHI", 36, 1, 1, 0, 0x7F) + b"client of a test" + struct.pack("<IHHHH", place, len(contexts), 0, 0x0311, 0)
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(16)
    request = header + body + bytes(before) + b"".join(contexts) + bytes(behind)
    with connect() as connection:
        connection.sendall(struct.pack(">I", len(request)) + request)
        return "0x%08x" % struct.unpack_from("<I", connection.recv(4 + 64, socket.MSG_WAITALL), 12)[0]
try:
    seen = {
        "one": ask(PREAUTH), "8 before": ask(PREAUTH, before=8), "16 before": ask(PREAUTH, before=16),
        "40 behind": ask(PREAUTH, behind=40)}
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
refused = [name for name, status in seen.items() if status == "0xc000000d"]
assert refused == ["8 before", "16 before"], "this has changed"
assert all(status == "0x00000000" for name, status in seen.items() if name not in refused), "this has changed"
P
python3 look.py "$libraries" "$folder"
