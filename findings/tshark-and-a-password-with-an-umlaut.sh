#!/bin/sh
# Does tshark decrypt SMB3 of a session by NTLM when it is given the password (ntlmssp.nt_password)?
#
# Guess before the run: yes, whatever letters the password has; it stands on the command line in UTF-8.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1 for the logon, Python 3.11), 3.0.2 with AES-CCM, an encrypted ECHO:
#
#   password      option                                        tshark shows
#   Gruen1        -o ntlmssp.nt_password:Gruen1                 Decrypted SMB3;KeepAlive Request
#   Grün1         the same with Grün1 in UTF-8                  Encrypted SMB3
#   Grün1         the same with ü as the one byte fc            Decrypted SMB3;KeepAlive Request
#   Grün1         -K keytab, with the NT hash as an RC4 key     Decrypted SMB3;KeepAlive Request
#   Łódź          UTF-8                                         Encrypted SMB3; only the keytab helps
#
# tshark makes two bytes of each byte, so Latin-1 is right by chance.
# Lesson: “Encrypted SMB3” with a password given is no proof that the password is wrong, or another than that of the logon. A reader that
# takes passwords turns them into UTF-16 itself.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 pycryptodomex==3.23.0
cat > look.py <<'P'
import hashlib, hmac, os, struct, subprocess, sys
from Cryptodome.Cipher import AES
from impacket import ntlm
SESSION = 0x1122334455667788
def header(command, number, answer=False, status=0):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 0, status, command, 1, int(answer), 0, number, 0xFEFF, 0, SESSION if command else 0) + bytes(16)
def challenge():
    pairs = b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in (
        (2, "LAB".encode("utf-16-le")), (1, "FS".encode("utf-16-le")), (3, "fs".encode("utf-16-le")), (7, struct.pack("<Q", 133444664000000000)), (0, b"")))
    name = "LAB".encode("utf-16-le")
    return (b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(name), len(name), 56, 0xE28A8215) + b"\x01\x23\x45\x67\x89\xab\xcd\xef" + bytes(8)
            + struct.pack("<HHI", len(pairs), len(pairs), 56 + len(name)) + bytes([6, 1, 0xB1, 0x1D, 0, 0, 0, 15]) + name + pairs)
def messages(password):
    first = ntlm.getNTLMSSPType1("", "", use_ntlmv2=True)
    last, key = ntlm.getNTLMSSPType3(first, challenge(), "alice", password, "LAB", use_ntlmv2=True)
    one, two, three = first.getData(), challenge(), last.getData()
    guid = bytes(range(16))
    negotiate = header(0, 0) + struct.pack("<HHHHI", 36, 1, 1, 0, 0x40) + guid + bytes(8) + struct.pack("<H", 0x302)
    chosen = header(0, 0, True) + struct.pack("<HHHH", 65, 1, 0x302, 0) + guid + struct.pack("<IIIIQQHHI", 0x40, 65536, 65536, 65536, 0, 0, 128, 0, 0)
    def setup(number, token): return header(1, number) + struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(token), 0) + token
    more = header(1, 1, True, 0xC0000016) + struct.pack("<HHHH", 9, 0, 72, len(two)) + two
    done = header(1, 2, True) + struct.pack("<HHHH", 9, 0, 72, 0)
    label = b"\0\0\0\1" + b"SMB2AESCCM\0" + b"\0" + b"ServerIn \0" + struct.pack(">I", 128)
    echo = header(13, 3) + struct.pack("<HH", 4, 0)
    tail = b"n" * 11 + bytes(5) + struct.pack("<IHHQ", len(echo), 0, 1, SESSION)
    cipher = AES.new(hmac.new(key, label, hashlib.sha256).digest()[:16], AES.MODE_CCM, nonce=b"n" * 11, mac_len=16)
    cipher.update(tail)
    secret, tag = cipher.encrypt_and_digest(echo)
    return [(0, negotiate), (1, chosen), (0, setup(1, one)), (1, more), (0, setup(2, three)), (1, done), (0, b"\xfdSMB" + tag + tail + secret)]
def write(path, password):
    places = [1000, 9000]
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, (who, message) in enumerate(messages(password)):
            ports = (50000, 445) if who == 0 else (445, 50000)
            data = struct.pack(">I", len(message)) + message
            tcp = struct.pack(">HHIIBBHHH", *ports, places[who], places[1 - who], 0x50, 0x18, 8192, 0, 0) + data
            places[who] += len(data)
            ends = bytes([10, 0, 0, 1 + who, 10, 0, 0, 2 - who])
            frame = bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + ends + tcp
            file.write(struct.pack("<IIII", 1700000000, number, len(frame), len(frame)) + frame)
def keytab(password):
    def text(value): return struct.pack(">H", len(value)) + value
    body = (struct.pack(">H", 1) + text(b"LAB") + text(b"alice") + struct.pack(">IIB", 1, 0, 1) + struct.pack(">H", 23)
            + text(ntlm.compute_nthash(password)))
    with open("keytab", "wb") as file: file.write(b"\5\2" + struct.pack(">i", len(body)) + body)
def look(password, *options):
    write("one.pcap", password)
    keytab(password)
    environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark", LC_ALL="C.UTF-8")
    run = subprocess.run(["root/usr/bin/tshark", "-r", "one.pcap", "-T", "fields", "-e", "_ws.col.Info", *options], env=environment,
                         capture_output=True, text=True, timeout=60)
    return run.stdout.splitlines()[-1]
given = b"ntlmssp.nt_password:"
seen = [
    look("Gruen1", "-o", given + b"Gruen1"), look("Grün1", "-o", given + "Grün1".encode()), look("Grün1", "-o", given + b"Gr\xfcn1"),
    look("Grün1", "-K", "keytab"), look("Łódź", "-o", given + "Łódź".encode()), look("Łódź", "-K", "keytab")]
print(*seen, sep="\n")
shut, opened = "Encrypted SMB3", "Decrypted SMB3;KeepAlive Request"
assert seen == [opened, shut, opened, opened, shut, opened], "tshark has changed"
P
v/bin/python look.py "$libraries"
