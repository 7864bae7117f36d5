#!/bin/sh
# Can the times and numbers of “smbstatus --json” be compared with a recording?
#
# Guess before the run: yes; session_id and tcon_id are the numbers of the wire in decimal, the times are ISO 8601 with the right zone.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), one connection, 24 minutes before midnight in UTC on a host in Tokyo:
#
#   session_id, tcon_id   SessionId and TreeId of the wire, in decimal, as texts
#   timestamp             2026-11-30T08:36:13.806611+0900: right
#   connected_at          2026-11-30T08:36:11.899677-15:00: a day late
#
# As long as UTC has another date than the host, the zone is 24 hours wrong: in the morning of Asia, in the evening of America. At
# other times of the day it is right.
# Lesson: a connection that “was made tomorrow”, or a day before its SESSION_SETUP, is this. Take the zone from “timestamp” in the same
# output.
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
cat > look.py <<'P'
import datetime, json, os, socket, subprocess, sys, threading, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
    file.write("smb ports = %d\nmap to guest = bad user\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
    file.write("[share]\npath = %s/share\nguest ok = yes\n" % folder)
ids = set()
# It stands between client and server, and keeps SessionId and TreeId of what the server says.
def forward(source, target, keep):
    data = b""
    while part := source.recv(65536):
        data += part
        while keep and len(data) >= 4 and len(data) >= 4 + (length := int.from_bytes(data[1:4], "big")):
            message, data = data[4 : 4 + length], data[4 + length :]
            ids.add((int.from_bytes(message[40:48], "little"), int.from_bytes(message[36:40], "little")))
        target.sendall(part)
def between(listener):
    while True:
        client, behind = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=forward, args=(client, behind, False), daemon=True).start()
        threading.Thread(target=forward, args=(behind, client, True), daemon=True).start()
middle = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=between, args=(middle,), daemon=True).start()
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def status(zone):
    run = subprocess.run(["root/usr/bin/smbstatus", "-s", folder + "/smb.conf", "--json"], env=dict(root, TZ=zone), capture_output=True, text=True,
                         check=True, timeout=60)
    return json.loads(run.stdout)
client = None
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    client = subprocess.Popen(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(middle.getsockname()[1]), "//127.0.0.1/share", "-U", "guest%"], env=loader,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if status("UTC")["tcons"]: break
        time.sleep(0.2)
    # A zone in which it is another day now than in UTC, and one in which it is the same.
    hour = datetime.datetime.now(datetime.timezone.utc).hour
    hours = 14 if hour >= 11 else -12
    other, same = status("LAB%+d" % -hours), status("UTC")
finally:
    if client: client.kill()
    server.terminate()
server.wait()
tree = next(one for one in other["tcons"].values() if one["service"] == "share")
print("wire", ids, tree["session_id"], tree["tcon_id"], "UTC%+d" % hours, other["timestamp"], tree["connected_at"])
assert (int(tree["session_id"]), int(tree["tcon_id"])) in ids, "the numbers have changed"
assert other["timestamp"].endswith("%+03d00" % hours), "timestamp has changed"
assert tree["connected_at"].endswith("%+03d:00" % (hours - 24 if hours > 0 else hours + 24)), "connected_at has changed"
assert next(iter(same["tcons"].values()))["connected_at"].endswith("+00:00"), "connected_at has changed"
P
python3 look.py "$libraries" "$folder"
