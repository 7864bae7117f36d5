#!/bin/sh
# What does a running smbd do when smb.conf gets a value that it cannot read?
#
# Guess before the run: it keeps the settings that it has, for all shares.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), “read only = maybe” in the second of three shares; a new connection
# and TREE_CONNECT to
#
#            the bad line above “path”   the bad line below “path”
#   first    SUCCESS                     SUCCESS
#   second   NO_MEMORY                   SUCCESS
#   third    BAD_NETWORK_NAME            BAD_NETWORK_NAME
#
# A mask that is no octal number does the same. An unknown setting (colour = blue) is left out, and all three are there. smbd
# reads the file again for each new connection, and ends at the line. Started again, smbd ends at once, and port 445 is closed.
# Lesson: NO_MEMORY at TREE_CONNECT is not about memory: the share has no path. Shares that are missing may stand below a bad
# line: testparm ends with status 1 for it. Look there before smbd is started again.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version samba-common-bin=$version \
  libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
        file.write("smb ports = %d\nmap to guest = bad user\n" % port + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write(shares.replace("PATH", folder + "/share"))
def start():
    return subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def wait():
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def visit(share, user="somebody%secret"):
    out = subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/" + share, "-U", user, "-c", "quit"], env=loader,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    status = re.search(r"NT_STATUS_(\w+)", out.stdout)
    return status[1] if status else "SUCCESS" if out.returncode == 0 else out.stdout
def shares(line):
    return "".join("[%s]\nguest ok = yes\n%s\n" % (name, line if name == "second" else "path = PATH") for name in NAMES)
NAMES = "first", "second", "third"
def look():
    test = subprocess.run(["root/usr/bin/testparm", "-s", "smb.conf"], env=loader, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return [visit(name) for name in NAMES] + [test.returncode]
seen = {}
write(shares("path = PATH"))
server = start()
try:
    wait()
    for line in (
            "path = PATH", "colour = blue\npath = PATH", "read only = maybe\npath = PATH", "path = PATH\nread only = maybe",
            "create mask = rwx\npath = PATH"):
        write(shares(line))
        # smbd looks at the time of the file.
        time.sleep(1.5)
        seen[line] = look()
finally: server.terminate()
server.wait()
again = start().wait(timeout=60)
for line, one in seen.items(): print(repr(line), *one)
print("started again:", again)
good, bad = ["SUCCESS"] * 3 + [0], ["SUCCESS", "NO_MEMORY", "BAD_NETWORK_NAME", 1]
half = ["SUCCESS", "SUCCESS", "BAD_NETWORK_NAME", 1]
assert list(seen.values()) == [good, good, bad, half, bad] and again == 1, "this has changed"
P
python3 look.py "$libraries" "$folder"
