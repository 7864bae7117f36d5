#!/bin/sh
# Which domain is in the AUTHENTICATE message of a program in Go (go-ntlmssp)?
#
# Guess before the run: the one that the program gave, LAB; an LM response of 24 zeros, as the server's challenge has a time.
# Seen (golang-github-azure-go-ntlmssp-dev 0.0~git20220621.cb9428e-1 and golang-1.19 of Debian bookworm), NewNegotiateMessage with
# the domain LAB, and a challenge whose target is the domain OTHER:
#
#                                      NEGOTIATE   AUTHENTICATE   user        LM response
#   ProcessChallenge(..., true)        LAB         OTHER          alice       0 bytes
#   ProcessChallenge(..., false)       LAB         (empty)        alice       0 bytes
#   the same, user LAB\alice, true     LAB         OTHER          LAB\alice   0 bytes
#
# Only the first message has the caller's domain, where no server looks for it.
# Lesson: a user of LAB who is refused by a server of OTHER, with OTHER in the packet, was perhaps not typed so. The password
# may be right.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install golang-github-azure-go-ntlmssp-dev=0.0~git20220621.cb9428e-1 golang-1.19-go golang-1.19-src >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > answer.go <<'G'
package main

import (
	"encoding/hex"
	"fmt"
	"os"

	"github.com/Azure/go-ntlmssp"
)

func main() {
	challenge, _ := hex.DecodeString(os.Args[1])
	first, err := ntlmssp.NewNegotiateMessage("LAB", "")
	if err != nil { panic(err) }
	last, err := ntlmssp.ProcessChallenge(challenge, os.Args[2], "secret", os.Args[3] == "true")
	if err != nil { panic(err) }
	fmt.Println(hex.EncodeToString(first), hex.EncodeToString(last))
}
G
GOROOT=$folder/root/usr/lib/go-1.19 GOPATH=$folder/root/usr/share/gocode GO111MODULE=off GOCACHE=$folder/cache GOFLAGS= CGO_ENABLED=0 \
  root/usr/lib/go-1.19/bin/go build -o answer answer.go
python3 - <<'P'
import struct, subprocess
def wide(text): return text.encode("utf-16-le")
pairs = ((2, wide("OTHER")), (1, wide("FS")), (7, struct.pack("<Q", 133444664000000000)), (0, b""))
info = b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in pairs)
target = wide("OTHER")
challenge = (
    b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(target), len(target), 56, 0xA2898205) + bytes(range(8)) + bytes(8)
    + struct.pack("<HHI", len(info), len(info), 56 + len(target)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + target + info)
def field(message, place):
    length, _, start = struct.unpack_from("<HHI", message, place)
    return message[start:start + length]
rows = [("alice", "true", "OTHER"), ("alice", "false", ""), (r"LAB\alice", "true", "OTHER")]
right = True
for user, needed, wanted in rows:
    words = subprocess.run(["./answer", challenge.hex(), user, needed], check=True, capture_output=True, text=True).stdout.split()
    first, last = map(bytes.fromhex, words)
    seen = field(first, 16).decode(), field(last, 28).decode("utf-16-le"), field(last, 36).decode("utf-16-le"), len(field(last, 12))
    print(needed, *seen)
    right = right and seen == ("LAB", wanted, user, 0)
assert right, "this has changed"
P
