#!/bin/sh
# Two objects of Filesys::SmbClient, Perl's client of SMB, in one program, each with a user of its own. As whom do they log on?
#
# Guess before the run: each as its user once it is connected, since one that was used keeps its connection, and another object takes that
# connection over.
# Seen (libfilesys-smbclient-perl 3.2-4+b1 with libsmbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the users that come
# to the server, in their order; a is games with the right password, b somebody, and each opens a file of its own name:
#
#   in the program                       users at the server
#   make a, make b, a opens, b opens     somebody, somebody
#   make a, a opens, make b, a opens     games, somebody
#
# The library has one user for the program: the one of the object that was made last. An object that got in before logs on again.
# Lesson: files of the wrong owner and an ACCESS_DENIED in the middle of a work that went well before are no fault of the server. The
# second SESSION_SETUP on a new connection names the other user.
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
  samba-common-bin=$version libwbclient0=$version libuid-wrapper libfilesys-smbclient-perl=3.2-4+b1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share home
cat > client.pl <<'L'
use Filesys::SmbClient;
sub make { Filesys::SmbClient->new(username => $_[0], password => "secret", workgroup => "LAB", debug => 0) }
sub touch {
  my $file = $_[0]->open(">smb://127.0.0.1/share/$_[1]", 0644) or die "$_[1]: $!";
  $_[0]->close($file);
}
my $a = make("games");
touch($a, "first") if $ARGV[0];
my $b = make("somebody");
touch($a, "a");
touch($b, "b") unless $ARGV[0];
L
cat > look.py <<'P'
import glob, os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, HOME=folder + "/home")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def start(settings, shares):
    """smbd at port 445 of this network namespace, with games (a user of each Debian) as its user."""
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = 445\nlog level = 3\n")
        file.write("log file = %s/state/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write((settings + "\n" + shares).replace("FOLDER", folder))
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 445), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
perl = dict(loader, PERL5LIB=":".join(glob.glob(folder + "/root/usr/lib/*/perl5/5.36")))
def users(*words):
    for name in os.listdir("share"): os.remove("share/" + name)
    with open("state/log", "rb") as file: before = len(file.read())
    subprocess.run(["perl", "client.pl", *words], env=perl, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open("state/log", "rb") as file: text = file.read()[before:].decode()
    return re.findall(r"Auth: \[SMB2.*?user \[LAB\]\\\[(\w+)\]", text)
os.chmod("share", 0o777)
server = start("map to guest = bad user", "[share]\npath = FOLDER/share\nread only = no\nguest ok = yes\n")
try: seen = users(), users("used before")
finally: server.terminate()
server.wait()
print(*seen)
assert seen == (["somebody", "somebody"], ["games", "somebody"]), "this has changed"
P
unshare -rn sh -c 'ip link set lo up && exec "$@"' sh python3 look.py "$libraries" "$folder"
