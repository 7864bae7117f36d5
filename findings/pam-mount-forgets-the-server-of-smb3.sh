#!/bin/sh
# With which words does pam_mount call mount for a share of the user who logs on?
#
# Guess before the run: for cifs the words of the manual; a domain from each form of a winbind user; “&” is the name of the user, as in the old
# files. Nothing was guessed about fstype="smb3", the other name of cifs, which one expects to be treated as cifs.
# Seen (libpam-mount 2.19-1 and pamtester 0.1.2-4 of Debian bookworm), <volume server="fs" path="share" options="vers=3.0" …>:
#
#   cifs, the user alice             mount -t cifs //fs/share PLACE -o username=alice,uid=…,gid=…,vers=3.0
#   cifs, the user LAB\alice         … username=alice,domain=LAB …
#   cifs, LAB+alice (winbind         … username=LAB+alice …, no domain
#     separator = +)
#   cifs, alice@lab.test             … username=alice@lab.test …, no domain
#   domain=%(DOMAIN_NAME), no        … username=alice,…,domain, without a value
#     domain in the name
#   path="&amp;"                     //fs/&
#   smb3, the user alice             mount -overs=3.0 -tsmb3 share PLACE: no server, no user
#   smb3, path="//fs/share"          mount -overs=3.0 -tsmb3 //fs/share PLACE: no user
#
# The password goes to the standard input of mount in each case.
# Lesson: smb3 in such a file is a mount without the server, or without the name of the user. Write cifs with vers=3.0, and keep the backslash
# as winbind’s separator.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libpam-mount=2.19-1 libpam-mount-bin=2.19-1 libcryptsetup12 libhx32 pamtester=0.1.2-4 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
mkdir -p bin etc places/x
# A mount that writes down its words.
cat > bin/mount <<M
#!/bin/sh
words="\$*"
printf '%s | %s\n' "\$words" "\$(cat)" >> $folder/calls
M
chmod 755 bin/mount
cat > look.py <<'P'
import glob, os, subprocess, sys
folder = sys.argv[1]
def volume(text): return '<volume mountpoint="%s/places/x" %s />' % (folder, text)
def look(user, text):
    """The words of the call of mount."""
    with open("/etc/security/pam_mount.conf.xml", "w") as file:
        file.write('<?xml version="1.0" encoding="utf-8" ?>\n<pam_mount>')
        file.write("<path>%s/bin:/usr/sbin:/usr/bin:/sbin:/bin</path>%s</pam_mount>\n" % (folder, volume(text)))
    with open("calls", "w"): pass
    out = subprocess.run(
        ["pamtester", "test", user, "authenticate", "open_session"], input="secret\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with open("calls") as file: calls = file.read().splitlines()
    if not calls: print(out.stdout)
    words, password = calls[0].split(" | ")
    assert len(calls) == 1 and password == "secret", calls
    return words.replace(folder + "/places/x", "PLACE")
CIFS, SMB3 = 'fstype="cifs" server="fs" path="share" options="vers=3.0"', 'fstype="smb3" server="fs" path="share" options="vers=3.0"'
users = "alice", "LAB\\alice", "LAB+alice", "alice@lab.test"
with open("/etc/passwd", "a") as file: file.writelines("%s:x:%d:100::/:/bin/sh\n" % (user, 5000 + index) for index, user in enumerate(users))
os.makedirs("/etc/security", exist_ok=True)
module = glob.glob(folder + "/root/**/pam_mount.so", recursive=True)[0]
with open("/etc/pam.d/test", "w") as file:
    file.write("auth required pam_permit.so\nauth optional %s\nsession required pam_permit.so\nsession optional %s\n" % (module, module))
seen = {user: look(user, CIFS) for user in users}
seen["domain"] = look("alice", 'fstype="cifs" server="fs" path="share" options="domain=%(DOMAIN_NAME)"')
seen["&"] = look("alice", 'fstype="cifs" server="fs" path="&amp;"')
seen["smb3"] = look("alice", SMB3)
seen["smb3, //"] = look("alice", SMB3.replace("share", "//fs/share"))
for each in seen.items(): print(*each)
MOUNT = "-t cifs //fs/share PLACE -o "
assert seen == {
    "alice": MOUNT + "username=alice,uid=5000,gid=100,vers=3.0", "LAB\\alice": MOUNT + "username=alice,domain=LAB,uid=5001,gid=100,vers=3.0",
    "LAB+alice": MOUNT + "username=LAB+alice,uid=5002,gid=100,vers=3.0",
    "alice@lab.test": MOUNT + "username=alice@lab.test,uid=5003,gid=100,vers=3.0", "domain": MOUNT + "username=alice,uid=5000,gid=100,domain",
    "&": "-t cifs //fs/& PLACE -o username=alice,uid=5000,gid=100", "smb3": "-overs=3.0 -tsmb3 share PLACE",
    "smb3, //": "-overs=3.0 -tsmb3 //fs/share PLACE"}, "this has changed"
P
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
# In a namespace with its own /etc/passwd, settings of PAM and programs.
unshare -rm sh -c 'mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr
mount -t tmpfs run /run && mount -t tmpfs tmpfs "$1/etc" && mkdir "$1/etc/upper" "$1/etc/work" &&
mount -t overlay overlay -o "lowerdir=$1/root/etc:/etc,upperdir=$1/etc/upper,workdir=$1/etc/work" /etc
exec env LC_ALL=C.UTF-8 LD_LIBRARY_PATH="$0" python3 look.py "$1"' "$libraries" "$folder"
