#!/bin/sh
# Does each client get its own log with “log file = log.%m”, as many a smb.conf has it, and what is %a, its system?
#
# Guess before the run: yes, in small letters; the address where a client says no name. A wrong password is in the log of the client, for
# its name is known by then. %a is Samba or UNKNOWN.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, Python 3.11), at 3.1.1:
#
#   client                                what smbd writes             file
#   smbclient -n OtherPC, good            its share                    log.otherpc
#   smbclient -n OtherPC, bad password    WRONG_PASSWORD               log.127.0.0.1
#   smbclient -n OtherPC, no such share   the missing share            log.otherpc
#   impacket, which says no name          its share                    log., with nothing behind the dot
#   %a in “preexec”, for both                                          Vista
#
# %m is what the client writes into its AUTHENTICATE message. smbd opens the file of that name behind the good logon. %a comes
# from SMB1 and is Vista for each client of SMB2.
# Lesson: look for wrong passwords in log.ADDRESS. A host that has no log of its own may have come without a name, and a file
# with its name may be another's. %a tells nothing; look in the recording for the program.
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
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
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
from impacket.smbconnection import SMBConnection
write("log level = 3\nlog file = FOLDER/state/log.%m", "[share]\npath = FOLDER/share\npreexec = sh -c 'echo %a >> FOLDER/share/systems'\n")
# games is a user of each Debian.
add("games")
server = start()
try:
    seen = [visit("share", "quit", "games%secret", "-n", "OtherPC"), visit("share", "quit", "games%wrong", "-n", "OtherPC"),
            visit("nosuch", "quit", "games%secret", "-n", "OtherPC")]
    connection = SMBConnection("SRV", "127.0.0.1", sess_port=port)
    connection.login("games", "secret")
    connection.connectTree("share")
    connection.close()
    time.sleep(1)
finally: server.terminate()
server.wait()
logs = {name: open("state/" + name).read() for name in sorted(os.listdir("state")) if name.startswith("log.")}
for text in ("connect to service share", "NT_STATUS_WRONG_PASSWORD", "find service nosuch"):
    seen.append([name for name, lines in logs.items() if text in lines])
seen.append(open("share/systems").read().split())
for one in seen: print(one)
assert seen == [
    "SUCCESS", "LOGON_FAILURE", "BAD_NETWORK_NAME", ["log.", "log.otherpc"], ["log.127.0.0.1"], ["log.otherpc"], ["Vista"] * 2], (
    "this has changed")
P
v/bin/python look.py "$libraries" "$folder"
