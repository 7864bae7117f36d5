#!/bin/sh
# Where do two programs write that have one file of a share open to append (O_APPEND, “ab”)?
#
# Guess before the run: libsmbclient overwrites; smbprotocol, which asks for the right to append alone, writes at the end of the file as it is then.
# Nothing was guessed about go-smb2 and about O_WRONLY.
# Seen (libsmbclient 2:4.17.12+dfsg-0+deb12u4 and golang-github-hirochachacha-go-smb2-dev 1.1.0-2 of Debian bookworm, smbprotocol 1.17.0; smbd
# of the same Samba), a file “head”; one program writes 11, the other 22, the first 33, goes to the start and writes 44:
#
#   a local file                               head11223344
#   libsmbclient, O_RDWR                       44ad2233
#   smbprotocol, smbclient.open_file(…, "ab")  44ad2233
#   go-smb2                                    44ad2233
#   libsmbclient, O_WRONLY                     not opened; the packets: CREATE is granted, then ACCESS_DENIED of QUERY_INFO
#
# Each looks once for the end, when it opens the file, and counts from there.
# Lesson: a log on a share to which two hosts write loses lines, and no status says so. Let each host write a file of its own.
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
  libwbclient0=$version golang-github-hirochachacha-go-smb2-dev=1.1.0-2 \
  golang-github-geoffgarside-ber-dev=1.1.0-2 golang-golang-x-crypto-dev=1:0.4.0-1 golang-1.19-go golang-1.19-src libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install smbprotocol==1.17.0
cat > append.go <<'G'
package main

import (
	"io"
	"net"
	"os"

	"github.com/hirochachacha/go-smb2"
)

func check(err error) {
	if err != nil { panic(err) }
}

func main() {
	connection, err := net.Dial("tcp", "127.0.0.1:445")
	check(err)
	session, err := (&smb2.Dialer{Initiator: &smb2.NTLMInitiator{User: "games", Password: "secret"}}).Dial(connection)
	check(err)
	share, err := session.Mount("share")
	check(err)
	one, err := share.OpenFile("go", os.O_WRONLY|os.O_APPEND, 0)
	check(err)
	other, err := share.OpenFile("go", os.O_WRONLY|os.O_APPEND, 0)
	check(err)
	for _, part := range []struct { file *smb2.File; text string }{{one, "11"}, {other, "22"}, {one, "33"}} {
		_, err = part.file.Write([]byte(part.text))
		check(err)
	}
	_, err = one.Seek(0, io.SeekStart)
	check(err)
	_, err = one.Write([]byte("44"))
	check(err)
	check(one.Close())
	check(other.Close())
}
G
GOROOT=$folder/root/usr/lib/go-1.19 GOPATH=$folder/root/usr/share/gocode GO111MODULE=off GOCACHE=$folder/cache GOFLAGS= CGO_ENABLED=0 \
  root/usr/lib/go-1.19/bin/go build -o append append.go
mkdir state
cat > look.py <<'P'
import os, socket, subprocess, sys, time
libraries, folder, *numbers = sys.argv[1:]
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
import ctypes
def local():
    with open("local", "ab", 0) as one, open("local", "ab", 0) as other: write((one.write, other.write), one.seek)
def write(writers, seek):
    one, other = writers
    one(b"11")
    other(b"22")
    one(b"33")
    seek(0)
    one(b"44")
def protocol():
    import smbclient
    smbclient.ClientConfig(username="games", password="secret")
    one, other = (smbclient.open_file(r"\\127.0.0.1\share\protocol", mode="ab", share_access="rw", buffering=0) for _ in range(2))
    with one, other: write((one.write, other.write), one.seek)
def library(flags):
    """The numbers of the open files; the library runs in a process of its own."""
    client = ctypes.CDLL("libsmbclient.so.0")
    text = ctypes.c_void_p
    form = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, text, ctypes.c_int, text, ctypes.c_int, text, ctypes.c_int)
    def answer(server, share, group, _, user, __, password, ___):
        for place, word in ((group, b"WORKGROUP\0"), (user, b"games\0"), (password, b"secret\0")): ctypes.memmove(place, word, len(word))
    kept = form(answer)
    assert client.smbc_init(kept, 0) == 0
    client.smbc_lseek.argtypes = ctypes.c_int, ctypes.c_int64, ctypes.c_int
    files = [client.smbc_open(b"smb://127.0.0.1/share/library", flags | os.O_APPEND, 0o644) for _ in range(2)]
    if min(files) < 0: sys.exit(3)
    write([lambda data, file=file: client.smbc_write(file, data, len(data)) for file in files], lambda place: client.smbc_lseek(files[0], place, 0))
    for file in files: client.smbc_close(file)
if numbers: sys.exit(library(int(numbers[0])))
server = start({"share": ""})
try:
    names = "local", "shares/share/library", "shares/share/protocol", "shares/share/go"
    for name in names:
        with open(name, "w") as file: file.write("head")
        os.chmod(name, 0o666)
    local()
    protocol()
    statuses = [run(sys.executable, "look.py", libraries, folder, str(flags))[0] for flags in (os.O_WRONLY, os.O_RDWR)], run("./append")
    seen = []
    for name in names:
        with open(name) as file: seen.append(file.read())
finally: server.terminate()
server.wait()
print(seen, statuses)
assert seen == ["head11223344"] + ["44ad2233"] * 3, "appending has changed"
assert statuses == ([3, 0], (0, "")), "the statuses have changed"
P
# In a namespace with a network of its own, for port 445, and of processes, which ends those of smbd.
unshare -rnpf sh -c 'ip link set lo up; exec v/bin/python look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
