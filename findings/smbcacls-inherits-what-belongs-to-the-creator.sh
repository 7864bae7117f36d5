#!/bin/sh
# Which entries has a file after smbcacls let it inherit again (-I allow), or changed its folder with --propagate-inheritance?
#
# Guess before the run: as Windows has it: those of the folder, marked as inherited (I), with the owner of the file instead of “Creator
# Owner”; -I remove takes them away again.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a share with acl_xattr, and a folder with full access for Creator Owner
# and reading for man, both to be inherited:
#
#   -I copy, then -I allow of the file        Creator Owner: full access; man: reading; neither is marked as inherited
#   -I remove, then                           status 0, and all entries stay
#   -I allow of a file that is not            status 1, “Already set”: nothing is inherited
#     protected and has none of them
#   --propagate-inheritance -a of an entry    Creator Owner, man and the new entry, all of them marked, beside the entries of the file
#
# Creator Owner in the list of a file itself gives no user access.
# Lesson: an owner who is refused (ACCESS_DENIED) after such a change is in no entry of the list. Let Windows pass on such entries, or name the
# owner in an entry of its own.
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
def smbcacls(path, *words):
    return run("root/usr/bin/smbcacls", "-s", "/dev/null", "-U", "games%secret", "//127.0.0.1/share", path, *words)
def view(path): return sorted(line[4:].replace("/0x0/", "/") for line in smbcacls(path)[1].splitlines() if line.startswith("ACL:"))
def change(path, *words):
    status, said = smbcacls(path, *words)
    return status, said, view(path)
ROOT, MAN, CREATOR, NEW = "S-1-22-1-0:ALLOWED/0/FULL", "FS\\man:ALLOWED/OI|CI/READ", "S-1-3-0:ALLOWED/OI|CI|IO/FULL", "S-1-5-11:ALLOWED/OI|CI/READ"
server = start({"share": "vfs objects = acl_xattr xattr_tdb\nacl_xattr:ignore system acls = yes\nadmin users = games"}, users=("games", "man"))
try:
    with open("file", "w") as file: file.write("x")
    assert smbclient("share", "-c", "mkdir folder; put file folder/one; put file folder/other")[0] == 0
    assert smbcacls("folder", "-S", "ACL:%s,ACL:%s,ACL:%s" % (ROOT, MAN, CREATOR)) == (0, "")
    for name in "one", "other": assert smbcacls("folder/" + name, "-S", "ACL:" + ROOT) == (0, "")
    seen = {words: change("folder/one", "-I", words.split()[0]) for words in ("allow", "copy", "allow again", "remove")}
    status = smbcacls("folder", "--propagate-inheritance", "-a", "ACL:" + NEW)
    other = view("folder/other")
finally: server.terminate()
server.wait()
for each in seen.items(): print(*each)
print(status, other)
own, creator, man = "Unix User\\root:ALLOWED/FULL", "Creator Owner:ALLOWED/FULL", "FS\\man:ALLOWED/READ"
assert seen == {
    "allow": (1, "Already set to inheritable permissions.", [own]), "copy": (0, "", [own]), "allow again": (0, "", [creator, man, own]),
    "remove": (0, "", [creator, man, own])}, "-I has changed"
assert status == (0, "") and other == [
    "Creator Owner:ALLOWED/I/FULL", "FS\\man:ALLOWED/I/READ", "NT Authority\\Authenticated Users:ALLOWED/I/READ", own], "passing on has changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
