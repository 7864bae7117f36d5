#!/bin/sh
# Which domain and which workstation are in the AUTHENTICATE message of a Java program with Apache HttpClient, when it is given them as DNS
# names?
#
# Guess before the run: both as they were given, in capitals; the server's time in the response, for the challenge has one; no session key.
# Seen (libhttpclient-java 4.5.14-1 of Debian bookworm, OpenJDK 17), NTCredentials of the user alice, a challenge with the time of 2023:
#
#   domain given      workstation given     domain sent     workstation sent
#   corp.lab.test     pc1.lab.test          CORP            PC1
#   lab.test          10.0.0.5              LAB             10
#   LAB               (empty)               LAB             (empty)
#
# The response has an LMv2 part and the client's own time, and with the flags of the challenge comes a session key that HTTP does not use.
# Lesson: a domain may have another NetBIOS name than the first label of its DNS name; give such a program the short name, or
# LOGON_FAILURE comes for a right password. A workstation 10 or 192 in a log is an address that was cut.
set -eu
java=17.0.21.1+2-1~deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir archives
(cd archives && apt-get -q download libhttpclient-java=4.5.14-1 libhttpcore-java=4.4.16-1 libcommons-logging-java libcommons-codec-java \
  openjdk-17-jre-headless=$java openjdk-17-jdk-headless=$java >&2)
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
# Java's settings are links into /etc of a host where it is installed.
find root/usr/lib/jvm -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in /etc/*) rm "$link"; ln -s "$folder/root$target" "$link" ;; esac
done
cat > Look.java <<'J'
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.NTCredentials;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.HttpClients;
public class Look {
    public static void main(String[] arguments) throws Exception {
        for (int at = 1; at < arguments.length; at += 2) {
            BasicCredentialsProvider provider = new BasicCredentialsProvider();
            provider.setCredentials(AuthScope.ANY, new NTCredentials("alice", "secret", arguments[at + 1], arguments[at]));
            HttpClients.custom().setDefaultCredentialsProvider(provider).build().execute(new HttpGet(arguments[0]));
        }
    }
}
J
cat > look.py <<'P'
import base64, os, socket, struct, subprocess, threading
def wide(text): return text.encode("utf-16-le")
CLOCK = struct.pack("<Q", 133444736000000000)
def challenge():
    info = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in (
        (2, wide("LAB")), (1, wide("FS")), (4, wide("lab.test")), (3, wide("fs.lab.test")), (7, CLOCK), (0, b"")))
    name, version = wide("LAB"), bytes.fromhex("0a007c4f0000000f")
    return b"NTLMSSP\0" + struct.pack(
        "<IHHII8sQHHI", 2, len(name), len(name), 56, 0xE2898235, b"12345678", 0, len(info), len(info), 62) + version + name + info
seen = []
def serve(listener):
    while True:
        client = listener.accept()[0]
        reader, token = client.makefile("rb"), None
        while line := reader.readline():
            if line.lower().startswith(b"authorization:"): token = base64.b64decode(line.split()[-1])
            if line.strip(): continue
            offer, state = b"NTLM", b"401 Unauthorized"
            if token and token[8] == 1: offer += b" " + base64.b64encode(challenge())
            elif token:
                state = b"200 OK"
                fields = [token[at:at + size] for size, at in (struct.unpack_from("<HxxI", token, 12 + 8 * part) for part in range(6))]
                clock = "the server's" if fields[1][24:32] == CLOCK else "its own"
                seen.append((fields[2].decode("utf-16-le"), fields[4].decode("utf-16-le"), len(fields[5]), fields[0] != bytes(24), clock))
            client.sendall(b"HTTP/1.1 " + state + b"\r\nWWW-Authenticate: " + offer + b"\r\nContent-Length: 0\r\n\r\n")
            if state == b"200 OK": break
            token = None
        reader.close()
        client.close()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
java = "root/usr/lib/jvm/java-17-openjdk-amd64/bin/java"
jars = ":".join("root/usr/share/java/%s.jar" % one for one in ("httpclient", "httpcore", "commons-logging", "commons-codec"))
subprocess.run(
    [java, "-cp", jars, "Look.java", "http://127.0.0.1:%d/" % listener.getsockname()[1], "corp.lab.test", "pc1.lab.test", "lab.test", "10.0.0.5", "LAB", ""],
    stderr=subprocess.DEVNULL, timeout=120)
print(*seen, sep="\n")
assert seen == [(*one, 16, True, "its own") for one in (("CORP", "PC1"), ("LAB", "10"), ("LAB", ""))], "this has changed"
P
python3 look.py
