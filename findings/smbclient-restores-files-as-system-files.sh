#!/bin/sh
# Which attributes and times have the files that “smbclient -Tx” put back on a share from an archive, and does its status tell what is missing?
#
# Guess before the run: the times of the archive. Nothing was guessed about attributes: one expects “archive” alone, and that a second run writes
# the same files again. A file that cannot be read for the archive makes the status 1.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), an archive of tar with a file of 2001:
#
#   -Tx                                   status 0; the file is a system file (attributes AS), with its time of 2001
#   -Tx again                             status 1, ACCESS_DENIED: smbd overwrites no system file for a request that does not say so
#   put of that file, by the client       ACCESS_DENIED as well
#   setmode one -s, then -Tx              status 0
#   -Tc, one file of which is unreadable  status 0, “dumped 1 files”; it is not in the archive
#   -Tc of a name that is not there       status 1
#
# Windows hides system files, and many programs leave them out.
# Lesson: after a restore with smbclient or smbtar look at the attributes (setmode NAME -s takes it away); after a backup compare the number of
# files, not the status.
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
  libwbclient0=$version libuid-wrapper >&2
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
server = start({"share": ""}, "force create mode = 0666\nforce directory mode = 0777")
def attributes(name):
    """The attributes and the year of a file."""
    words = smbclient("share", "-c", "ls " + name)[1].splitlines()[0].split()
    return words[1], words[-1]
def last(result): return result[0], result[1].splitlines()[-1] if result[1] else ""
try:
    with open("one", "w") as file: file.write("1")
    subprocess.run(["tar", "--mtime=2001-02-03 04:05:06Z", "-cf", "in.tar", "one"], check=True)
    seen = {"first": last(smbclient("share", "-Tx", "in.tar")), "attributes": attributes("one"), "again": last(smbclient("share", "-Tx", "in.tar"))}
    seen["put"] = last(smbclient("share", "-c", "put one"))
    seen["after -s"] = last(smbclient("share", "-c", "setmode one -s")), last(smbclient("share", "-Tx", "in.tar"))
    with open("other", "w") as file: file.write("2")
    smbclient("share", "-c", "put other")
    os.chmod("shares/share/other", 0o600)
    status, said = smbclient("share", "-Tc", "out.tar")
    seen["backup"] = status, "dumped 1 files" in said, run("tar", "tf", "out.tar")[1]
    seen["no such name"] = smbclient("share", "-Tc", "none.tar", "nosuch")[0]
finally: server.terminate()
server.wait()
for each in seen.items(): print(*each)
refused = "NT_STATUS_ACCESS_DENIED opening remote file \\one"
assert seen == {
    "first": (0, ""), "attributes": ("AS", "2001"), "again": (1, "Error opening remote file \\one: NT_STATUS_ACCESS_DENIED"), "put": (1, refused),
    "after -s": ((0, ""), (0, "")), "backup": (0, True, "./one"), "no such name": 1}, "this has changed"
P
# In a namespace with a network of its own, for port 445, and of processes, which ends those of smbd.
unshare -rnpf sh -c 'ip link set lo up; exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
