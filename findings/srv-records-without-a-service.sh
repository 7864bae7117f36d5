#!/bin/sh
# Which KDC do Kerberos programs ask when the SRV record of its realm has a dot as its target (“no such service”, RFC 2782), the port 0,
# or an address in the place of a name?
#
# Guess before the run: for a dot at _udp MIT goes to TCP at once, Heimdal and Java ask the DNS for the address of the dot. With port 0
# MIT asks nobody and Heimdal port 88. Nothing was guessed about an address.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 and OpenJDK 17.0.21.1+2-1~deb12u1 of Debian bookworm),
# the KDC dc1 is at 127.0.0.11, port 88:
#
#   _kerberos._udp, _tcp      MIT            Heimdal         Java
#   dc1 and dc1               by UDP         by UDP          by UDP
#   . and dc1                 by TCP         by TCP          nobody; the DNS is asked for “.”
#   dc1 port 0, both          nobody         nobody          by UDP, port 88
#   127.0.0.11, both          nobody         by UDP          nobody
#
# MIT and Java take 127.0.0.11 for a name and ask the DNS for it.
# Lesson: a question for the address of the root comes from Java and from a domain that turned UDP off in its DNS. An SRV record that one
# program can use is no proof that it is right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5" \
  "heimdal-clients=7.8.git20221117.28daf24+dfsg-2" \
  "openjdk-17-jre-headless=17.0.21.1+2-1~deb12u1 openjdk-17-jdk-headless=17.0.21.1+2-1~deb12u1"; do
  # shellcheck disable=SC2086
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
# Java's settings are links into /etc of a host where it is installed.
find root/usr/lib/jvm -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in /etc/*) rm "$link"; ln -s "$folder/root$target" "$link" ;; esac
done
cat > Logon.java <<'J'
import java.util.Map;
import javax.security.auth.callback.*;
import javax.security.auth.login.*;
public class Logon {
    public static void main(String[] words) throws Exception {
        var settings = new Configuration() {
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {new AppConfigurationEntry(
                    "com.sun.security.auth.module.Krb5LoginModule", AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, Map.of())};
            }
        };
        CallbackHandler answers = callbacks -> {
            for (var one : callbacks) {
                if (one instanceof NameCallback name) name.setName("alice");
                if (one instanceof PasswordCallback password) password.setPassword("secret".toCharArray());
            }
        };
        new LoginContext("any", null, answers, settings).login();
    }
}
J
root/usr/lib/jvm/java-17-openjdk-amd64/bin/javac Logon.java
printf 'nameserver 127.0.0.2\noptions timeout:1 attempts:1\n' > resolv.conf
echo 'hosts: dns' > nsswitch.conf
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
zone, asked, reached = {}, [], []
def wire(name): return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"
def service(port, target): return {33: struct.pack(">HHH", 0, 0, port) + wire(target)}
def dns():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.2", 53))
    while True:
        data, sender = server.recvfrom(4096)
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += data[at] + 1
        kind, name = struct.unpack(">H", data[at + 1:at + 3])[0], ".".join(labels).lower()
        asked.append((name or ".", kind))
        answer = zone.get(name, {}).get(kind, b"")
        if answer: answer = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(answer)) + answer
        code = 0x8580 if name in zone or not name else 0x8583
        server.sendto(data[:2] + struct.pack(">5H", code, 1, 1 if answer else 0, 0, 0) + data[12:at + 5] + answer, sender)
def datagrams():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.11", 88))
    while True:
        server.recv(4096)
        reached.append("UDP")
def streams():
    server = socket.create_server(("127.0.0.11", 88))
    while True:
        client, _ = server.accept()
        reached.append("TCP")
        client.close()
for way in (dns, datagrams, streams): threading.Thread(target=way, daemon=True).start()
with open("krb5.conf", "w") as file: file.write("[libdefaults]\ndefault_realm = LAB.TEST\ndns_lookup_kdc = true\n")
with open("password", "w") as file: file.write("secret\n")
programs = {
    "MIT": ["root/usr/bin/kinit", "alice"], "Heimdal": ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice"],
    "Java": ["root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "-Djava.security.krb5.conf=krb5.conf", "-cp", ".", "Logon"]}
def look(udp, tcp):
    zone.clear()
    zone.update({
        "_kerberos._udp.lab.test": udp, "_kerberos._tcp.lab.test": tcp, "dc1.lab.test": {1: bytes([127, 0, 0, 11])},
        "lab.test": {}, "_tcp.lab.test": {}, "_udp.lab.test": {}})
    row = []
    for program, command in programs.items():
        asked.clear()
        reached.clear()
        client = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, LD_LIBRARY_PATH="" if program == "Java" else sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
        for _ in range(150):
            time.sleep(0.1)
            if reached or client.poll() is not None: break
        client.kill()
        client.wait()
        targets = [name for name, kind in asked if kind == 1 and name in (".", "127.0.0.11")]
        row.append((reached[0] if reached else "nobody", targets[0] if targets else ""))
    return row
dc1, no_port, address = service(88, "dc1.lab.test"), service(0, "dc1.lab.test"), service(88, "127.0.0.11")
udp, nobody = ("UDP", ""), ("nobody", "")
rows = {
    "usual": ((dc1, dc1), [udp, udp, udp]), "dot": ((service(0, "."), dc1), [("TCP", ""), ("TCP", ""), ("nobody", ".")]),
    "port 0": ((no_port, no_port), [nobody, nobody, udp]),
    "address": ((address, address), [("nobody", "127.0.0.11"), udp, ("nobody", "127.0.0.11")])}
right = True
for name, (records, wanted) in rows.items():
    seen = look(*records)
    print(name, seen)
    right = right and seen == wanted
print("as described" if right else "this has changed")
sys.stdout.flush()
os._exit(0 if right else 1)
P
# The two files of the host are covered in a name space of its own.
unshare -rnm sh -c 'ip link set lo up; mount --bind resolv.conf /etc/resolv.conf; mount --bind nsswitch.conf /etc/nsswitch.conf
  exec python3 look.py "$0"' "$libraries"
