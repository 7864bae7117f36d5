#!/bin/sh
# Which words does gio, and so a file manager of GNOME, have for a share that refuses something, and what does it refuse by itself?
#
# Guess before the run: a file that is read-only cannot be written, and gio info says so; to rename a file to the name of another is refused.
# Nothing was guessed about the words: one expects “permission denied” with the name of the file on the share, and a change of capitals to
# be done.
# Seen (gvfs-backends 1.50.3-1+deb12u1 of Debian bookworm; smbd 2:4.17.12+dfsg-0+deb12u4):
#
#   gio remove of a read-only file            Invalid argument; the server: CANNOT_DELETE
#   gio copy of a local file onto it          “file:///…/local: Invalid argument”: the name of the local file
#   gio copy into a folder that is not there  “file:///…/local: No such file or directory”
#   gio remove of a file without access       is done: the folder decides
#   gio cat of it                             Permission denied
#   gio rename “folder” to “Folder”           “filename already exists”
#   gio move “mine” to “Mine”                 done
#   gio rename of a file to “a:b”             Invalid argument
#   gio monitor                               Operation not supported
#
# Lesson: “Invalid argument” at such a client is an attribute or a sign in a name; the status in the recording says which. For capitals take
# gio move, or another name in between.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version samba-common-bin=$version smbclient=$version libsmbclient=$version \
  libwbclient0=$version gvfs=1.50.3-1+deb12u1 gvfs-backends=1.50.3-1+deb12u1 gvfs-daemons=1.50.3-1+deb12u1 \
  gvfs-libs=1.50.3-1+deb12u1 gvfs-common=1.50.3-1+deb12u1 libglib2.0-bin dbus-daemon dbus-bin dbus-session-bus-common libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
mkdir state
cat > look.py <<'P'
import os, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def start(shares, settings="", users=("games",)):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = 445\nnetbios name = FS\n")
        file.write("log file = %s/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places) + settings + "\n")
        for name, more in shares.items():
            os.makedirs("shares/" + name, exist_ok=True)
            os.chmod("shares/" + name, 0o777)
            file.write("[%s]\npath = %s/shares/%s\nread only = no\n%s\n" % (name, folder, name, more))
    for user in users:
        subprocess.run(
            ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", user], env=root, input="secret\nsecret\n", text=True,
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 445), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def run(*words, env=loader, **more):
    out = subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, **more)
    return out.returncode, out.stdout.strip()
U = "smb://games@127.0.0.1/share/"
def gio(*words, **more):
    """The status and the last line of words, without the folder."""
    status, said = run("gio", *words, **more)
    lines = [line for line in said.splitlines() if line and "WARNING" not in line]
    return status, lines[-1].replace("file://" + folder, "file://").removeprefix("gio: ").replace(U, "") if lines else ""
server = start({"share": ""}, "force create mode = 0666\nforce directory mode = 0777")
try:
    with open("local", "w") as file: file.write("x")
    status = gio("mount", U, input="WORKGROUP\nsecret\n")[0]
    for name in "fixed", "mine", "closed", "plain": assert gio("copy", "local", U + name)[0] == 0, name
    assert gio("mkdir", U + "folder")[0] == 0
    assert run("root/usr/bin/smbclient", "-s", "/dev/null", "//127.0.0.1/share", "-U", "games%secret", "-c", "setmode fixed +r")[0] == 0
    os.chmod("shares/share/closed", 0o600)
    seen = {" ".join(words).replace(U, ""): gio(*words) for words in (
        ("remove", U + "fixed"), ("copy", "local", U + "fixed"), ("copy", "local", U + "none/x"), ("cat", U + "closed"), ("remove", U + "closed"),
        ("rename", U + "folder", "Folder"), ("move", U + "mine", U + "Mine"), ("rename", U + "plain", "a:b"), ("monitor", "-d", U))}
    names = sorted(os.listdir("shares/share"))
finally: server.terminate()
server.wait()
print(status, names)
for each in seen.items(): print(*each)
assert status == 0 and names == ["Mine", "fixed", "folder", "plain"], "the files have changed"
bad = "Invalid argument"
assert seen == {
    "remove fixed": (1, "fixed: " + bad), "copy local fixed": (1, "file:///local: " + bad),
    "copy local none/x": (1, "file:///local: No such file or directory"), "cat closed": (2, "closed: Permission denied"), "remove closed": (0, ""),
    "rename folder Folder": (1, "Can’t rename file, filename already exists"), "move mine Mine": (0, ""), "rename plain a:b": (1, bad),
    "monitor -d ": (1, ": Operation not supported")}, "the words have changed"
P
mkdir home
# In a namespace with a network of its own, for port 445, of processes, which ends them all, and with the programs in their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && mount -t tmpfs run /run &&
  export HOME="$1/home" XDG_RUNTIME_DIR="$1/home" GVFS_DISABLE_FUSE=1 && exec dbus-run-session -- python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
