#!/bin/sh
# Which password does smbclient take from a file (PASSWD_FILE) or an open file (PASSWD_FD)?
#
# Guess before the run: the first line; an end of line of Windows is no part of it, a blank at the end is. That smbclient could tell of an
# error and log on all the same was not thought of.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), -U games, the password is “secret”:
#
#   PASSWD_FILE   secret, with or without an end of line     logged on
#   PASSWD_FILE   secret, and more lines                     logged on
#   PASSWD_FILE   secret, end of line of Windows             LOGON_FAILURE: the carriage return is part of it
#   PASSWD_FILE   secret and a blank                         LOGON_FAILURE
#   PASSWD_FD     secret                                     logged on, and “Error reading password from file descriptor 3: empty password”
#
# It reads the open file twice, the second time at its end.
# Lesson: a wrong password from a script may be the right one with a carriage return. An error of PASSWD_FD in a log is no failure; look for
# the logon itself.
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
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
state = folder + "/state"
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
    file.write("".join("%s = %s\n" % (place, state) for place in places) + "[share]\npath = %s/share\n" % folder)
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, KRB5CCNAME="FILE:none")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
# A user of each Debian, which needs an account on the host for smbd.
subprocess.run(
    ["root/usr/bin/pdbedit", "-s", "smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True, check=True,
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
server = subprocess.Popen(["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def visit(text, by_number):
    with open("password", "wb") as file: file.write(text)
    with open("password", "rb") as file:
        number = os.dup2(file.fileno(), 30)
        given = {"PASSWD_FD": str(number)} if by_number else {"PASSWD_FILE": "password"}
        done = subprocess.run(
            ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/share", "-U", "games", "-c", "quit"], env=dict(loader, **given),
            pass_fds=(number,), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        os.close(number)
    status = re.search(r"NT_STATUS_(\w+)", done.stdout)
    return status[1] if status else "logged on" if done.returncode == 0 else done.stdout, "empty password" in done.stdout
rows = [
    (b"secret", False, "logged on"), (b"secret\n", False, "logged on"), (b"secret\nmore\n", False, "logged on"),
    (b"secret\r\n", False, "LOGON_FAILURE"), (b"secret \n", False, "LOGON_FAILURE"), (b"secret\n", True, "logged on")]
right = True
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    for text, by_number, wanted in rows:
        seen = visit(text, by_number)
        print(text, "PASSWD_FD" if by_number else "PASSWD_FILE", *seen, flush=True)
        right = right and seen == (wanted, by_number)
finally: server.terminate()
server.wait()
assert right, "smbclient has changed"
P
python3 look.py "$libraries" "$folder"
