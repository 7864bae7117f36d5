#!/bin/sh
# Where are the streams that vfs_streams_depot keeps for a file, after the server did something with the file by itself?
#
# Guess before the run: they follow mv on the server, since they are kept by the number of the file (inode); they stay behind in .streams when
# the file is deleted there, and a new file of the same number has none of them.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a file with a stream, written by a client:
#
#   mv on the server                                    the stream is there under the new name
#   a client deletes the file                           the stream is gone
#   the file loses its attribute user.SAMBA_STREAMS     at the next look of a client: no stream, and a folder “lost-” with a number
#     (a new file of that number, a copy put in its     in the share, with the stream as a file named “:s:$DATA”
#     place without attributes)
#   the client sees in the share                        the folder, and in it a file “_6ZQ2D~A”
#
# Lesson: folders lost-… that no user made are streams (Zone.Identifier and the like) of files that the server deleted or wrote again by itself. A
# backup of such a share needs its extended attributes, or all streams move out at the first visit.
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
  libwbclient0=$version samba-vfs-modules=$version libuid-wrapper >&2
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
def smbclient(share, *words):
    return run("root/usr/bin/smbclient", "-s", "/dev/null", "//127.0.0.1/" + share, "-U", "games%secret", *words)
def streams(name): return [line.split()[1] for line in smbclient("share", "-c", "allinfo " + name)[1].splitlines() if line.startswith("stream:")]
def tree(): return sorted(os.path.relpath(os.path.join(path, name), "shares/share") for path, _, names in os.walk("shares/share") for name in names)
server = start({"share": "vfs objects = streams_depot"}, "force create mode = 0666\nforce directory mode = 0777")
try:
    with open("file", "w") as file: file.write("x")
    assert smbclient("share", "-c", "put file one; put file one:s; put file two; put file two:s")[0] == 0
    os.rename("shares/share/one", "shares/share/moved")
    moved = streams("moved")
    smbclient("share", "-c", "del two")
    before = len(tree())
    attributes = [name for name in os.listxattr("shares/share/moved") if "STREAMS" in name]
    os.removexattr("shares/share/moved", attributes[0])
    after, names = streams("moved"), os.listdir("shares/share")
    lost = [name for name in names if name.startswith("lost-")]
    files = os.listdir("shares/share/" + lost[0])
    seen = smbclient("share", "-c", "ls " + lost[0] + "/*")[1].splitlines()
finally: server.terminate()
server.wait()
print(moved, before, attributes, after, names, lost, files, seen, sep="\n")
assert moved == ["[:s:$DATA],", "[::$DATA],"] and before == 2 and attributes == ["user.SAMBA_STREAMS"], "mv or the deletion has changed"
assert after == ["[::$DATA],"] and len(lost) == 1 and files == [":s:$DATA"], "the lost stream has changed"
assert seen[2].split()[0] == "_6ZQ2D~A", "its name has changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
