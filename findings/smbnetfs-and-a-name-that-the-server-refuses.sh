#!/bin/sh
# A program asks smbnetfs, which makes folders of the hosts of SMB (FUSE), for a file whose name the server does not allow, as a:b.
#
# Guess before the run: an error for this name, “invalid argument” or “no such file”, as for any other that is not there.
# Seen (smbnetfs 0.6.3-1, libsmbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), and the next question, for a good file:
#
#   first                                          then, hello
#   nosuch: no such file                           read
#   a share that refuses the user: permission      read
#   a:b, a"b, a|b: EIO                             EIO, for all files of this host, for about three seconds
#
# The server says OBJECT_NAME_INVALID, the library EINVAL, and smbnetfs takes that for a broken connection.
# Lesson: “Input/output error” now and then, for files that are there, may be the work of another program with a bad name. In the recording
# there is a healthy session, one OBJECT_NAME_INVALID and a pause.
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
  samba-common-bin=$version libwbclient0=$version libuid-wrapper smbnetfs=0.6.3-1 libfuse2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share home
mkdir mount home/.smb
echo hello > share/hello
cat > home/.smb/smbnetfs.conf <<'C'
auth "127.0.0.1" "LAB/games" "secret"
C
chmod 600 home/.smb/smbnetfs.conf
cat > look.py <<'P'
import errno, os, socket, subprocess, sys, time
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
def read(path):
    try:
        with open("mount/127.0.0.1/" + path) as file: return file.read().strip()
    except OSError as error: return errno.errorcode[error.errno]
def pause():
    """How long the good file cannot be read."""
    start = time.time()
    while read("share/hello") != "hello" and time.time() < start + 30: time.sleep(0.2)
    return time.time() - start
server = start("", "[share]\npath = FOLDER/share\n[closed]\npath = FOLDER/share\nvalid users = nobody\n")
folders = subprocess.Popen(["root/usr/bin/smbnetfs", folder + "/mount", "-f"], env=loader, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    pause()
    seen = []
    for path in ["share/nosuch", "closed/hello"] + ["share/a%sb" % letter for letter in ':"|']:
        row = path, read(path), read("share/hello"), pause()
        print(*row)
        seen.append(row)
finally:
    folders.terminate()
    folders.wait()
    server.terminate()
server.wait()
assert [row[1:3] for row in seen] == [("ENOENT", "hello"), ("EACCES", "hello")] + [("EIO", "EIO")] * 3, "this has changed"
assert all(1 < row[3] < 20 for row in seen[2:]), "the pause has changed"
P
unshare -rnm sh -c 'ip link set lo up && exec "$@"' sh python3 look.py "$libraries" "$folder"
