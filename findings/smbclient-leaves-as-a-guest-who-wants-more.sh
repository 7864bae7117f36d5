#!/bin/sh
# What does smbclient say when it wants signing or encryption, and the server makes its user a guest?
#
# Guess before the run: it leaves behind the logon, with NO_USER_SESSION_KEY; with “desired” it goes on without encryption.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm, “map to guest = bad user”, a share for guests, 3.1.1):
#
#   smbclient                           user games   unknown user    no user (-U %)
#   (defaults)                          SUCCESS      SUCCESS         SUCCESS
#   --client-protection=sign            SUCCESS      ACCESS_DENIED   SUCCESS
#   client smb encrypt = desired        SUCCESS      ACCESS_DENIED   goes on in clear, with a word about INVALID_PARAMETER_MIX
#   client smb encrypt = required       SUCCESS      ACCESS_DENIED   INVALID_PARAMETER_MIX
#
# The server said SUCCESS to each SESSION_SETUP; the recording has its flag IS_GUEST, and then the end of the connection. smbclient names
# the check of the mechListMIC as the reason; a guest has no key that both sides know.
# Lesson: “session setup failed: NT_STATUS_ACCESS_DENIED” with a SUCCESS in the recording is a wrong user name on a server that makes
# guests of such users, and a client that wants to be safe. “desired” is as strict as “required” there.
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
def smb(user, *options):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/share", "-U", user, "-c", "ls", *options],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status and out.returncode else "SUCCESS, " + status[1] if status else "SUCCESS"
write("log level = 3\nmap to guest = bad user", "[share]\npath = FOLDER/share\nguest ok = yes\n")
# games is a user of each Debian.
add("games")
OPTIONS = [[], ["--client-protection=sign"], ["--option=client smb encrypt=desired"], ["--option=client smb encrypt=required"]]
server = start()
try: seen = [[smb(user, *options) for user in ("games%secret", "somebody%secret", "%")] for options in OPTIONS]
finally: server.terminate()
server.wait()
for options, row in zip(OPTIONS, seen): print(*options, *row)
mix = "INVALID_PARAMETER_MIX"
assert seen == [
    ["SUCCESS"] * 3, ["SUCCESS", "ACCESS_DENIED", "SUCCESS"], ["SUCCESS", "ACCESS_DENIED", "SUCCESS, " + mix],
    ["SUCCESS", "ACCESS_DENIED", mix]], "this has changed"
with open("state/log") as file: assert "session setup failed" not in file.read().lower(), "the server's answer has changed"
P
python3 look.py "$libraries" "$folder"
