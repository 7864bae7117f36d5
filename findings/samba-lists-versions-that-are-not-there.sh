#!/bin/sh
# Which versions does shadow_copy2 list for a file, out of the folders of snapshots, with “shadow:format = daily-%Y%m%d”?
#
# Guess before the run: those of the folders whose whole name fits and that hold the file; daily-20231115b fits not.
# Seen (samba, samba-vfs-modules and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the folders daily-20231114, daily-20231115,
# daily-20231115b and weekly-1, each with the file old:
#
#   smbclient allinfo old    @GMT-2023.11.15-00.00.00, twice, and @GMT-2023.11.14-00.00.00
#   smbclient allinfo new    the same three, though no snapshot has this file
#   get old of 2023.11.14-00.00.00 and 2023.11.14-22.13.20   both daily-20231114: the time of day is not in the form
#   get new of 2023.11.14-00.00.00                           OBJECT_NAME_NOT_FOUND
#
# A name counts when its front fits; the file is not looked for.
# Lesson: a version in the answer to FSCTL_SRV_ENUMERATE_SNAPSHOTS, and OBJECT_NAME_NOT_FOUND when it is opened, is usual. Where two
# folders have the same time, one of them cannot be reached; keep copies under names that begin in another way.
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
  samba-common-bin=$version samba-vfs-modules=$version libwbclient0=$version libuid-wrapper >&2
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
def smb(commands):
    return subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/share", "-U", "games%secret", "-c", commands],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60).stdout
write("", "[share]\npath = FOLDER/share\nvfs objects = shadow_copy2\nshadow:mountpoint = FOLDER/share\nshadow:snapdir = snaps\n"
      "shadow:format = daily-%Y%m%d\n")
for name in ("daily-20231114", "daily-20231115", "daily-20231115b", "weekly-1"):
    os.makedirs("share/snaps/" + name)
    with open("share/snaps/" + name + "/old", "w") as file: file.write("copy of " + name + ".")
for name in ("old", "new"): open("share/" + name, "w").close()
# games is a user of each Debian.
add("games")
server = start()
try:
    seen = {name: sorted(re.findall(r"^@GMT-(\S+)$", smb("allinfo " + name), re.M)) for name in ("old", "new")}
    for when, name in (("2023.11.14-00.00.00", "old"), ("2023.11.14-22.13.20", "old"), ("2023.11.14-00.00.00", "new")):
        seen[when, name] = re.findall(r"copy of ([\w-]+)|NT_STATUS_(\w+)", smb("get @GMT-%s\\%s -" % (when, name)))[0]
finally: server.terminate()
server.wait()
for one in seen.items(): print(*one)
listed = ["2023.11.14-00.00.00"] + ["2023.11.15-00.00.00"] * 2
copy = "daily-20231114", ""
assert list(seen.values()) == [listed, listed, copy, copy, ("", "OBJECT_NAME_NOT_FOUND")], "this has changed"
P
# smbd looks for its modules in one place alone; a namespace has them there.
unshare -rm sh -c 'mount -t overlay overlay -o "lowerdir=$1/root/usr/lib:/usr/lib" /usr/lib && exec python3 look.py "$0" "$1"' \
  "$libraries" "$folder"
