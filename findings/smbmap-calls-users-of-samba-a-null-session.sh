#!/bin/sh
# What does smbmap, which lists shares and what a user may do there, call the session of a user with the right password?
#
# Guess before the run: authenticated; a guest's a guest session.
# Seen (smbmap 1.10.8, impacket 0.13.1, Python 3.11; samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the user games:
#
#   the server's shares                          smbmap
#   share, IPC$                                  Status: NULL Session
#   share, IPC$, ADMIN$ (one more of smb.conf)   Status: Authenticated
#
# A session without a share of the name ADMIN$ is a “NULL session” to it. Windows has that share always, Samba has not.
# Lesson: in a report about a Samba server or a NAS this word is no proof that it lets anybody in. SESSION_SETUP says what a session
# is: its flags are 1 for a guest and 2 for a session without a user.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version \
  samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share home
python3 -m venv v
v/bin/pip -q install smbmap==1.10.8 impacket==0.13.1
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, HOME=folder + "/home")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def start(settings, shares):
    """smbd at port 445 of this network namespace, with games (a user of each Debian) as its user."""
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = 445\nlog level = 3\n")
        file.write("log file = %s/state/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write((settings + "\n" + shares).replace("FOLDER", folder))
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 445), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def status(shares):
    server = start("", shares)
    try:
        words = ["v/bin/smbmap", "-H", "127.0.0.1", "-u", "games", "-p", "secret", "--no-banner", "--no-color"]
        home = dict(os.environ, HOME=folder + "/home")
        done = subprocess.run(words, env=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    finally: server.terminate()
    server.wait()
    found = re.search("Status: (.*)", done.stdout)
    return found[1].strip() if found else done.stdout
share = "[share]\npath = FOLDER/share\n"
seen = status(share), status(share + "[ADMIN$]\npath = FOLDER/share\n")
print(*seen, sep="\n")
with open("state/log") as file: users = set(re.findall(r"Auth: \[SMB2.*?user \[\w*\]\\\[(\w*)\].*?status \[(\w+)\]", file.read()))
print(users)
assert seen == ("NULL Session", "Authenticated"), "this has changed"
assert ("games", "NT_STATUS_OK") in users, "games was not let in"
P
unshare -rn sh -c 'ip link set lo up && exec "$@"' sh v/bin/python look.py "$libraries" "$folder"
