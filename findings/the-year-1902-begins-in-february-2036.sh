#!/bin/sh
# Which year do clients of time read behind 7 February 2036, when the 32 bits of NTP's seconds begin again at 0?
#
# Guess before the run: the right one with chrony, ntpdig and Go, which know of NTP's eras; small libraries may say 1900 or so.
# Seen (Debian bookworm), a server whose clock says 14 February 2038, asked today:
#
#   chrony 4.3-2+deb12u3              ahead by 11 years: the right time
#   ntpdig 1.2.2+dfsg1-1+deb12u1      8 January 1902
#   rdate 1:1.11-3                    8 January 1902
#   Go, beevik/ntp 0.3.0-4            8 January 1902, and Validate() has no objection
#   Perl, Net::NTP 1.5-3              8 January 1902
#   Python, ntplib 0.4.0              8 January 1902
#
# A domain controller gives the time by NTP, and Kerberos takes a difference of five minutes.
# Lesson: a lab or a device whose clock runs that far ahead looks to most tools as if it were 125 years behind. Add 2^32 seconds
# (136 years) before you report such a difference.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install chrony=4.3-2+deb12u3 ntpsec-ntpdig=1.2.2+dfsg1-1+deb12u1 rdate=1:1.11-3 libnet-ntp-perl=1.5-3 golang-github-beevik-ntp-dev=0.3.0-4 \
  golang-golang-x-net-dev golang-golang-x-sys-dev golang-golang-x-text-dev golang-1.19-go golang-1.19-src >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install ntplib==0.4.0
cat > ask.go <<'G'
package main

import (
	"fmt"

	"github.com/beevik/ntp"
)

func main() {
	answer, err := ntp.Query("127.0.0.1")
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Time.UTC().Format("2006-01"), answer.Validate())
}
G
GOROOT="$folder/root/usr/lib/go-1.19" GOPATH="$folder/root/usr/share/gocode" GO111MODULE=off GOCACHE="$folder/cache" \
  "$folder/root/usr/lib/go-1.19/bin/go" build -o ask ask.go
printf 'server 127.0.0.1 iburst minpoll 0 maxpoll 0\ncmdport 0\npidfile %s/pid\n' "$folder" > chrony.conf
cat > look.py <<'P'
import os, re, socket, struct, subprocess, threading, time
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 123))
ahead = 2149718400 - int(time.time())  # 14 February 2038
def stamp(seconds):
    seconds += 2208988800
    return struct.pack(">II", int(seconds) % 2**32, int(seconds % 1 * 2**32))
def serve():
    while True:
        request, client = server.recvfrom(2000)
        now = stamp(time.time() + ahead)
        server.sendto(struct.pack(">BBbbII4s", request[0] & 0x38 | 4, 2, 6, -20, 256, 512, b"\x7f\x7f\1\1") + now + request[40:48] + now + now, client)
threading.Thread(target=serve, daemon=True).start()
libraries = os.path.abspath("root/usr/lib/x86_64-linux-gnu/ntp")
environment = dict(
    os.environ, TZ="UTC", LC_ALL="C", LD_LIBRARY_PATH=libraries, PYTHONPATH="root/usr/lib/python3/dist-packages", PERL5LIB="root/usr/share/perl5")
def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    return done.stdout + done.stderr
library = "import datetime, ntplib; r = ntplib.NTPClient().request('127.0.0.1'); print(datetime.datetime(1970, 1, 1) + datetime.timedelta(0, r.tx_time))"
perl = "%a = get_ntp_response('127.0.0.1'); my @t = gmtime $a{'Transmit Timestamp'}; printf '%d-%02d', $t[5] + 1900, $t[4] + 1"
seen = {
    "chrony": run("root/usr/sbin/chronyd", "-u", "root", "-Q", "-t", "10", "-f", "chrony.conf"),
    "ntpdig": run("/usr/bin/python3", "root/usr/bin/ntpdig", "-t", "2", "127.0.0.1"),
    "rdate": run("root/usr/sbin/rdate" if os.path.exists("root/usr/sbin/rdate") else "root/usr/bin/rdate", "-n", "-p", "127.0.0.1"),
    "Go": run("./ask"), "Perl": run("perl", "-MNet::NTP", "-e", perl), "Python": run("v/bin/python", "-c", library)}
for one in seen.items(): print(*one)
wrong = re.search(r"wrong by (\d+)", seen["chrony"])
right = wrong is not None and abs(int(wrong[1]) - ahead) < 60
right = right and seen["ntpdig"].startswith("1902-01-")
right = right and re.search(r"Jan .* 1902", seen["rdate"]) is not None and seen["Go"].startswith("1902-01") and "<nil>" in seen["Go"]
right = right and seen["Perl"].startswith("1902-01") and seen["Python"].startswith("1902-01")
assert right, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py'
