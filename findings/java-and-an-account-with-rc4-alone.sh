#!/bin/sh
# What does Java's Kerberos do when the KDC names RC4 alone for the account?
#
# Guess before the run: a timestamp with RC4, as 17.0.15 made it, which took the KDC's first type even where it was not on its own
# list. That list is 18, 17, 20, 19; RC4 is switched off by default.
# Seen (OpenJDK 17.0.21.1+2-1~deb12u1 of Debian bookworm, Krb5LoginModule), by the ETYPE-INFO2 of the KDC:
#
#   17, 18   a timestamp with 18, its own first
#   23, 17   a timestamp with 17
#   23       a timestamp with 18, which the KDC did not name; “Pre-authentication information was invalid (24)”
#
# That is the error for a wrong password, and an account may be locked for it.
# Lesson: before the password is changed or tried again, compare the encryption of the timestamp with what the KDC named. A
# new password may bring AES keys, and so seem to help. till is 1970-01-01: “as long as possible”.
set -eu
version=17.0.21.1+2-1~deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download openjdk-17-jre-headless=$version openjdk-17-jdk-headless=$version >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
# Its settings are links into /etc of a host where it is installed.
find root/usr/lib/jvm -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in /etc/*) rm "$link"; ln -s "$folder/root$target" "$link" ;; esac
done
java=$folder/root/usr/lib/jvm/java-17-openjdk-amd64/bin
cat > krb5.conf <<'C'
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
  }
C
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
                if (question instanceof NameCallback) ((NameCallback) question).setName("alice@LAB.TEST");
                if (question instanceof PasswordCallback) ((PasswordCallback) question).setPassword("secret".toCharArray());
            }
        };
        try { new LoginContext("logon", new Subject(), who, configuration).login(); } catch (LoginException refused) { System.out.println(refused.getMessage()); }
    }
}
J
"$java/javac" Logon.java
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
cat > look.py <<'P'
import os, socket, subprocess, sys, threading, time
from impacket.krb5.asn1 import AS_REQ, EncryptedData
from pyasn1.codec.der import decoder
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
def text(value): return der(0x1B, value)
def padata(kind, value): return der(0x30, der(0xA1, number(kind)), der(0xA2, der(4, value)))
def error(code, *more):
    clock = time.strftime("%Y%m%d%H%M%SZ", time.gmtime()).encode()
    return der(0x7E, der(
        0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, der(0x18, clock)), der(0xA5, number(0)), der(0xA6, number(code)),
        der(0xA9, text(b"LAB.TEST")), der(0xAA, der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, text(b"krbtgt"), text(b"LAB.TEST"))))),
        der(0xAC, der(4, der(0x30, *more))) if more else b""))
def serve(listener):
    # A KDC that asks for preauthentication, and then refuses it: it only wants to see the requests.
    while True:
        data, sender = listener.recvfrom(65536)
        request = decoder.decode(data, asn1Spec=AS_REQ())[0]
        offered.append([int(one) for one in request["req-body"]["etype"]])
        tills.add(str(request["req-body"]["till"]))
        stamps = [bytes(one["padata-value"]) for one in request["padata"] if int(one["padata-type"]) == 2] if request["padata"].hasValue() else []
        used.extend(int(decoder.decode(stamp, asn1Spec=EncryptedData())[0]["etype"]) for stamp in stamps)
        entries = [der(0x30, der(0xA0, number(one)), b"" if one == 23 else der(0xA1, text(b"LAB.TESTalice"))) for one in listed]
        listener.sendto(error(24) if stamps else error(25, padata(2, b""), padata(19, der(0x30, *entries))), sender)
offered, tills, used, seen = [], set(), [], []
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 88))
for listed in [17, 18], [23, 17], [23]:
    used.clear()
    if not seen: threading.Thread(target=serve, args=(listener,), daemon=True).start()
    subprocess.run([sys.argv[1] + "/java", "-Djava.security.krb5.conf=krb5.conf", "Logon"], timeout=100)
    seen.append((listed, list(used)))
print(seen, tills, offered[0])
assert seen == [([17, 18], [18]), ([23, 17], [17]), ([23], [18])], "this has changed"
assert tills == {"19700101000000Z"} and all(one == [18, 17, 20, 19] for one in offered), "this has changed"
P
# It asks port 88 of an address; a network namespace of its own has it free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$java"
