#!/bin/sh
# Which shares that “net usershare add” makes, or that stand in its files, does smbd have?
#
# Guess before the run: all; net refuses a share of a name that smb.conf has. “global” is no share for clients, “homes” is one. A file with
# the ends of lines of Windows, or with a note, is none; the order of its lines does not matter.
# Seen (samba, samba-common-bin and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), net ends with status 0 and no word each time:
#
#   a share as one of smb.conf                       clients get the one of smb.conf
#   global                                           a share as others
#   homes                                            BAD_NETWORK_NAME
#   comment say "hi"                                 say "hi
#   usershares in a folder that all may write        net adds and lists the share; BAD_NETWORK_NAME for clients
#
#   the file of a share, from an editor
#   the ends of lines of Windows                     a share as others
#   comment= and path= change places                 BAD_NETWORK_NAME
#   a line “# note” at the start                     BAD_NETWORK_NAME
#
# Lesson: “net usershare list” and its exit status do not tell what smbd has; ask by smbclient -L or by TREE_CONNECT. For BAD_NETWORK_NAME
# of a listed share look at the mode of the folder (1770, root) and at the lines of the file, whose order is fixed.
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
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("force create mode = 0666\nforce directory mode = 0777\nlog file = %s/state/log\n" % folder)
        file.write("".join("%s = %s/state\n" % (place, folder) for place in places))
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
def net(*words):
    out = subprocess.run(
        ["root/usr/bin/net", "-s", folder + "/smb.conf", "usershare", *words], env=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=60)
    return out.returncode, out.stdout.strip()
def visit(share):
    """The status, or the folder that the share is."""
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", "games%secret", "-c", "ls"],
        env=loader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60).stdout
    status = re.search(r"NT_STATUS_(\w+)", out)
    return status[1] if status else re.search(r"  of-(\w+) ", out)[1]
write("usershare path = FOLDER/user\nusershare max shares = 20\nusershare owner only = no\n", "[share]\npath = FOLDER/share\n")
for place in "share", "public":
    os.makedirs(place, exist_ok=True)
    open(place + "/of-" + place, "w").close()
os.mkdir("user")
os.chmod("user", 0o1770)
add("games")
server = start()
try:
    for name in "plain", "share", "global", "homes":
        assert net("add", name, folder + "/public", 'say "hi"') == (0, ""), "net refuses " + name
    listed = sorted(net("list")[1].splitlines())
    seen = {name: visit(name) for name in listed}
    comment = re.search("comment=(.*)", net("info", "plain")[1])[1]
    with open("user/plain") as file: text = file.read()
    lines = text.replace("sharename=plain", "sharename=NAME").splitlines()
    files = {
        "returns": "\r\n".join(lines) + "\r\n", "order": "\n".join([lines[0], lines[2], lines[1], *lines[3:]]) + "\n",
        "note": "# note\n" + "\n".join(lines) + "\n"}
    for name, text in files.items():
        with open("user/" + name, "w", newline="") as file: file.write(text.replace("NAME", name))
        os.chmod("user/" + name, 0o644)
    edited = {name: visit(name) for name in files}
    os.chmod("user", 0o1777)
    added = net("add", "open", folder + "/public")
    wide = "open" in net("list")[1], visit("open")
finally: server.terminate()
server.wait()
print(seen, comment, edited, added, wide)
missing = "BAD_NETWORK_NAME"
assert seen == {"plain": "public", "share": "share", "global": "public", "homes": missing}, "the names have changed"
assert comment == 'say "hi', "the comment has changed"
assert edited == {"returns": "public", "order": missing, "note": missing}, "the files have changed"
assert added == (0, "") and wide == (True, missing), "the open folder has changed"
P
python3 look.py "$libraries" "$folder"
