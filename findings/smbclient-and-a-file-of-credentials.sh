#!/bin/sh
# Which user does smbclient log on as when a file of credentials (-A) is not written quite as its manual has it?
#
# Guess before the run: a blank behind the name is dropped, domain= counts more than the domain in the name, and a line that
# smbclient does not know is an error.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the domain and user in the AUTHENTICATE message, as the
# server's log has them, for a program that runs as “runner”:
#
#   username=alice, domain=LAB            LAB         alice
#   the same, with CR LF                  LAB         alice
#   username=LAB\alice, domain=OTHER      LAB         alice
#   username=alice and a blank            WORKGROUP   alice and a blank
#   username="alice"                      WORKGROUP   "alice"
#   user=alice                            WORKGROUP   runner
#
# user= is what mount.cifs has in its options; here smbclient skips the line silently, and the password of the file goes
# out for another user.
# Lesson: look at the user in the packet, with its blanks and marks, before the password is doubted.
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
    file.write("[share]\npath = %s/share\nguest ok = yes\n" % folder)
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, USER="runner", LOGNAME="runner")
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"],
    env=dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def events():
    with open(state + "/log") as file: found = [json.loads(line) for line in file if line.lstrip().startswith("{")]
    return [(one["Authentication"]["clientDomain"], one["Authentication"]["clientAccount"]) for one in found if "Authentication" in one]
rows = [
    ("username=alice\npassword=secret\ndomain=LAB\n", ("LAB", "alice")),
    ("username=alice\r\npassword=secret\r\ndomain=LAB\r\n", ("LAB", "alice")),
    ("username=LAB\\alice\npassword=secret\ndomain=OTHER\n", ("LAB", "alice")),
    ("username=alice \npassword=secret\n", ("WORKGROUP", "alice ")), ('username="alice"\npassword=secret\n', ("WORKGROUP", '"alice"')),
    ("user=alice\npassword=secret\n", ("WORKGROUP", "runner"))]
right = True
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    for text, wanted in rows:
        with open("credentials", "w", newline="") as file: file.write(text)
        done = subprocess.run(
            ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/share", "-A", "credentials", "-c", "ls"],
            env=loader, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        seen = events()[-1]
        print(repr(text), *map(repr, seen), done.returncode)
        right = right and seen == wanted and done.returncode == 0
finally: server.terminate()
server.wait()
assert right, "this has changed"
P
python3 look.py "$libraries" "$folder"
