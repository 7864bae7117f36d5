#!/bin/sh
# When does smbd say that an account is disabled, locked or has ended?
#
# Guess before the run: disabled and locked with any password, an account that has ended with the right one only. Of the flag N,
# “no password needed”, nothing was guessed.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm, accounts of pdbedit), the answer to SESSION_SETUP:
#
#                              right password       wrong password
#   usual                      SUCCESS              LOGON_FAILURE
#   disabled (D)               ACCOUNT_DISABLED     LOGON_FAILURE
#   has ended (kickoff time)   ACCOUNT_EXPIRED      LOGON_FAILURE
#   locked (L)                 ACCOUNT_LOCKED_OUT   ACCOUNT_LOCKED_OUT
#   no password needed (N)     LOGON_FAILURE        LOGON_FAILURE
#   no such account            LOGON_FAILURE        LOGON_FAILURE
#
# With N smbd looks at no password: “null passwords” is off by default, and so it refuses all.
# Lesson: ACCOUNT_DISABLED and ACCOUNT_EXPIRED mean that the password was right, ACCOUNT_LOCKED_OUT means nothing about it. Where
# LOGON_FAILURE comes with a password that is surely right, look at the account's flags: pdbedit -Lw.
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
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
        file.write("smb ports = %d\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write(shares.replace("PATH", folder + "/share"))
def start():
    return subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def wait():
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def visit(share, user):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", user, "-c", "quit"], env=loader,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status else "SUCCESS" if out.returncode == 0 else out.stdout
# Users of each Debian, which need an account on the host for smbd.
ACCOUNTS = {
    "games": [], "daemon": ["-c", "[D          ]"], "bin": ["--kickoff-time=1000000000"], "man": ["-c", "[L          ]"],
    "lp": ["-c", "[N          ]"]}
def account(*arguments):
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", *arguments], env=root, input="secret\nsecret\n", text=True, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
write("[share]\npath = PATH\n")
for name, change in ACCOUNTS.items():
    account("-a", "-t", "-u", name)
    if change: account("-r", "-u", name, *change)
server = start()
try:
    wait()
    seen = {name: [visit("share", name + "%" + password) for password in ("secret", "wrong")] for name in [*ACCOUNTS, "nosuch"]}
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
bad = "LOGON_FAILURE"
assert list(seen.values()) == [
    ["SUCCESS", bad], ["ACCOUNT_DISABLED", bad], ["ACCOUNT_EXPIRED", bad], ["ACCOUNT_LOCKED_OUT"] * 2, [bad, bad], [bad, bad]], (
    "this has changed")
P
python3 look.py "$libraries" "$folder"
