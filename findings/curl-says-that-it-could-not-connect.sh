#!/bin/sh
# What does curl say for smb:// when the server has no SMB1?
#
# Guess before the run: that the protocol does not fit, or “weird server reply” (exit status 8).
# Seen (curl 7.88.1-10+deb12u15, samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a server with its usual settings, so with SMB2 and
# SMB3 alone, and one that also has SMB1:
#
#   usual settings   “(7) Couldn't connect to server”, after a TCP connection and a request with “NT LM 0.12” as its only dialect
#   with SMB1        gets in, and gets the file
#
# curl has no SMB2; the same words and the same number are those of a port that is shut.
# Lesson: exit status 7 of curl is no proof of a firewall or of a server that is down. In the recording the TCP connection is whole, and
# the first message of the client begins with ff 53 4d 42.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version libsmbclient=$version samba-common=$version samba-common-bin=$version \
  libwbclient0=$version libuid-wrapper curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
with open("share/note", "w") as file: file.write("seen\n")
os.chmod("share/note", 0o644)
first = []
# It stands between curl and the server, and keeps what curl sends first.
def between(listener):
    while True:
        client, server = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
        def pass_on(source, target, keep):
            while data := source.recv(65536):
                if keep: first.append(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        threading.Thread(target=pass_on, args=(client, server, True), daemon=True).start()
        threading.Thread(target=pass_on, args=(server, client, False), daemon=True).start()
middle = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=between, args=(middle,), daemon=True).start()
def look(more):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/state/log\n" % folder)
        file.write("smb ports = %d\nmap to guest = bad user\n" % port + more + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write("[share]\npath = %s/share\nguest ok = yes\n" % folder)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
            except ConnectionRefusedError: time.sleep(0.2)
        first.clear()
        run = subprocess.run(
            ["root/usr/bin/curl", "-sS", "-m", "30", "-u", "guest:guest", "smb://127.0.0.1:%d/share/note" % middle.getsockname()[1]],
            env=loader, capture_output=True, text=True, timeout=60)
        return run.returncode, (run.stdout + run.stderr).strip(), first[0][4:8], first[0][38:]
    finally:
        server.terminate()
        server.wait()
seen = [look(""), look("server min protocol = NT1\n")]
print(*seen, sep="\n")
assert seen[0][:2] == (7, "curl: (7) Couldn't connect to server") and seen[1][:2] == (0, "seen"), "this has changed"
assert all(one[2] == b"\xffSMB" and one[3].count(b"\x02") == 1 and b"NT LM 0.12" in one[3] for one in seen), "this has changed"
P
python3 look.py "$libraries" "$folder"
