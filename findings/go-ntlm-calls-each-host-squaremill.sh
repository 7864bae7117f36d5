#!/bin/sh
# What do the NTLM messages of programs in Go with go-ntlm look like?
#
# Guess before the run: a NEGOTIATE; an AUTHENTICATE with the flags of the challenge, an empty workstation, the server's time with an LM
# response of 24 zeros, and no MIC.
# Seen (golang-github-thomsonreuterseikon-go-ntlm-dev 0.0~git20151030.0.b00ec39-1.1 and golang-1.19 of Debian bookworm), a client session
# of version 2, LAB\alice, on two hosts with other names:
#
#   NEGOTIATE      none: GenerateNegotiateMessage gives neither a message nor an error
#   AUTHENTICATE   flags 0x629882d5, whatever was offered (Unicode or OEM)
#                  workstation SQUAREMILL on each host
#                  Version 5.1.2600 (Windows XP), and a MIC of 16 zeros
#                  the client's own time and an LMv2 response, though the challenge has a time
#   CHALLENGE      as a server: the names of one computer that the library's authors had, whatever the host is called
#
# Lesson: one workstation of this name, or one Windows XP, in the logs of many servers is a library, not a computer. Its MIC of zeros is
# no proof of a change on the way.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install golang-github-thomsonreuterseikon-go-ntlm-dev=0.0~git20151030.0.b00ec39-1.1 golang-1.19-go golang-1.19-src >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > session.go <<'G'
package main

import (
	"encoding/hex"
	"fmt"
	"os"

	"github.com/ThomsonReutersEikon/go-ntlm/ntlm"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	server, err := ntlm.CreateServerSession(ntlm.Version2, ntlm.ConnectionOrientedMode)
	check(err)
	server.SetUserInfo("alice", "secret", "LAB")
	own, err := server.GenerateChallengeMessage()
	check(err)
	fmt.Println(hex.EncodeToString(own.Bytes()))
	for _, text := range os.Args[1:] {
		bytes, err := hex.DecodeString(text)
		check(err)
		client, err := ntlm.CreateClientSession(ntlm.Version2, ntlm.ConnectionOrientedMode)
		check(err)
		client.SetUserInfo("alice", "secret", "LAB")
		first, err := client.GenerateNegotiateMessage()
		check(err)
		challenge, err := ntlm.ParseChallengeMessage(bytes)
		check(err)
		check(client.ProcessChallengeMessage(challenge))
		last, err := client.GenerateAuthenticateMessage()
		check(err)
		fmt.Println(first == nil, hex.EncodeToString(last.Bytes()))
	}
}
G
GOROOT=$folder/root/usr/lib/go-1.19 GOPATH=$folder/root/usr/share/gocode GO111MODULE=off GOCACHE=$folder/cache GOFLAGS= CGO_ENABLED=0 \
  root/usr/lib/go-1.19/bin/go build -o session session.go
cat > look.py <<'P'
import struct, subprocess, sys, time
def wide(text): return text.encode("utf-16-le")
YEAR_OLD = struct.pack("<Q", int((time.time() - 31536000 + 11644473600) * 1e7))
def challenge(flags):
    info = b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in ((2, wide("LAB")), (1, wide("FS")), (7, YEAR_OLD), (0, b"")))
    target = wide("LAB")
    return (
        b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(target), len(target), 56, flags) + bytes(range(8)) + bytes(8)
        + struct.pack("<HHI", len(info), len(info), 56 + len(target)) + bytes([10, 0, 0x61, 0x58, 0, 0, 0, 15]) + target + info)
def field(message, place):
    length, _, start = struct.unpack_from("<HHI", message, place)
    return message[start:start + length]
def look(host):
    # A UTS namespace gives the host another name.
    lines = subprocess.run(
        ["unshare", "-u", "sh", "-c", 'hostname "$0" && exec ./session "$@"', host, challenge(0xE2898205).hex(), challenge(0xE2898206).hex()],
        check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()
    found, names = [], field(bytes.fromhex(lines[0]), 40)
    for line in lines[1:]:
        none, text = line.split()
        last = bytes.fromhex(text)
        nt, lm = field(last, 20), field(last, 12)
        clock = struct.unpack_from("<Q", nt, 24)[0] / 1e7 - 11644473600
        found.append((
            none, "0x%08x" % struct.unpack_from("<I", last, 60)[0], field(last, 44).decode("utf-16-le"), last[64:68].hex(), any(last[72:88]),
            abs(clock - time.time()) < 300, any(lm[:16])))
    return found, names
found, names = look("one")
others, same = look("two")
for one in found + others: print(*one)
wanted = [("true", "0x629882d5", "SQUAREMILL", "0501280a", False, True, True)] * 2
assert found == wanted and others == wanted, "the client has changed"
assert names == same and len(names) > 40 and wide("one") not in names, "the server has changed"
P
unshare -r python3 look.py
