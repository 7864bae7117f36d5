#!/bin/sh
# What does smbspool, with which CUPS prints to Windows and Samba, do when the server refuses it?
#
# Guess before the run: one logon; exit status 2 (“authentication required”) for a wrong password, 1 for all else, at once. Nothing
# was guessed about a printer without a user in its URI.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), and what the server's log of logons has:
#
#   a wrong password in the URI             one logon, exit status 2
#   a share that is not there               a logon that is right; nothing more for 60 s; then the same again, without end
#   the same, for a printer of a class      exit status 1 at once
#   no user in the URI, no ticket           a logon as the user of the process without a password (NO_SUCH_USER), then an anonymous one;
#                                           “Tree connect failed (NT_STATUS_ACCESS_DENIED)” and exit status 2
#
# Lesson: SESSION_SETUP and a refused TREE_CONNECT every minute from a print server is a share with a wrong name in a queue, and a logon
# as “lp” or “root” one whose queue has no user. The last refusal is not that of the first logon.
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
import json, os, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = {name: value for name, value in dict(os.environ, LD_LIBRARY_PATH=libraries).items() if name != "KRB5CCNAME"}
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
    file.write("smb ports = %d\nlog level = 0 auth_json_audit:5\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
    file.write("[share]\npath = %s/share\n" % folder)
subprocess.run(["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
               check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def logons():
    with open("state/log") as file: lines = [json.loads(line) for line in file if line.strip().startswith("{")]
    found = [line["Authentication"] for line in lines if line["type"] == "Authentication"]
    return [(one["status"].removeprefix("NT_STATUS_"), one["clientAccount"] or "anonymous") for one in found]
def spool(uri, seconds=40, **more):
    before = len(logons())
    command = ["root/usr/bin/smbspool", uri.replace("PORT", str(port)), "1", "alice", "title", "1", "", "/etc/hostname"]
    try:
        run = subprocess.run(command, env=dict(loader, **more), capture_output=True, text=True, timeout=seconds)
        status, text = run.returncode, run.stderr
    except subprocess.TimeoutExpired as late: status, text = "waits", late.stderr.decode()
    time.sleep(1)
    return status, logons()[before:], "Tree connect failed (NT_STATUS_ACCESS_DENIED)" in text
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    seen = {
        "wrong": spool("smb://games:wrong@127.0.0.1:PORT/share"), "not there": spool("smb://games:secret@127.0.0.1:PORT/nosuch", 75),
        "class": spool("smb://games:secret@127.0.0.1:PORT/nosuch", CLASS="printers"), "nobody": spool("smb://127.0.0.1:PORT/share")}
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
right, me = ("OK", "games"), subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
assert seen["wrong"] == (2, [("WRONG_PASSWORD", "games")], False), "this has changed"
assert seen["not there"] == ("waits", [right, right], False) and seen["class"] == (1, [right], False), "this has changed"
assert seen["nobody"] == (2, [("NO_SUCH_USER", me), ("OK", "anonymous")], True), "this has changed"
P
python3 look.py "$libraries" "$folder"
