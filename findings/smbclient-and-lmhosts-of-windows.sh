#!/bin/sh
# Does smbclient read an lmhosts file as Windows has it?
#
# Guess before the run: yes; #PRE, #DOM: and notes behind “#” are left out, and the line counts.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), whether the address of the line is asked:
#
#   127.0.0.11 plain                   yes
#   127.0.0.12 pre #PRE                yes
#   127.0.0.13 domain #DOM:LAB         yes
#   127.0.0.14 both #PRE #DOM:LAB      no
#   127.0.0.15 note # of a server      no
#   127.0.0.16 dotted.lab.test         no, and no message
#
# A line with four words or more is lost: “getlmhostsent: too many columns in lmhosts file (obsolete syntax)”. A name with
# a dot is never looked up in lmhosts.
# Lesson: no packet at all and NT_STATUS_..._NOT_FOUND, while Windows finds the server with the same file: look at the words
# behind the name. Keep lines of two words for Samba.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
version=2:4.17.12+dfsg-0+deb12u4
mkdir -p archives/partial state
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install smbclient=$version libsmbclient=$version samba-libs=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir -p etc/samba
echo 'root:x:0:0::/:/bin/sh' > etc/passwd
cat > etc/samba/lmhosts <<'L'
127.0.0.11 plain
127.0.0.12 pre #PRE
127.0.0.13 domain #DOM:LAB
127.0.0.14 both #PRE #DOM:LAB
127.0.0.15 note # of a server
127.0.0.16 dotted.lab.test
L
cat > look.py <<'P'
import os, socket, subprocess, sys, threading
came = []
def write(*lines):
    with open("smb.conf", "w") as file:
        file.write("[global]\n" + "".join(line + "\n" for line in lines))
        for place in ("lock directory", "state directory", "cache directory", "private dir", "pid directory"):
            file.write("%s = %s/state\n" % (place, os.getcwd()))
def forget():
    if os.path.exists("state/gencache.tdb"): os.remove("state/gencache.tdb")
def smbclient(server): return subprocess.run(
    ["root/usr/bin/smbclient", "-s", "smb.conf", "-N", "//%s/share" % server], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
def take(listener):
    # It only wants to see which address is asked, and closes each connection.
    while True:
        connection = listener.accept()[0]
        came.append(connection.getsockname()[0])
        connection.close()
for port in 139, 445: threading.Thread(target=take, args=(socket.create_server(("0.0.0.0", port)),), daemon=True).start()
def ask(server):
    forget()
    came.clear()
    done = smbclient(server)
    print(server, *sorted(set(came)))
    return set(came), "too many columns in lmhosts file" in done.stdout + done.stderr
write("name resolve order = lmhosts")
seen = {server: ask(server) for server in ("plain", "pre", "domain", "both", "note", "dotted.lab.test")}
sys.stdout.flush()
assert [one for one, _ in seen.values()] == [{"127.0.0.11"}, {"127.0.0.12"}, {"127.0.0.13"}, set(), set(), set()], "this has changed"
assert seen["both"][1] and seen["note"][1] and not seen["dotted.lab.test"][1], "its message has changed"
P
# The file is /etc/samba/lmhosts; namespaces of its own have another /etc, and port 445 free.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind etc /etc; exec python3 look.py "$0"' "$libraries"
