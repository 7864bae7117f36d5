#!/bin/sh
# How much of a share for Time Machine is free, by “fruit:time machine max size = 100M”?
#
# Guess before the run: the limit less the bytes that are in the share.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), by a client; each share has 100 MiB for it, whatever the disk has:
#
#   nothing in the share                                      100 MiB free
#   a file of 30 MiB                                          100
#   x.sparsebundle, band-size 8 MiB, with 3 bands of 0 bytes   76
#   the same, band-size 16 MiB in Info.plist                   52
#   20 bands of 8 MiB                                           0; a file is still written, with status 0
#   the same as x.backupbundle, or in a folder of the share   100
#
# smbd reads band-size in Info.plist and counts the files in “bands”; nothing else counts.
# Lesson: a backup that finds an empty disk full, or fills a disk beyond the limit, is a matter of these two numbers. Set a quota of
# the file system where the limit must hold.
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
import re
def size():
    found = re.search(r"(\d+) blocks of size 1024\. (\d+) blocks", smbclient("share", "-c", "ls")[1])
    return int(found[1]) // 1024, int(found[2]) // 1024
BUNDLE = "shares/share/mac.sparsebundle"
def bands(number, length=8388608, bundle=BUNDLE, plist="Info.plist"):
    """A bundle with that many bands, each of which has no byte."""
    os.makedirs(bundle + "/bands", exist_ok=True)
    with open(bundle + "/" + plist, "w") as file: file.write("<plist><dict>\n<key>band-size</key>\n<integer>%d</integer>\n</dict></plist>\n" % length)
    for each in range(number):
        with open("%s/bands/%x" % (bundle, each), "w"): pass
server = start({"share": "vfs objects = fruit streams_xattr\nfruit:time machine = yes\nfruit:time machine max size = 100M"})
try:
    seen = {"empty": size()}
    with open("shares/share/large", "wb") as file: file.write(bytes(30 * 2**20))
    seen["a file of 30 MiB"] = size()
    bands(3)
    seen["3 empty bands"] = size()
    bands(0, 16777216)
    seen["the same, 16 MiB in Info.plist"] = size()
    bands(20, 8388608)
    seen["20 bands"] = size()
    with open("file", "w") as file: file.write("x" * 5000000)
    status = smbclient("share", "-c", "put file")[0]
    os.rename(BUNDLE, "shares/share/mac.backupbundle")
    seen["another ending"] = size()
    os.mkdir("shares/share/sub")
    os.rename("shares/share/mac.backupbundle", "shares/share/sub/mac.sparsebundle")
    seen["in a folder"] = size()
finally: server.terminate()
server.wait()
for each in seen.items(): print(*each)
print(status)
assert seen == {
    "empty": (100, 100), "a file of 30 MiB": (100, 100), "3 empty bands": (100, 76), "the same, 16 MiB in Info.plist": (100, 52),
    "20 bands": (100, 0), "another ending": (100, 100), "in a folder": (100, 100)} and status == 0, "this has changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
