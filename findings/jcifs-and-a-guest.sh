#!/bin/sh
# What does jcifs say when a server makes its user a guest, or has no SMB1?
#
# Guess before the run: NTLMv2 on port 445 with “NT LM 0.12” alone, then port 139. That it might treat a guest, or a server
# without SMB1, otherwise than other clients was not thought of.
# Seen (libjcifs-java 1.3.19-2, OpenJDK 17.0.21.1+2-1~deb12u1, samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm,
# “map to guest = bad user”), an unknown user:
#
#                                          on the wire                             the program says
#   smbclient -m NT1                       SESSION_SETUP: SUCCESS, as a guest      exit status 0
#   jcifs                                  SESSION_SETUP: SUCCESS, as a guest      Logon failure: unknown user name or bad password.
#   jcifs, server min protocol = SMB2_02   NEGOTIATE answered, no dialect chosen   Failed to connect: 0.0.0.0<00>/127.0.0.1
#
# jcifs makes its own LOGON_FAILURE of the guest flag, and closes the connection.
# Lesson: the text of a Java program is not the server's status: with jcifs it tells of a wrong password or of a dead server
# where the packets show neither.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
java=17.0.21.1+2-1~deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version \
  libuid-wrapper >&2
(cd archives && apt-get -q download libjcifs-java=1.3.19-2 openjdk-17-jre-headless=$java openjdk-17-jdk-headless=$java >&2)
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
# Java's settings are links into /etc of a host where it is installed.
find root/usr/lib/jvm -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in /etc/*) rm "$link"; ln -s "$folder/root$target" "$link" ;; esac
done
libraries=$(find "$folder/root" -name '*.so*' -not -path '*/jvm/*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir share
cat > Look.java <<'J'
import jcifs.smb.SmbException;
import jcifs.smb.SmbFile;
public class Look {
    public static void main(String[] arguments) throws Exception {
        try { System.out.println("files: " + new SmbFile(arguments[0]).list().length); }
        catch (SmbException error) { System.out.println(error.getMessage()); }
    }
}
J
root/usr/lib/jvm/java-17-openjdk-amd64/bin/javac -cp root/usr/share/java/jcifs-1.3.19.jar Look.java
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
libraries, folder = sys.argv[1:]
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries)
answers = []
def carry(source, target, watch):
    # Passes whole messages on, and notes command, status and the first words of the server's.
    try:
        while len(head := source.recv(4, socket.MSG_WAITALL)) == 4:
            body = source.recv(struct.unpack(">I", head)[0], socket.MSG_WAITALL)
            if watch: answers.append((body[4], struct.unpack_from("<I", body, 5)[0], struct.unpack_from("<HHH", body, 33) if body[32] > 2 else body[33:35]))
            target.sendall(head + body)
        target.shutdown(socket.SHUT_WR)
    except OSError: pass
def serve(listener, port):
    while True:
        client = listener.accept()[0]
        for _ in range(100):
            try: server = socket.create_connection(("127.0.0.1", port)); break
            except ConnectionRefusedError: time.sleep(0.2)
        for one in (client, server, False), (server, client, True): threading.Thread(target=carry, args=one, daemon=True).start()
def start(number, lowest):
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    state = "%s/state%d" % (folder, number)
    os.mkdir(state)
    with open(state + "/smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
        file.write("map to guest = bad user\nserver min protocol = %s\n" % lowest)
        for place in ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir"):
            file.write("%s = %s\n" % (place, state))
        file.write("[share]\npath = %s/share\nguest ok = yes\n" % folder)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", state + "/smb.conf"],
        env=dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, port), daemon=True).start()
    return server, listener.getsockname()[1]
def smbclient(port):
    return subprocess.run(
        ["root/usr/bin/smbclient", "-s", "/dev/null", "-m", "NT1", "--option=client min protocol=NT1", "-p", str(port), "//127.0.0.1/share",
         "-U", "unknown%secret", "-c", "ls"], env=loader, capture_output=True, timeout=60).returncode
def jcifs(port):
    return subprocess.run(
        ["root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "-cp", "root/usr/share/java/jcifs-1.3.19.jar:.", "Look",
         "smb://LAB;unknown:secret@127.0.0.1:%d/share/" % port], capture_output=True, text=True, timeout=60).stdout.strip()
def last(command): return [one[1:] for one in answers if one[0] == command][-1]
server, port = start(0, "NT1")
try:
    first = smbclient(port)
    guest = last(0x73)
    answers.clear()
    second = jcifs(port)
    same = last(0x73)
finally: server.terminate()
server.wait()
answers.clear()
server, port = start(1, "SMB2_02")
try: third = jcifs(port)
finally: server.terminate()
server.wait()
none = last(0x72)
print("smbclient", first, guest, "jcifs", second, same, "jcifs without SMB1", third, none, sep="; ")
# The third word of the answer to SESSION_SETUP is 1 for a guest.
assert first == 0 and guest[0] == 0 and guest[1][2] & 1, "smbclient has changed"
assert same[0] == 0 and same[1][2] & 1 and second == "Logon failure: unknown user name or bad password.", "jcifs has changed"
assert none == (0, b"\xff\xff") and third.startswith("Failed to connect: 0.0.0.0<00>/127.0.0.1"), "jcifs without SMB1 has changed"
P
python3 look.py "$libraries" "$folder"
