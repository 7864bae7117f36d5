#!/bin/sh
# What do Statfs and some other calls of go-smb2, which look like those of package os of Go, say of a share?
#
# Guess before the run: FS\games is refused, since the domain has a field of its own. Nothing was guessed about the other calls: one expects
# BlockSize times TotalBlockCount to be the size of the disk, as statfs of Unix has it, and a time of zero to leave the time as it is.
# Seen (golang-github-hirochachacha-go-smb2-dev 1.1.0-2 of Debian bookworm; smbd 2:4.17.12+dfsg-0+deb12u4):
#
#   Statfs                           BlockSize 512, FragmentSize 2, TotalBlockCount: the disk in KiB
#   Chtimes with time.Time{}         no error; the file is of 1901
#   Remove of a read-only file       done, although it could not be opened to write
#   WriteFile of “none\..\other/”    the file “other”; the client takes “..” and the last slash away
#   User: FS\games, games@FS         refused as a wrong password; the domain has a field of its own
#
# BlockSize is the bytes of a sector, and FragmentSize the sectors of a block. The product of all three is the size of the disk.
# Lesson: a monitor that multiplies two of them reports half of the disk (an eighth, where a server has blocks of 4 KiB).
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
cat > ask.go <<'G'
package main

import (
	"fmt"
	"net"
	"os"
	"time"

	"github.com/hirochachacha/go-smb2"
)

func check(err error) {
	if err != nil { panic(err) }
}

func logon(user, password string) (*smb2.Session, error) {
	connection, err := net.Dial("tcp", "127.0.0.1:445")
	check(err)
	return (&smb2.Dialer{Initiator: &smb2.NTLMInitiator{User: user, Password: password}}).Dial(connection)
}

func main() {
	for _, user := range []string{"FS\\games", "games@FS"} {
		_, err := logon(user, "secret")
		fmt.Println(err != nil)
	}
	session, err := logon("games", "secret")
	check(err)
	share, err := session.Mount("share")
	check(err)
	size, err := share.Statfs(".")
	check(err)
	fmt.Println(size.BlockSize(), size.FragmentSize(), size.TotalBlockCount())
	check(share.WriteFile("file", []byte("x"), 0644))
	check(share.Chtimes("file", time.Time{}, time.Time{}))
	info, err := share.Stat("file")
	check(err)
	fmt.Println(info.ModTime().UTC().Year())
	check(share.Chmod("file", 0444))
	_, err = share.OpenFile("file", os.O_WRONLY, 0)
	fmt.Println(os.IsPermission(err), share.Remove("file") == nil)
	_, err = share.Stat("file")
	fmt.Println(os.IsNotExist(err))
	check(share.WriteFile("none\\..\\other/", []byte("x"), 0644))
	info, err = share.Stat("other")
	check(err)
	fmt.Println(info.IsDir())
}
G
GOROOT=$folder/root/usr/lib/go-1.19 GOPATH=$folder/root/usr/share/gocode GO111MODULE=off GOCACHE=$folder/cache GOFLAGS= CGO_ENABLED=0 \
  root/usr/lib/go-1.19/bin/go build -o ask ask.go
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
server = start({"share": ""}, "force create mode = 0666")
try: status, said = run("./ask")
finally: server.terminate()
server.wait()
print(said)
lines = said.splitlines()
disk = os.statvfs("shares/share")
sector, sectors, blocks = map(int, lines[2].split())
assert status == 0 and (sector, sectors) == (512, 2), "the sizes have changed"
assert sector * sectors * blocks // 2**20 == disk.f_frsize * disk.f_blocks // 2**20, "the number of blocks has changed"
assert lines[:2] == ["true", "true"] and lines[3:] == ["1901", "true true", "true", "false"], "this has changed"
P
# In a namespace with a network of its own, for port 445, and of processes, which ends those of smbd.
unshare -rnpf sh -c 'ip link set lo up; exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
