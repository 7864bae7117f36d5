#!/bin/sh
# Does the exit status of smbclient -c tell that a command was refused?
#
# Guess before the run: yes, that of the last command: 1 for a folder that is there already, for one that may not be made, and so on. A
# command that is not one was an open question, and nothing was guessed about smbget with an option that it does not know.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), what smbclient prints and its status:
#
#   get, put, rm, rename, cd of what is not there or not allowed    1
#   mkdir of a folder that is there, OBJECT_NAME_COLLISION          0
#   mkdir in a share that is read-only, ACCESS_DENIED               0
#   rmdir, setmode, allinfo of nothing, OBJECT_NAME_NOT_FOUND       0
#   lcd to a folder that the host has not                           0
#   nosuch, “command not found”                                     0
#   get of nothing; then ls                                         0
#   any of these from standard input                                0
#   smbget with an option that it does not know                     0, “Downloaded 0b”
#
# Lesson: a script that looks at the status alone takes ACCESS_DENIED for success, so that its log has no failure where the
# recording has one. Let it look for NT_STATUS_ in the output as well.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
version=2:4.17.12+dfsg-0+deb12u4
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir -p state share/there
cat > look.py <<'P'
import os, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
listener.close()
state = folder + "/state"
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
    file.write("map to guest = bad user\n" + "".join("%s = %s\n" % (place, state) for place in places))
    for name, read_only in ("share", "no"), ("kept", "yes"):
        file.write("[%s]\npath = %s/share\nguest ok = yes\nread only = %s\n" % (name, folder, read_only))
os.chmod("share", 0o777)
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, HOME=folder)
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf", "-l", state],
    env=dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(100):
    try: socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionRefusedError: time.sleep(0.2)
    else: break
def run(command, name="share", typed=None):
    call = ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "-N", "//127.0.0.1/" + name]
    done = subprocess.run(call + ([] if typed else ["-c", command]), input=typed, env=loader, capture_output=True, text=True, timeout=60)
    words = [word.strip("\\") for word in (done.stdout + done.stderr).split() if word.startswith("NT_STATUS_")]
    return done.returncode, words[0][10:] if words else "not found" if "not found" in done.stdout + done.stderr else ""
MISSING, COLLISION, DENIED = "OBJECT_NAME_NOT_FOUND", "OBJECT_NAME_COLLISION", "ACCESS_DENIED"
rows = [
    ("get nosuch", "share", 1, MISSING), ("cd nosuch", "share", 1, MISSING), ("rm nosuch", "share", 1, "NO_SUCH_FILE"),
    ("rename nosuch other", "share", 1, MISSING), ("put smb.conf", "kept", 1, DENIED), ("mkdir there", "share", 0, COLLISION),
    ("mkdir new", "kept", 0, DENIED), ("rmdir nosuch", "share", 0, MISSING), ("setmode nosuch +r", "share", 0, MISSING),
    ("allinfo nosuch", "share", 0, MISSING), ("lcd /nosuch", "share", 0, ""), ("nosuch", "share", 0, "not found"), ("get nosuch; ls", "share", 0, MISSING)]
right = True
try:
    for command, name, *wanted in rows:
        seen = run(command, name)
        print(command, name, *seen, flush=True)
        right = right and seen == tuple(wanted)
    typed = run("", typed="get nosuch\n")
finally: server.terminate()
server.wait()
smbget = subprocess.run(["root/usr/bin/smbget", "--nosuch", "smb://127.0.0.1/share/file"], env=loader, capture_output=True, text=True, timeout=60)
print("standard input", *typed)
print("smbget", smbget.returncode, (smbget.stdout + smbget.stderr).split("\n")[-2])
assert right and typed == (0, MISSING), "smbclient has changed"
assert smbget.returncode == 0 and "Downloaded 0b" in smbget.stdout + smbget.stderr, "smbget has changed"
P
python3 look.py "$libraries" "$folder"
