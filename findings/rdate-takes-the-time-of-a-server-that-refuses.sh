#!/bin/sh
# Which clients take the time of a server that says that it has none, or that sends them away?
#
# Guess before the run: chrony, ntpdig and rdate refuse each such answer; ntplib and Net::NTP show what is in it. Of a root dispersion
# of 10 s, which a domain controller of Windows gives, chrony alone takes offence.
# Seen (chrony 4.3-2+deb12u3, ntpsec-ntpdig 1.2.2+dfsg1-1+deb12u1, rdate 1:1.11-3 and libnet-ntp-perl 1.5-3 of Debian bookworm,
# ntplib 0.4.0); the server is 600 s ahead in each answer:
#
#                                          chrony   ntpdig   rdate    ntplib, Net::NTP
#   usual                                  takes    takes    takes    take
#   leap 3: clock is not set               refuses  refuses  refuses  take
#   stratum 0, RATE: “come less often”     refuses  refuses  takes    take
#   stratum 16                             refuses  refuses  refuses  take
#   root dispersion 10 s                   refuses  takes    takes    take
#
# Lesson: rdate sets a clock by a “kiss of death”, whose times may be anything. Where Kerberos says that clocks differ, look at leap,
# stratum and root dispersion of the answer, not only at its time; “no suitable source” of chrony may be a domain controller's dispersion.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install chrony=4.3-2+deb12u3 ntpsec-ntpdig=1.2.2+dfsg1-1+deb12u1 rdate=1:1.11-3 libnet-ntp-perl=1.5-3 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install ntplib==0.4.0
printf 'server 127.0.0.1 iburst minpoll 0 maxpoll 0\ncmdport 0\npidfile %s/pid\n' "$folder" > chrony.conf
cat > look.py <<'P'
import os, re, socket, struct, subprocess, threading, time
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 123))
def stamp(seconds):
    seconds += 2208988800
    return struct.pack(">II", int(seconds) % 2**32, int(seconds % 1 * 2**32))
kinds = {  # leap, stratum, root dispersion in seconds, reference
    "usual": (0, 2, 0, b"\x7f\x7f\1\1"), "not set": (3, 2, 0, b"\x7f\x7f\1\1"), "RATE": (0, 0, 0, b"RATE"), "16": (0, 16, 0, b"\x7f\x7f\1\1"),
    "dispersion": (0, 2, 10, b"\x7f\x7f\1\1")}
kind = "usual"
def serve():
    while True:
        request, client = server.recvfrom(2000)
        leap, stratum, dispersion, reference = kinds[kind]
        now = stamp(time.time() + 600)
        head = struct.pack(">BBbbII4s", leap << 6 | request[0] & 0x38 | 4, stratum, 6, -20, 256, (dispersion << 16) + 512, reference)
        server.sendto(head + now + request[40:48] + now + now, client)
threading.Thread(target=serve, daemon=True).start()
environment = dict(
    os.environ, TZ="UTC", LC_ALL="C", LD_LIBRARY_PATH=os.path.abspath("root/usr/lib/x86_64-linux-gnu/ntp"),
    PYTHONPATH="root/usr/lib/python3/dist-packages", PERL5LIB="root/usr/share/perl5")
def takes(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    # Each one that takes the answer prints the difference, 600 s.
    return re.search(r"\b(600\.\d|599\.9)", done.stdout + done.stderr) is not None
library = "import ntplib; print(ntplib.NTPClient().request('127.0.0.1').offset)"
def look():
    return [
        takes("root/usr/sbin/chronyd", "-u", "root", "-Q", "-t", "6", "-f", "chrony.conf"),
        takes("/usr/bin/python3", "root/usr/bin/ntpdig", "-t", "2", "127.0.0.1"), takes("root/usr/sbin/rdate", "-n", "-p", "-v", "127.0.0.1"),
        takes("v/bin/python", "-c", library), takes("perl", "-MNet::NTP", "-e", "%a = get_ntp_response('127.0.0.1'); print $a{Offset}")]
wanted = {
    "usual": [True] * 5, "not set": [False, False, False, True, True], "RATE": [False, False, True, True, True],
    "16": [False, False, False, True, True], "dispersion": [False, True, True, True, True]}
right = True
for kind in kinds:
    seen = look()
    print(kind, *seen)
    right = right and seen == wanted[kind]
assert right, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py'
