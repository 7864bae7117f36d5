#!/bin/sh
# Which of two values counts when a share is in smb.conf and in Samba's registry (“net conf”)?
#
# Guess before the run: with “include = registry” the later one, as for each other file: the registry over what is above that line, smb.conf
# over it below. With “registry shares = yes” smb.conf. testparm does not show a share that is in the registry alone.
# Seen (samba, samba-common-bin and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), [share] in both, “server string” in both:
#
#   smb.conf                                       comment of [share]   server string
#   registry shares = yes, [share] below it        registry             text
#   include = registry, [share] below it           registry             registry
#   include = registry, server string below it     registry             text
#
# For a share the registry counts in each case; in [global] the later line.
# testparm shows the shares of the registry, and what counts.
# Lesson: a share that acts in another way than smb.conf says: look for “registry” in it, and at “net conf list”, or take the output
# of testparm in the place of the file.
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
  samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
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
def look(first, last=""):
    write("server string = text\n" + first + "\n" + last, "[share]\npath = FOLDER/share\ncomment = text\n")
    server = start()
    try:
        listed = subprocess.run(
            ["root/usr/bin/smbclient", "-s", "/dev/null", "-g", "-p", str(port), "-L", "127.0.0.1", "-U", "games%secret"], env=loader,
            capture_output=True, text=True, timeout=60).stdout
    finally: server.terminate()
    server.wait()
    test = subprocess.run(["root/usr/bin/testparm", "-s", "smb.conf"], env=root, capture_output=True, text=True).stdout
    assert "[only]" in test and "Disk|only|" in listed, "the share of the registry has changed"
    comment, name = re.search(r"Disk\|share\|(\w+)", listed)[1], re.search(r"IPC Service \((\w+)\)", listed)[1]
    assert "comment = " + comment in test and "server string = " + name in test, "testparm says something else"
    return comment, name
write("", "")
# games is a user of each Debian.
add("games")
for command in (["addshare", "share", folder + "/share", "writeable=y", "guest_ok=n", "registry"],
                ["addshare", "only", folder + "/share", "writeable=y", "guest_ok=n", "registry"],
                ["setparm", "global", "server string", "registry"]):
    subprocess.run(["root/usr/bin/net", "-s", folder + "/smb.conf", "conf", *command], env=root, check=True)
seen = [look("registry shares = yes"), look("include = registry"), look("include = registry", "server string = text")]
for one in seen: print(*one)
assert seen == [("registry", "text"), ("registry", "registry"), ("registry", "text")], "this has changed"
P
python3 look.py "$libraries" "$folder"
