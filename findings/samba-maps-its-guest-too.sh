#!/bin/sh
# Which users does “username map” (or its script) of smb.conf concern, and what if it names a user that the host does not know?
#
# Guess before the run: LOGON_FAILURE for those who are mapped to an unknown user. Nothing was guessed about alice*, a pattern, and
# about unknown users; there is “map to guest = bad user”.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), %u in “preexec” when each connects with the password of games:
#
#   in the map             games    alice    unknown
#   games = alice          games    games    nobody, the guest
#   games = alice*         games    games    games
#   nobody = games         nobody   nobody   nobody
#   nosuch = alice         games    nobody   nobody
#   nosuch = *             smbd does not start: “failed to setup guest info”
#
# A star anywhere in the line means everybody, and there are no patterns. Everybody includes the guest account, which smbd looks up
# when it starts. games, mapped to one who has no password, comes as the guest.
# Lesson: after a change of the map a closed port 445 may be its last line; write * alone and behind all other lines. An unknown user
# who is no guest was mapped.
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
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("log file = %s/state/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write((settings + "\n" + shares).replace("FOLDER", folder))
def add(user):
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", user], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def start():
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def visit(share, commands="quit", user="games%secret", *more):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", user, "-c", commands, *more],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status else "SUCCESS" if out.returncode == 0 else out.stdout
def run(line):
    with open("map", "w") as file: file.write(line + "\n")
    server = start()
    try:
        for user in ("games", "alice", "unknown"): visit("share", "quit", user + "%secret")
    finally: server.terminate()
    server.wait()
    names = open("share/names").read().split()
    os.remove("share/names")
    return names
write(
    "username map = FOLDER/map\nmap to guest = bad user",
    "[share]\npath = FOLDER/share\nguest ok = yes\npreexec = sh -c 'echo %u >> FOLDER/share/names'\n")
open("map", "w").close()
# games and nobody are users of each Debian.
add("games")
seen = {line: run(line) for line in ("games = alice", "games = alice*", "nobody = games", "nosuch = alice")}
with open("map", "w") as file: file.write("nosuch = *\n")
smbd = subprocess.run(["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, capture_output=True, timeout=60)
seen["nosuch = *"] = [str(smbd.returncode != 0), str("failed to setup guest info" in open("state/log").read())]
for one in seen.items(): print(*one)
assert list(seen.values()) == [
    ["games", "games", "nobody"], ["games"] * 3, ["nobody"] * 3, ["games", "nobody", "nobody"], ["True", "True"]], "this has changed"
P
python3 look.py "$libraries" "$folder"
