#!/bin/sh
# A link of DFS has two targets, and the first is of no use. Who goes on to the second?
#
# Guess before the run: smbprotocol does, smbclient does not; impacket, pysmb and go-smb2 do not know DFS.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4, libfilesys-smbclient-perl 3.2-4+b1 with libsmbclient of Debian bookworm; smbprotocol
# 1.17.0, impacket 0.13.1, pysmb 1.2.15, Python 3.11), a file behind the link:
#
#   the first target                        smbclient   libsmbclient   smbprotocol                impacket, pysmb
#   a host that refuses the connection      read        read           ValueError, no second      PATH_NOT_COVERED
#   a host that has no address              read        read           ValueError, no second      PATH_NOT_COVERED
#   a share that there is not               read        read           read                       PATH_NOT_COVERED
#   a share that refuses the user           read        read           read                       PATH_NOT_COVERED
#
# Lesson: of a namespace with a dead server smbclient is no test: it says “Unable to follow dfs referral” and goes on. smbprotocol
# asks the second target for what the first one answers, and never when it does not get through to it.
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
mkdir dfs
echo hello > share/hello
ln -s 'msdfs:127.0.0.9\share,127.0.0.1\share' dfs/refused
ln -s 'msdfs:nohost.invalid\share,127.0.0.1\share' dfs/unknown
ln -s 'msdfs:127.0.0.1\nosuch,127.0.0.1\share' dfs/missing
ln -s 'msdfs:127.0.0.1\closed,127.0.0.1\share' dfs/closed
python3 -m venv v
v/bin/pip -q install smbprotocol==1.17.0 impacket==0.13.1 pysmb==1.2.15
cat > client.pl <<'L'
use Filesys::SmbClient;
my $client = Filesys::SmbClient->new(username => "games", password => "secret", workgroup => "LAB", debug => 0);
my $file = $client->open("smb://127.0.0.1/dfs/$ARGV[0]/hello") or die "no file: $!";
print $client->read($file);
L
cat > look.py <<'P'
import glob, io, logging, os, socket, subprocess, sys, time
import smbclient
from impacket.smbconnection import SessionError, SMBConnection
from smb.SMBConnection import SMBConnection as Pysmb
from smb.smb_structs import OperationFailure
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
logging.disable(logging.CRITICAL)
def perl(link):
    paths = ":".join(glob.glob(folder + "/root/usr/lib/*/perl5/5.36"))
    done = subprocess.run(["perl", "client.pl", link], env=dict(loader, PERL5LIB=paths), capture_output=True, text=True, timeout=60)
    return "hello" if "hello" in done.stdout.split() else done.stderr
def samba(link):
    words = ["root/usr/bin/smbclient", "-s", "/dev/null", "//127.0.0.1/dfs", "-U", "games%secret", "-c", "get %s\\hello -" % link]
    done = subprocess.run(words, env=loader, capture_output=True, text=True, timeout=60)
    return "hello" if "hello" in done.stdout.split() else done.stdout
def smbprotocol(link):
    try:
        with smbclient.open_file(r"\\127.0.0.1\dfs\%s\hello" % link) as file: return file.read().strip()
    except ValueError: return "ValueError"
def impacket(link):
    client, target = SMBConnection("127.0.0.1", "127.0.0.1"), io.BytesIO()
    client.login("games", "secret")
    try: client.getFile("dfs", link + "\\hello", target.write)
    except SessionError as error: return hex(error.getErrorCode())
    return target.getvalue()
def pysmb(link):
    client = Pysmb("games", "secret", "me", "FS", is_direct_tcp=True)
    client.connect("127.0.0.1", 445)
    try: return client.retrieveFile("dfs", link + "/hello", io.BytesIO())
    except OperationFailure as error: return next(hex(one.status) for one in error.smb_messages if one.status)
server = start("", (
    "[share]\npath = FOLDER/share\n[closed]\npath = FOLDER/share\nvalid users = nobody\n[dfs]\npath = FOLDER/dfs\nmsdfs root = yes\n"))
smbclient.ClientConfig(username="games", password="secret")
uncovered, right = "0xc0000257", True
try:
    for link, other in (("refused", "ValueError"), ("unknown", "ValueError"), ("missing", "hello"), ("closed", "hello")):
        seen = [reader(link) for reader in (samba, perl, smbprotocol, impacket, pysmb)]
        print(link, *seen)
        right = right and seen == ["hello", "hello", other, uncovered, uncovered]
finally: server.terminate()
server.wait()
assert right, "this has changed"
P
unshare -rn sh -c 'ip link set lo up && exec "$@"' sh v/bin/python look.py "$libraries" "$folder"
