#!/bin/sh
# Which of several changes in one call of smbcacls are made, and does its exit status tell?
#
# Guess before the run: all of them, or the words of its usage. An unknown word behind -I is refused.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a share with acl_xattr:
#
#   -a (add) then -D (delete)            status 0   the deletion alone
#   -D then -a, -S (set) then -a         status 0   the addition alone
#   -a twice                             status 0   the second alone
#   -a then -I copy (inheritance)        status 0   -I alone
#   -M (change) or -D of no entry        status 0   none; “not found”
#   -I nosuch, -I ALLOW                  status 0   none, and no word
#   -C nosuch                            status 2   none, and no word
#
# Lesson: one change for each call; several entries go into one list with commas (ACL:…,ACL:…). Look at the list
# afterwards.
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
def smbcacls(*words):
    return run("root/usr/bin/smbcacls", "-s", "/dev/null", "-U", "games%secret", "//127.0.0.1/share", "file", *words)
def view():
    lines = dict.fromkeys(smbcacls()[1].splitlines())
    return {line.split(":", 1)[1].replace("/0x0/", "/") for line in lines if line.startswith(("ACL:", "CONTROL:"))}
def look(*words):
    """The status, the number of words, and what came and went."""
    before = view()
    status, said = smbcacls(*words)
    after = view()
    return status, len(said.split()), sorted(after - before), sorted(before - after)
READ, DENIED, MORE = "ACL:FS\\man:ALLOWED/0/READ", "ACL:FS\\man:DENIED/0/READ", "ACL:S-1-5-9:ALLOWED/0/READ"
man, denied, more = "FS\\man:ALLOWED/READ", "FS\\man:DENIED/READ", "NT Authority\\Enterprise Domain Controllers:ALLOWED/READ"
EVERYONE = "Everyone:ALLOWED/0/READ"
server = start({"share": "vfs objects = acl_xattr xattr_tdb\nacl_xattr:ignore system acls = yes\nadmin users = games"}, users=("games", "man"))
try:
    with open("file", "w") as file: file.write("x")
    assert smbclient("share", "-c", "put file file")[0] == 0
    assert smbcacls("-S", "ACL:S-1-22-1-0:ALLOWED/0/FULL,ACL:" + EVERYONE) == (0, "")
    seen = {
        "-a -D": look("-a", READ, "-D", "ACL:" + EVERYONE), "-D -a": look("-D", READ, "-a", READ), "-S -a": look("-S", MORE, "-a", DENIED),
        "-a -a": look("-a", "ACL:S-1-5-11:ALLOWED/0/READ", "-a", MORE),
        "-a -I": look("-a", "ACL:S-1-5-11:ALLOWED/0/READ", "-I", "copy"), "-M none": look("-M", "ACL:S-1-5-11:ALLOWED/0/READ"),
        "-D none": look("-D", "ACL:S-1-5-11:ALLOWED/0/READ"), "-I nosuch": look("-I", "nosuch"), "-I ALLOW": look("-I", "ALLOW"),
        "-C nosuch": look("-C", "nosuch")}
finally: server.terminate()
server.wait()

for each in seen.items(): print(*each)
assert seen == {
    "-a -D": (0, 0, [], ["Everyone:ALLOWED/READ"]), "-D -a": (0, 0, [man], []), "-S -a": (0, 0, [denied], []), "-a -a": (0, 0, [more], []),
    "-a -I": (0, 0, ["SR|PD|DP"], ["SR|DP"]), "-M none": (0, 8, [], []), "-D none": (0, 7, [], []), "-I nosuch": (0, 0, [], []),
    "-I ALLOW": (0, 0, [], []), "-C nosuch": (2, 0, [], [])}, "this has changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
