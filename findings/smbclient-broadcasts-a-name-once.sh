#!/bin/sh
# How often does smbclient ask for a NetBIOS name, and how long does it wait?
#
# Guess before the run: three broadcasts. From a WINS server an answer “wait” (WACK) makes it wait longer.
# Seen (smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), when the answer with the address comes:
#
#   by broadcast   one query     after 0.1 s taken    after 0.5 s too late
#   from WINS      two queries   after 1.5 s taken    after 2.5 s too late
#   from WINS, with a WACK at once                    after 2.5 s too late all the same
#
# When it is too late, smbclient says NT_STATUS_NOT_FOUND and sends no SYN.
# Lesson: one query and a good answer half a second later look like a name that was found; smbclient is gone by then. One
# lost datagram is enough too: nothing is asked twice by broadcast. A name in the DNS helps.
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
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
came, queries, wait, wack = [], [], [0.0], [False]
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
def answer(listener, query, sender):
    name, kind = query[12:46], struct.pack(">HH", 0x20, 1)
    # WACK: opcode 7, ten more seconds.
    if wack[0]: listener.sendto(query[:2] + struct.pack(">HHHHH", 0xBC00, 0, 1, 0, 0) + name + kind + struct.pack(">IHH", 10, 2, 0x0110), sender)
    time.sleep(wait[0])
    listener.sendto(
        query[:2] + struct.pack(">HHHHH", 0x8500, 0, 1, 0, 0) + name + kind + struct.pack(">IHH", 300, 6, 0) + socket.inet_aton("10.9.9.2"), sender)
def serve(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        # The 0x10 is the flag of a broadcast.
        queries.append(bool(query[3] & 0x10))
        threading.Thread(target=answer, args=(listener, query, sender), daemon=True).start()
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("0.0.0.0", 137))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def ask(order, seconds, more=False):
    write("name resolve order = " + order, "wins server = 10.9.9.2", "interfaces = 10.9.9.1/24")
    forget()
    came.clear()
    queries.clear()
    wait[0], wack[0] = seconds, more
    text = smbclient("fs").stderr
    seen = len(queries), set(queries), set(came), "NT_STATUS_NOT_FOUND" in text
    # The late answer is not for the next question.
    time.sleep(seconds)
    print(order, seconds, more, *seen)
    return seen
found = {"10.9.9.2"}
seen = [ask("bcast", 0.1), ask("bcast", 0.5), ask("wins", 1.5), ask("wins", 2.5), ask("wins", 2.5, True)]
sys.stdout.flush()
assert seen[:2] == [(1, {True}, found, False), (1, {True}, set(), True)], "the broadcast has changed"
assert seen[2:] == [(2, {False}, found, False), (2, {False}, set(), True), (2, {False}, set(), True)], "WINS has changed"
P
# Addresses, and ports of them, belong to a network namespace of its own.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; ip address add 10.9.9.1/24 broadcast 10.9.9.255 dev lo; ip address add 10.9.9.2/24 dev lo
  exec python3 look.py "$0"' "$libraries"
