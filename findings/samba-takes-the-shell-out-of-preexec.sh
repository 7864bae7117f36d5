#!/bin/sh
# Can “preexec” and “root preexec” of smb.conf hold a line of shell, with > and ||?
#
# Guess before the run: yes. smb.conf(5) says “command”, its own example ends with &, and smbd gives the line to /bin/sh.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), with “preexec close = yes”:
#
#   preexec                                TREE_CONNECT
#   test -e / || exit 1                    ACCESS_DENIED
#   test -e / && test -e /usr              ACCESS_DENIED
#   test -e / ; true                       ACCESS_DENIED
#   sh -c 'test -e / || exit 1'            SUCCESS
#   test -e /                              SUCCESS
#   echo %u >> FILE                        SUCCESS, and no FILE
#   sh -c 'echo %u >> FILE'                SUCCESS, and the name in FILE
#
# Outside of quotes, test and echo get the signs of the shell as words; smbd takes their meaning away (a backslash in front).
# Lesson: put the whole line into sh -c '…'. An ACCESS_DENIED at TREE_CONNECT for everybody may come from || in a line that works
# when it is typed; a list of visitors that stays empty, from >>.
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
LINES = {
    "or": "test -e / || exit 1", "and": "test -e / && test -e /usr", "then": "test -e / ; true", "quoted": "sh -c 'test -e / || exit 1'",
    "one": "test -e /", "list": "echo %u >> FOLDER/share/list", "shell": "sh -c 'echo %u >> FOLDER/share/shell'"}
write("", "".join("[%s]\npath = FOLDER/share\npreexec = %s\npreexec close = yes\n" % one for one in LINES.items()))
# games is a user of each Debian.
add("games")
server = start()
try: seen = {name: visit(name) for name in LINES}
finally: server.terminate()
server.wait()
seen["files"] = sorted(os.listdir("share"))
for one in seen.items(): print(*one)
assert list(seen.values()) == ["ACCESS_DENIED"] * 3 + ["SUCCESS"] * 4 + [["shell"]], "this has changed"
assert open("share/shell").read() == "games\n", "the line has changed"
P
python3 look.py "$libraries" "$folder"
