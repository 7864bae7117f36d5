#!/bin/sh
# Which forms of KRB5CCNAME, the name of a Kerberos credential cache, does each program take?
#
# Guess before the run: FILE: and a path by all of them. MIT takes WRFILE: and DIR: too, Heimdal and Java neither; Heimdal alone replaces %{…}.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 and OpenJDK 17.0.21.1+2-1~deb12u1 of Debian
# bookworm; impacket 0.13.1, Python 3.11), one cache of alice:
#
#   KRB5CCNAME          klist of MIT   klist of Heimdal   Java     impacket
#   /…/cache            found          found              found    found
#   FILE:/…/cache       found          found              found    FileNotFoundError
#   file:/…/cache       unknown type   unknown type       found    FileNotFoundError
#   WRFILE:/…/cache     unknown type   unknown type       none     FileNotFoundError
#   DIR:/…/folder       found          found              none     FileNotFoundError
#   FILE:/…/%{null}cache   none        found              none     FileNotFoundError
#
# Lesson: “no credentials”, and a logon by NTLM instead, may come from the prefix that klist itself prints. For programs of several
# kinds the path alone is the form that all take.
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
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
cat > Look.java <<'J'
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.*;
public class Look {
    public static void main(String[] arguments) throws Exception {
        var module = new AppConfigurationEntry(
            "com.sun.security.auth.module.Krb5LoginModule", AppConfigurationEntry.LoginModuleControlFlag.REQUIRED,
            Map.of("useTicketCache", "true", "doNotPrompt", "true"));
        var configuration = new Configuration() {
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) { return new AppConfigurationEntry[] {module}; }
        };
        System.setProperty("java.security.krb5.conf", "krb5.conf");
        var subject = new Subject();
        try { new LoginContext("logon", subject, null, configuration).login(); }
        catch (LoginException none) { return; }
        for (var one : subject.getPrincipals()) System.out.println(one.getName());
    }
}
J
root/usr/lib/jvm/java-17-openjdk-amd64/bin/javac Look.java
printf '[libdefaults]\n default_realm = LAB.TEST\n' > krb5.conf
cat > look.py <<'P'
import os, struct, subprocess, sys, time
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
def text(value): return struct.pack(">I", len(value)) + value
def principal(*parts): return struct.pack(">II", 1, len(parts) - 1) + b"".join(text(part) for part in parts)
alice, now = principal(b"LAB.TEST", b"alice"), int(time.time())
name = der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, der(0x1B, b"krbtgt"), der(0x1B, b"LAB.TEST"))))
sealed = der(0x30, der(0xA0, number(18)), der(0xA1, number(1)), der(0xA2, der(4, b"x" * 60)))
ticket = der(0x61, der(0x30, der(0xA0, number(5)), der(0xA1, der(0x1B, b"LAB.TEST")), der(0xA2, name), der(0xA3, sealed)))
cache = (b"\5\4" + struct.pack(">HHHII", 12, 1, 8, 0, 0) + alice + alice + principal(b"LAB.TEST", b"krbtgt", b"LAB.TEST")
    + struct.pack(">H", 18) + text(b"k" * 32) + struct.pack(">IIII", now - 60, now - 60, now + 36000, now + 36000) + b"\0"
    + struct.pack(">III", 0x40E10000, 0, 0) + text(ticket) + text(b""))
os.umask(0o077)
os.mkdir("folder")
for path, data in ("cache", cache), ("folder/tkt", cache), ("folder/primary", b"tkt\n"):
    with open(path, "wb") as file: file.write(data)
PROGRAM = """
from impacket.krb5.ccache import CCache
try: print(CCache.parseFile()[1])
except FileNotFoundError: print("FileNotFoundError")
"""
programs = (
    ["root/usr/bin/klist"], ["root/usr/bin/klist.heimdal", "list"], ["root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "Look"], ["v/bin/python", "-c", PROGRAM])
def ask(program, name):
    said = subprocess.run(
        program, text=True, timeout=60, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5CCNAME=name, LC_ALL="C")).stdout
    return next((sign for sign in ("alice", "FileNotFoundError", "nknown c") if sign in said), "none").replace("alice", "found").replace("nknown c", "unknown type")
rows = {
    "%s/cache": ["found"] * 4, "FILE:%s/cache": ["found"] * 3, "file:%s/cache": ["unknown type", "unknown type", "found"],
    "WRFILE:%s/cache": ["unknown type", "unknown type", "none"], "DIR:%s/folder": ["found", "found", "none"],
    "FILE:%s/%%{null}cache": ["none", "found", "none"]}
right = True
for form, wanted in rows.items():
    seen = [ask(program, form % os.getcwd()) for program in programs]
    print(form, *seen, sep="; ", flush=True)
    right = right and seen == (wanted + ["FileNotFoundError"])[:4]
assert right, "this has changed"
P
python3 look.py "$libraries"
