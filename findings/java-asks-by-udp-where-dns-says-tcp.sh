#!/bin/sh
# By which way do Kerberos programs ask a KDC that the DNS announces for TCP alone (_kerberos._tcp, no _kerberos._udp)?
#
# Guess before the run: by TCP, each of them.
# Seen (OpenJDK 17.0.21.1, krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), a KDC that
# takes TCP and has its UDP port closed, or takes UDP and says nothing:
#
#                                       UDP closed                 UDP silent
#   Java                                fails, no TCP; “null”      asks by UDP max_retries times, then fails, no TCP
#   Java, udp_preference_limit = 1      TCP                        TCP
#   MIT, Heimdal                        TCP                        TCP
#
# Java looks for _kerberos._udp, then for _kerberos._tcp, takes the host and port of the record and asks there by UDP. By default it waits
# 30 s three times.
# Lesson: 90 s of AS-REQs by UDP from one program, while others log on by TCP, are Java's. Set udp_preference_limit = 1 for it, or announce the
# KDC for both.
set -eu
java=17.0.21.1+2-1~deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for package in krb5-user=1.20.1-2+deb12u5 heimdal-clients=7.8.git20221117.28daf24+dfsg-2; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install "$package" >&2
done
(cd archives && apt-get -q download openjdk-17-jre-headless=$java openjdk-17-jdk-headless=$java >&2)
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
# Java's settings are links into /etc of a host where it is installed.
find root/usr/lib/jvm -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in /etc/*) rm "$link"; ln -s "$folder/root$target" "$link" ;; esac
done
libraries=$(find "$folder/root" -name '*.so*' -not -path '*/jvm/*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > Look.java <<'J'
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.*;
import javax.security.auth.login.*;
public class Look {
    public static void main(String[] arguments) throws Exception {
        Configuration.setConfiguration(new Configuration() {
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] { new AppConfigurationEntry(
                    "com.sun.security.auth.module.Krb5LoginModule", AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, Map.of()) };
            }
        });
        CallbackHandler handler = callbacks -> {
            for (Callback one : callbacks) {
                if (one instanceof NameCallback) ((NameCallback) one).setName("alice");
                if (one instanceof PasswordCallback) ((PasswordCallback) one).setPassword("secret".toCharArray());
            }
        };
        try { new LoginContext("look", new Subject(), handler).login(); }
        catch (LoginException error) { System.out.println(error.getMessage()); }
    }
}
J
root/usr/lib/jvm/java-17-openjdk-amd64/bin/javac Look.java
echo 'nameserver 127.0.0.1' > resolv.conf
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
KDC, asked = "127.0.0.12", []
def name(text): return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"
def bound(address, port):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((address, port))
    return listener
def dns(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        place, labels = 12, []
        while query[place]:
            labels.append(query[place + 1 : place + 1 + query[place]].decode())
            place += 1 + query[place]
        kind, asks, record = query[place + 2], ".".join(labels).lower(), b""
        if asks == "_kerberos._tcp.lab.test" and kind == 33: record = struct.pack(">HHH", 0, 0, 88) + name("dc.lab.test")
        if asks == "dc.lab.test" and kind == 1: record = socket.inet_aton(KDC)
        known = record or asks == "dc.lab.test"
        head = query[:2] + struct.pack(">HHHHH", 0x8580 if known else 0x8583, 1, bool(record), 0, 0) + query[12 : place + 5]
        listener.sendto(head + (b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(record)) + record if record else b""), sender)
def unknown():
    def der(tag, *parts): return bytes([tag, len(b"".join(parts))]) + b"".join(parts)
    def number(value): return der(2, bytes([value]))
    def text(value): return der(0x1B, value)
    return der(0x7E, der(
        0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode())),
        der(0xA5, number(0)), der(0xA6, number(6)), der(0xA9, text(b"LAB.TEST")),
        der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST")))))))
def tcp(listener):
    while True:
        client = listener.accept()[0]
        asked.append("TCP")
        client.recv(struct.unpack(">I", client.recv(4, socket.MSG_WAITALL))[0], socket.MSG_WAITALL)
        client.sendall(struct.pack(">I", len(unknown())) + unknown())
        client.close()
def silent(listener):
    while True:
        listener.recvfrom(65536)
        asked.append("UDP")
for serve, listener in ((dns, bound("127.0.0.1", 53)), (tcp, socket.create_server((KDC, 88)))):
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
def look(setting, *command):
    asked.clear()
    with open("krb5.conf", "w") as file:
        file.write("[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = true\n" + setting)
    run = subprocess.run(
        command, input="secret\n", text=True, timeout=60, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache"))
    return asked[:], run.stdout.strip() if "java" in command[0] else ""
java = "root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "-Djava.security.krb5.conf=krb5.conf", "-cp", ".", "Look"
programs = ("root/usr/bin/kinit", "alice"), ("root/usr/bin/kinit.heimdal", "--password-file=STDIN", "alice")
short = " kdc_timeout = 1s\n max_retries = 2\n"
def all_of(): return [look(short, *java), look(" udp_preference_limit = 1\n", *java), *(look("", *one) for one in programs)]
closed = all_of()
threading.Thread(target=silent, args=(bound(KDC, 88),), daemon=True).start()
quiet = all_of()
print(closed, quiet, sep="\n")
good = [(["TCP"], "Client not found in Kerberos database (6)"), (["TCP"], ""), (["TCP"], "")]
assert closed == [([], "null"), *good] and quiet == [(["UDP", "UDP"], "Receive timed out"), *good], "this has changed"
P
# The ports and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
