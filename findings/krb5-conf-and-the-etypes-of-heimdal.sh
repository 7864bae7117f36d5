#!/bin/sh
# Does each Kerberos program offer the encryptions that krb5.conf allows?
#
# Guess before the run: yes; default_tkt_enctypes and permitted_enctypes are the settings for it, and a name that a program
# does not know is left out.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 and OpenJDK 17.0.21.1+2-1~deb12u1 of Debian
# bookworm), the encryptions in the AS-REQ:
#
#                                           MIT kinit              Heimdal kinit          Java
#   nothing                                 18 17 20 19 16 23 ...  18 17 20 19 16 23      18 17 20 19
#   permitted_enctypes = aes128-cts         17                     18 17 20 19 16 23      17
#   default_tkt_enctypes = aes128-cts foo   17                     18 17 20 19 16 23      17
#   default_tkt_enctypes = aes              18 17 20 19            18 17 20 19 16 23      no AS-REQ
#   default_tkt_enctypes = DEFAULT -rc4     all but 23             18 17 20 19 16 23      no AS-REQ
#   default_etypes = aes128-cts             as nothing             17                     as nothing
#
# Heimdal reads default_etypes only; Java knows no families (aes) and no DEFAULT.
# Lesson: an AS-REQ with RC4 (23) does not show that the file allows it. Ask which program sent it, and set both names.
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
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
got = []
def der(tag, *parts): return bytes([tag, len(b"".join(parts))]) + b"".join(parts)
def number(value): return der(2, bytes([value]))
def text(value): return der(0x1B, value)
def serve(listener):
    # It only wants to see the requests, and answers none but with “client not found” (6).
    while True:
        request, sender = listener.recvfrom(65536)
        got.append(request)
        clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
        listener.sendto(der(0x7E, der(
            0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(6)),
            der(0xA9, text(b"LAB.TEST")),
            der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))))), sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 88))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
MIT, HEIMDAL = ["root/usr/bin/kinit", "alice"], ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice"]
JAVA = ["root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "-cp", ".", "Logon"]
def ask(command, settings):
    with open("krb5.conf", "w") as file: file.write(settings)
    got.clear()
    environment = dict(os.environ, KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache", LC_ALL="C")
    if command is not JAVA: environment["LD_LIBRARY_PATH"] = sys.argv[1]
    done = subprocess.run(
        command, input="secret\n", text=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    return list(got), done.stderr
def etypes(request):
    # The list is the last field of these requests: [8] SEQUENCE OF INTEGER.
    place = request.rindex(b"\xa8")
    return list(request[place + 6:place + 2 + request[place + 1]:3])
ALL, HEIMDALS, JAVAS = [18, 17, 20, 19, 16, 23, 25, 26], [18, 17, 20, 19, 16, 23], [18, 17, 20, 19]
rows = [
    ("", [ALL, HEIMDALS, JAVAS]), ("permitted_enctypes = aes128-cts", [[17], HEIMDALS, [17]]),
    ("default_tkt_enctypes = aes128-cts foo", [[17], HEIMDALS, [17]]), ("default_tkt_enctypes = aes", [JAVAS, HEIMDALS, None]),
    ("default_tkt_enctypes = DEFAULT -rc4", [[one for one in ALL if one != 23], HEIMDALS, None]),
    ("default_etypes = aes128-cts", [ALL, [17], JAVAS])]
right = True
for line, wanted in rows:
    settings = "[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n %s\n[realms]\n LAB.TEST = {\n  kdc = 127.0.0.1\n }\n" % line
    answers = [ask(command, settings) for command in (MIT, HEIMDAL, JAVA)]
    seen = [etypes(requests[0]) if requests else None for requests, _ in answers]
    print(line or "nothing", *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
# All ask port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
