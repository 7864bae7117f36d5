#!/bin/sh
# Which words for yes and no do Kerberos programs understand in krb5.conf?
#
# Guess before the run: MIT true, yes, on, 1, t and y, and ends with an error at “enabled”; Heimdal yes, true and 1; Java true and yes alone.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 and OpenJDK 17.0.21.1+2-1~deb12u1 of Debian
# bookworm), whether the DNS is asked for a KDC (SRV) with dns_lookup_kdc = WORD, and no word about it from any:
#
#   WORD               MIT   Heimdal   Java
#   true yes TRUE 1    yes   yes       yes
#   on t y             yes   no        yes
#   enabled            no    no        yes
#   off 0 nil          no    no        yes
#   false no           no    no        no
#
# Java takes each word but “false” and “no” for yes, Heimdal each but “true”, “yes” and numbers for no.
# Lesson: “on” and “off” are of one mind with MIT alone, and “0” does not switch anything off in Java. Write true and false.
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
import os, socket, subprocess, sys, threading
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
programs = (
    ["root/usr/bin/kinit", "alice"], ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice"],
    ["root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "Logon"])
def ask(program, word):
    with open("krb5.conf", "w") as file: file.write("[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = %s\n" % word)
    asked.clear()
    subprocess.run(
        program, input="secret\n", text=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache", LC_ALL="C"))
    # 33 is SRV.
    return (b"_kerberos", 33) in asked
rows = [(words, wanted) for words, wanted in (
    ("true yes TRUE 1", [True, True, True]), ("on t y", [True, False, True]), ("enabled", [False, False, True]),
    ("off 0 nil", [False, False, True]), ("false no", [False, False, False]))]
right = True
for words, wanted in rows:
    for word in words.split():
        seen = [ask(program, word) for program in programs]
        print(word, *seen, flush=True)
        right = right and seen == wanted
assert right, "this has changed"
P
# Port 53 and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0"' "$libraries"
