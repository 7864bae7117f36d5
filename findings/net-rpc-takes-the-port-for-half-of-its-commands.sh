#!/bin/sh
# Does “net rpc” of Samba ask the port that it is given (-p), and does it say why it has no answer?
#
# Nothing was guessed before the run. One expects each command to ask that port, and a line with the status (NT_STATUS_…) of what went wrong.
# Seen (samba-common-bin and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm):
#
#   smbd at port 14451, “net -p 14451 -S 127.0.0.1 rpc …”
#     info, service list, rights list              0, the answer, from port 14451
#     share list, user, file                       not 0, and a connection to port 445 alone
#   smbd at port 445
#     share list nosuch                            0, all shares
#     share delete nosuch                          67, no word
#     file, as a user who may not see them         5, no word
#     info of a host that has no server            255, “Connection failed: NT_STATUS_CONNECTION_REFUSED”
#     share list, user of such a host              235, no word
#
# The silent ones are those of libnetapi; the statuses are Windows' errors (5: access denied, 67: bad network name), and what is above 255
# loses its upper digits.
# Lesson: an empty list of shares, users or open files of “net rpc” proves nothing: look at its exit status. A recording at the port of -p
# shows no packet of it.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version samba-common-bin=$version libwbclient0=$version libsmbclient=$version \
  libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
mkdir state share
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
libraries, folder = sys.argv[1:]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def start(port):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = 127.0.0.1/32\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("netbios name = FS\nlog file = %s/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write("[share]\npath = %s/share\n" % folder)
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", "games"], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def net(*words, host="127.0.0.1", port=()):
    out = subprocess.run(
        ["root/usr/bin/net", "-s", "/dev/null", *port, "-S", host, "-U", "games%secret", "rpc", *words], env=loader, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=60)
    return out.returncode, out.stdout.strip()
came = set()
def listen(port):
    listener = socket.create_server(("127.0.0.1", port))
    def accept():
        while True:
            try: peer = listener.accept()[0]
            except OSError: return
            came.add(port)
            peer.close()
    threading.Thread(target=accept, daemon=True).start()
    return listener
def end(server):
    server.terminate()
    server.wait()
commands = ("info",), ("service", "list"), ("rights", "list"), ("share", "list"), ("user",), ("file",)
server, listeners = start(14451), [listen(445)]
seen = {}
try:
    for words in commands:
        came.clear()
        status, _ = net(*words, port=("-p", "14451"))
        time.sleep(0.5)
        seen[" ".join(words)] = status == 0, sorted(came)
finally: end(server)
for listener in listeners:
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
server = start(445)
try:
    shares = net("share", "list", "nosuch")
    refused = {" ".join(words): net(*words) for words in (("share", "delete", "nosuch"), ("file",))}
    away = {" ".join(words): net(*words, host="127.0.0.9") for words in (("info",), ("share", "list"), ("user",))}
finally: end(server)
print(seen, shares, refused, away, sep="\n")
good, other = (True, []), (False, [445])
assert seen == {
    "info": good, "service list": good, "rights list": good, "share list": other, "user": other, "file": other}, "the ports have changed"
assert shares == (0, "share\nIPC$") and refused == {"share delete nosuch": (67, ""), "file": (5, "")}, "the refusals have changed"
assert away["info"][0] == 255 and "NT_STATUS_CONNECTION_REFUSED" in away["info"][1], "info has changed"
assert away["share list"] == away["user"] == (235, ""), "the host without a server has changed"
P
# In a namespace with a network of its own, for port 445.
unshare -rn sh -c 'ip link set lo up; exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
