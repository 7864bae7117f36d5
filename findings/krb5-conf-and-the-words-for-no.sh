#!/bin/sh
# Which words for yes and no do Kerberos programs understand in krb5.conf?
#
# Guess before the run: MIT true, yes, on, 1, t and y, and ends with an error at “enabled”; Heimdal yes, true and 1; Java true and yes, all
# others are no.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 and OpenJDK 17.0.21.1+2-1~deb12u1 of Debian
# bookworm), whether the DNS is asked for a KDC (dns_lookup_kdc = WORD), and whether the AS-REQ has the flag (forwardable = WORD); no
# program says a word:
#
#                      dns_lookup_kdc         forwardable
#   WORD               MIT   Heimdal   Java   MIT   Heimdal   Java
#   true yes TRUE      yes   yes       yes    yes   yes       yes
#   1                  yes   yes       yes    yes   yes       no
#   on t y             yes   no        yes    yes   no        no
#   enabled            no    no        yes    no    no        no
#   off 0 nil          no    no        yes    no    no        no
#   false no           no    no        no     no    no        no
#
# Java knows true, yes, false and no, and takes each other word for the setting's default: yes for the first, no for the second. Heimdal
# knows true, yes and numbers, and takes the rest for no.
# Lesson: “on” and “off” mean the same to MIT alone, and “0” does not switch the DNS off in Java. Write true and false.
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
echo secret > password
cat > Logon.java <<'J'
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.*;
import javax.security.auth.login.*;
public class Logon {
    public static void main(String[] arguments) throws Exception {
        var module = new AppConfigurationEntry(
            "com.sun.security.auth.module.Krb5LoginModule", AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, Map.of("useTicketCache", "false"));
        var configuration = new Configuration() {
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) { return new AppConfigurationEntry[] {module}; }
        };
        CallbackHandler who = questions -> {
            for (var question : questions) {
                if (question instanceof NameCallback) ((NameCallback) question).setName("alice");
                if (question instanceof PasswordCallback) ((PasswordCallback) question).setPassword("secret".toCharArray());
            }
        };
        System.setProperty("java.security.krb5.conf", "krb5.conf");
        try { new LoginContext("logon", new Subject(), who, configuration).login(); }
        catch (LoginException refused) { System.err.println(refused.getMessage()); }
    }
}
J
root/usr/lib/jvm/java-17-openjdk-amd64/bin/javac Logon.java
echo 'nameserver 127.0.0.1' > resolv.conf
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
asked = []
def serve(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        place = 12
        while query[place]: place += 1 + query[place]
        asked.append((query[13:22], query[place + 2]))
        # The question again, and NXDOMAIN.
        listener.sendto(query[:2] + bytes([0x85, 0x83, 0, 1, 0, 0, 0, 0, 0, 0]) + query[12:place + 5], sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 53))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
requests = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
requests.bind(("127.0.0.1", 88))
def der(tag, *parts): return bytes([tag, len(b"".join(parts))]) + b"".join(parts)
def number(value): return der(2, bytes([value]))
def text(value): return der(0x1B, value)
def kdc():
    while True:
        request, sender = requests.recvfrom(65536)
        # The options are the only bit string: its length, no unused bits, and four bytes.
        asked.append(("forwardable", bool(request[request.index(b"\3\5\0") + 3] & 0x40)))
        clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
        # Client not found (6).
        requests.sendto(der(0x7E, der(
            0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(6)),
            der(0xA9, text(b"LAB.TEST")), der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))))), sender)
threading.Thread(target=kdc, daemon=True).start()
programs = (
    ["root/usr/bin/kinit", "alice"], ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice"],
    ["root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "Logon"])
def ask(program, settings):
    with open("krb5.conf", "w") as file: file.write("[libdefaults]\n default_realm = LAB.TEST\n" + settings)
    asked.clear()
    subprocess.run(
        program, input="secret\n", text=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache", LC_ALL="C"))
    return list(asked)
def look(program, word):
    # 33 is SRV.
    lookup = (b"_kerberos", 33) in ask(program, " dns_lookup_kdc = %s\n" % word)
    return lookup, ("forwardable", True) in ask(
        program, " dns_lookup_kdc = false\n forwardable = %s\n[realms]\n LAB.TEST = {\n  kdc = 127.0.0.1\n }\n" % word)
both, neither, first = (True, True), (False, False), (True, False)
rows = [
    ("true yes TRUE", [both, both, both]), ("1", [both, both, first]), ("on t y", [both, neither, first]), ("enabled", [neither, neither, first]),
    ("off 0 nil", [neither, neither, first]), ("false no", [neither, neither, neither])]
right = True
for words, wanted in rows:
    for word in words.split():
        seen = [look(program, word) for program in programs]
        print(word, *seen, flush=True)
        right = right and seen == wanted
assert right, "this has changed"
P
# Port 53, port 88 and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
