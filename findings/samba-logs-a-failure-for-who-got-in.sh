#!/bin/sh
# What does Samba's log of logons (auth_json_audit) say of an unknown user who became a guest?
#
# Guess before the run: one event of a good logon, NT_STATUS_OK and 4624, with the guest's account in becameAccount. A share
# that is then refused has an event of its own.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm, “map to guest = bad user”, auth_json_audit:5), a
# user “unknown” who lists the share, and then one that only alice may use:
#
#   smbclient //127.0.0.1/share     exit status 0
#   the log                         Authentication   4625, NT_STATUS_NO_SUCH_USER, becameAccount null
#                                   Authorization    account nobody
#   smbclient //127.0.0.1/private   NT_STATUS_ACCESS_DENIED
#   the log                         the same two events, not a word of the share
#
# The event of success does not name the user, and its sessionId is a GUID that no packet has. Address and port join it to
# the failure, and both to the recording.
# Lesson: 4625 in a server's log does not prove that the user was kept out, and a log without a failure does not prove that
# a share was open. SESSION_SETUP with IS_GUEST and the answer to TREE_CONNECT tell.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version \
  libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
cat > look.py <<'P'
import json, os, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
listener.close()
state = folder + "/state"
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
    file.write("log level = 0 auth_json_audit:5\nmap to guest = bad user\n" + "".join("%s = %s\n" % (place, state) for place in places))
    file.write("[share]\npath = %s/share\nguest ok = yes\n[private]\npath = %s/share\nvalid users = alice\n" % (folder, folder))
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"],
    env=dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def visit(share):
    return subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", "unknown%secret", "-c", "ls"],
        env=loader, capture_output=True, text=True, timeout=60)
def events():
    with open(state + "/log") as file: lines = [line.strip() for line in file]
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return [(one["type"], one[one["type"]]) for one in found]
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    good = visit("share")
    first = events()
    bad = visit("private")
    time.sleep(1)
    both = events()
finally: server.terminate()
server.wait()
print("share", good.returncode, "private", bad.returncode, bad.stdout.strip())
def short(event):
    kind, one = event
    return (kind, one.get("eventId"), one.get("status"), one.get("becameAccount"), one.get("account"))
for one in both: print(*short(one))
wanted = [("Authentication", 4625, "NT_STATUS_NO_SUCH_USER", None, None), ("Authorization", None, None, None, "nobody")]
assert good.returncode == 0 and "NT_STATUS_ACCESS_DENIED" in bad.stdout, "the guest's access has changed"
assert [short(one) for one in first] == wanted, "this has changed"
assert [short(one) for one in both] == wanted + wanted, "this has changed"
assert both[1][1]["remoteAddress"] == both[0][1]["remoteAddress"] and "-" in both[1][1]["sessionId"], "this has changed"
P
python3 look.py "$libraries" "$folder"
