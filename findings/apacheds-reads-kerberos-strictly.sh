#!/bin/sh
# Does the Kerberos codec of Apache Directory, a library for Java, read the messages that clients and KDCs send today?
#
# Guess before the run: yes. A name in UTF-8 as it is, and the key version of a read-only domain controller as a negative number. Nothing was
# guessed about an address of the type NetBIOS (20), which Windows puts into each AS-REQ.
# Seen (libapacheds-kerberos-codec-java 2.0.0~M26-1, libapache-directory-api-java 2.1.2-1, OpenJDK 17.0.21.1+2-1~deb12u1 of Debian bookworm):
#
#   AS-REQ of alice                           read
#   AS-REQ of für, in UTF-8                   DecoderException, “not a valid KerberosString”
#   AS-REQ with the NetBIOS address FS        read, as the IPv6 address 4653:2020:2020:2020:2020:2020:2020:2020
#   AS-REQ with the nonce 0x90000000          read, as -1879048192
#   AS-REP, key version 1                     read
#   AS-REP, key version 0x80010001            DecoderException, “not in the range”, with four bytes and with five
#   KRB-ERROR 68 and 37                       “Wrong realm”, “Clock skew too great”
#   KRB-ERROR 91 and 93 (RFC 6113)            “Generic error (description in e-text)”, the name of 60
#
# Lesson: a program with this library loses users with an umlaut and a branch office's tickets, not at random. An IPv6 address that begins
# with 4653: and ends in 2020 is a name in ASCII; look at the type of the address.
set -eu
java=17.0.21.1+2-1~deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives
(cd archives && apt-get -q download openjdk-17-jre-headless=$java openjdk-17-jdk-headless=$java libapacheds-kerberos-codec-java=2.0.0~M26-1 \
  libapacheds-i18n-java=2.0.0~M26-1 libapache-directory-api-java=2.1.2-1 libmina2-java=2.2.1-3 libslf4j-java=1.7.32-1 >&2)
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
# Java's settings are links into /etc of a host where it is installed.
find root/usr/lib/jvm -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in /etc/*) rm "$link"; ln -s "$folder/root$target" "$link" ;; esac
done
cat > Read.java <<'J'
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.directory.shared.kerberos.codec.KerberosDecoder;
import org.apache.directory.shared.kerberos.codec.KerberosMessageContainer;
public class Read {
    public static void main(String[] names) throws Exception {
        for (var name : names) {
            System.out.println("file " + name);
            var container = new KerberosMessageContainer();
            container.setStream(ByteBuffer.wrap(Files.readAllBytes(Path.of(name))));
            container.setGathering(true);
            container.setTCP(false);
            try { System.out.println(KerberosDecoder.decode(container)); }
            catch (Exception refused) { System.out.println("refused: " + refused.getMessage()); }
        }
    }
}
J
cat > look.py <<'P'
import glob, subprocess
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))
def text(value): return der(0x1B, value)
def time(value): return der(0x18, value)
def name(kind, *parts): return der(0x30, der(0xA0, number(kind)), der(0xA1, der(0x30, *[text(part) for part in parts])))
krbtgt = name(2, b"krbtgt", b"LAB.TEST")
def as_req(user=b"alice", nonce=1234, addresses=b""):
    body = der(
        0x30, der(0xA0, der(3, b"\0\x40\0\0\x10")), der(0xA1, name(1, user)), der(0xA2, text(b"LAB.TEST")), der(0xA3, krbtgt),
        der(0xA5, time(b"20370913024805Z")), der(0xA7, number(nonce)), der(0xA8, der(0x30, number(18))), addresses)
    return der(0x6A, der(0x30, der(0xA1, number(5)), der(0xA2, number(10)), der(0xA4, body)))
def sealed(version): return der(0x30, der(0xA0, number(18)), der(0xA1, version), der(0xA2, der(4, b"x" * 40)))
def as_rep(version):
    ticket = der(0x61, der(0x30, der(0xA0, number(5)), der(0xA1, text(b"LAB.TEST")), der(0xA2, krbtgt), der(0xA3, sealed(version))))
    return der(0x6B, der(
        0x30, der(0xA0, number(5)), der(0xA1, number(11)), der(0xA3, text(b"LAB.TEST")), der(0xA4, name(1, b"alice")), der(0xA5, ticket),
        der(0xA6, sealed(number(1)))))
def krb_error(code):
    return der(0x7E, der(
        0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, time(b"20261130024805Z")), der(0xA5, number(1)), der(0xA6, number(code)),
        der(0xA9, text(b"LAB.TEST")), der(0xAA, krbtgt)))
netbios = der(0xA9, der(0x30, der(0x30, der(0xA0, number(20)), der(0xA1, der(4, b"FS".ljust(16))))))
rows = {
    "alice": (as_req(), "<'alice'>"), "umlaut": (as_req("für".encode()), "refused: ERR_745_NOT_A_KERBEROS_STRING"),
    "netbios": (as_req(addresses=netbios), "4653:2020:2020:2020:2020:2020:2020:2020"), "nonce": (as_req(nonce=0x90000000), "-1879048192"),
    "version": (as_rep(number(1)), "kvno: 1"), "four": (as_rep(der(2, bytes.fromhex("80010001"))), "refused: ERR_01306_VALUE_NOT_IN_RANGE"),
    "five": (as_rep(number(0x80010001)), "refused: ERR_01306_VALUE_NOT_IN_RANGE"), "68": (krb_error(68), "Wrong realm"),
    "37": (krb_error(37), "Clock skew too great"), "91": (krb_error(91), "Generic error (description in e-text)"),
    "93": (krb_error(93), "Generic error (description in e-text)")}
for file, (message, _) in rows.items():
    with open(file, "wb") as output: output.write(message)
jars = [glob.glob("root/usr/share/java/%s.jar" % jar)[0] for jar in (
    "apacheds-kerberos-codec", "apacheds-i18n", "apache-directory-api-all", "mina2-core", "slf4j-api", "slf4j-nop")]
path, java = ":".join(jars + ["."]), "root/usr/lib/jvm/java-17-openjdk-amd64/bin/java"
subprocess.run([java + "c", "-cp", path, "Read.java"], check=True, timeout=100)
said = subprocess.run([java, "-cp", path, "Read", *rows], capture_output=True, text=True, timeout=100).stdout.split("file ")[1:]
right = len(said) == len(rows)
for (file, (_, wanted)), one in zip(rows.items(), said):
    found = one.startswith(file + "\n") and wanted in one
    print(file, wanted if found else one)
    right = right and found
assert right, "the library has changed"
P
python3 look.py
