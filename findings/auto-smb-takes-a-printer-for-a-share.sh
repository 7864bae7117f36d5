#!/bin/sh
# Which shares of a server does auto.smb, the script that comes with autofs, offer as folders to be mounted?
#
# Guess before the run: those that the server calls disks, in quotes.
# Seen (autofs 5.1.8-2+deb12u2 of Debian bookworm, smbclient and samba 2:4.17.12+dfsg-0+deb12u4), a server whose comment (server string) is
# “DiskStation”:
#
#   share, “my share”, hid$                        offered
#   a printer                                      not offered
#   a printer with the comment “next to the Disk”  offered
#   IPC$                                           offered: the server's comment is in its line
#   the same server without “Disk” in its comment  without IPC$
#
# The script looks for the word anywhere in the lines of smbclient -gL, which are TYPE|NAME|COMMENT.
# Lesson: mounts of IPC$ or of a printer in a recording, which the server refuses, may come from a word in a comment. Compare the first field.
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
  libwbclient0=$version autofs=5.1.8-2+deb12u2 libuid-wrapper >&2
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
import re
def offered(comment):
    server = start({
        "share": "", "my share": "", "hid$": "", "lp1": "printable = yes\npath = /tmp",
        "lp2": "printable = yes\npath = /tmp\ncomment = next to the Disk"},
        "map to guest = bad user\nload printers = no\nserver string = " + comment)
    try: status, words = run("/bin/bash", "auto.smb", "127.0.0.1")
    finally: server.terminate()
    server.wait()
    assert status == 0, words
    return re.findall(r'"/([^"]*)" "://', words)
# The script looks for smbclient in the places of the system; here it is a call of the one in this folder, without the settings of the system.
with open("smbclient", "w") as file: file.write('#!/bin/sh\nexec "%s/root/usr/bin/smbclient" -s /dev/null "$@"\n' % folder)
os.chmod("smbclient", 0o755)
with open("root/usr/share/autofs/conffiles/auto.smb") as source, open("auto.smb", "w") as file:
    file.write(source.read().replace("for P in /bin ", "for P in %s " % folder))
seen = offered("DiskStation"), offered("a server")
for each in seen: print(each)
assert seen == (["share", "my share", "hid$", "lp2", "IPC$"], ["share", "my share", "hid$", "lp2"]), "this has changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
