#!/bin/sh
# Which KDC do Kerberos programs ask when krb5.conf has a realm twice, or names a KDC in another way than HOST or HOST:PORT?
#
# Guess before the run: the KDCs of both places, in their order, by all of them; of two names in one line the first alone, by all of
# them. Nothing was guessed about the comma and “tcp/”.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 and OpenJDK 17.0.21.1+2-1~deb12u1 of Debian
# bookworm), who is asked when one and two listen, and three does not:
#
#   LAB.TEST = { kdc = one }, and again { kdc = two }        MIT one      Heimdal one    Java one
#   LAB.TEST = { kdc = three }, and again { kdc = two }      MIT two      Heimdal two    Java nobody
#   kdc = one two                                            MIT one      Heimdal one    Java one
#   kdc = three two                                          MIT nobody   Heimdal two    Java two
#   kdc = one, two                                           MIT nobody   Heimdal two    Java one
#   kdc = tcp/one                                            MIT nobody   Heimdal one    Java nobody
#
# Lesson: a second place for a realm, such as a piece that an installer adds, is lost for Java, also when the first KDC is down.
# Write each KDC in a line of its own below one realm, without a prefix.
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
def error():
    # Client not found (6).
    clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
    return der(0x7E, der(
        0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(6)),
        der(0xA9, text(b"LAB.TEST")), der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST")))))))
def datagrams(name, listener):
    while True:
        _, sender = listener.recvfrom(65536)
        got.append(name)
        listener.sendto(error(), sender)
def streams(name, listener):
    while True:
        with listener.accept()[0] as client:
            client.recv(int.from_bytes(client.recv(4, socket.MSG_WAITALL), "big"), socket.MSG_WAITALL)
            got.append(name)
            client.sendall(len(error()).to_bytes(4, "big") + error())
ADDRESSES = {"one": "127.0.0.11", "two": "127.0.0.12", "three": "127.0.0.13"}
for name in "one", "two":
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((ADDRESSES[name], 88))
    threading.Thread(target=datagrams, args=(name, listener), daemon=True).start()
    threading.Thread(target=streams, args=(name, socket.create_server((ADDRESSES[name], 88))), daemon=True).start()
programs = (
    ["root/usr/bin/kinit", "alice"], ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice"],
    ["root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "Logon"])
def ask(program, places):
    with open("krb5.conf", "w") as file:
        file.write("[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n[realms]\n")
        for place in places:
            for name, address in ADDRESSES.items(): place = place.replace(name, address)
            file.write(" LAB.TEST = {\n  kdc = %s\n }\n" % place)
    got.clear()
    subprocess.run(
        program, input="secret\n", text=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME="FILE:cache", LC_ALL="C"))
    return got[0] if got else "nobody"
rows = {
    ("one", "two"): ["one", "one", "one"], ("three", "two"): ["two", "two", "nobody"], ("one two",): ["one", "one", "one"],
    ("three two",): ["nobody", "two", "two"], ("one, two",): ["nobody", "two", "one"], ("tcp/one",): ["nobody", "one", "nobody"]}
seen = {places: [ask(program, places) for program in programs] for places in rows}
for one in seen.items(): print(*one)
assert seen == rows, "this has changed"
P
# They ask port 88 of addresses; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
