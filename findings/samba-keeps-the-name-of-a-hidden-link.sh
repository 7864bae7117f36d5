#!/bin/sh
# What does a client find, and what can it make, at a name that is a symbolic link on the server?
#
# Guess before the run: a link that leads out of the share, or “follow symlinks = no”, is ACCESS_DENIED; a link to nothing is not there, and a
# file of that name can be made. “wide links = yes” lets the client follow it out of the share.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the default; smbd says the same with “wide links = yes” alone, and, for all links,
# with “follow symlinks = no”:
#
#                            list   read                    write, mkdir, rename to it            delete
#   to a file of the share   yes    its data                its data, OBJECT_NAME_COLLISION (2)   the link
#   out of the share         no     OBJECT_NAME_NOT_FOUND   OBJECT_NAME_NOT_FOUND                 NO_SUCH_FILE
#   to nothing               no     OBJECT_NAME_NOT_FOUND   OBJECT_NAME_NOT_FOUND                 NO_SUCH_FILE
#   to itself                no     OBJECT_NAME_NOT_FOUND   OBJECT_NAME_NOT_FOUND                 NO_SUCH_FILE
#   a folder with nothing    -      an empty list           -                                     DIRECTORY_NOT_EMPTY
#     but such a link
#
# NO_SUCH_FILE is the answer to the client's search. “wide links” is without effect as long as “unix extensions” is on, as it is by default.
# Lesson: a file that no client lists or can make (“not found” when saving, for this name alone), and a folder that is empty and cannot be
# deleted, hold a link. ls -l on the server shows it.
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
import re
LINKS = {"in": "kept", "out": "FOLDER/outside", "nothing": "nosuch", "loop": "loop"}
settings = {"default": "", "wide": "wide links = yes", "nofollow": "follow symlinks = no"}
def status(share, words):
    found = re.search(r"NT_STATUS_(\w+)", smbclient(share, "-c", words)[1])
    return found[1] if found else ""
server = start(settings, "force create mode = 0666\nforce directory mode = 0777")
try:
    for name in "outside", "file":
        with open(name, "w") as file: file.write("x")
        os.chmod(name, 0o666)
    seen = {}
    for share in settings:
        top = "shares/" + share
        assert status(share, "put file kept; put file moving; mkdir d; put file d/x; del d/x") == ""
        for name, target in LINKS.items(): os.symlink(target.replace("FOLDER", folder), top + "/" + name)
        os.symlink("nosuch", top + "/d/hidden")
        listed = smbclient(share, "-c", "ls")[1]
        for name in LINKS:
            tries = [status(share, words % name) for words in ("get %s -", "put file %s", "mkdir %s", "rename moving %s", "del %s")]
            seen[share, name] = bool(re.search(r"^ *%s  " % name, listed, re.M)), tries, os.path.lexists(top + "/" + name)
        seen[share, "folder"] = status(share, "rmdir d")
finally: server.terminate()
server.wait()
for each in seen.items(): print(*each)
followed = True, ["", "", "OBJECT_NAME_COLLISION", "OBJECT_NAME_COLLISION", ""], False
hidden = False, ["OBJECT_NAME_NOT_FOUND"] * 4 + ["NO_SUCH_FILE"], True
for share in settings:
    for name in LINKS: assert seen[share, name] == (followed if name == "in" and share != "nofollow" else hidden), (share, name)
    assert seen[share, "folder"] == "DIRECTORY_NOT_EMPTY", share
P
# In a namespace with a network of its own, for port 445, and of processes, which ends those of smbd.
unshare -rnpf sh -c 'ip link set lo up; exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
