#!/bin/sh
# Does tshark show the users of two AS-REQ so that different users look different?
#
# Guess before the run: yes. -T fields writes a tab as \t and then a backslash as \\; a name in UTF-8, which clients send, is
# shown as it is.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), kerberos.CNameString:
#
#   bytes in the packet        -T fields       -T json             value of -T pdml
#   LAB, a tab, om             LAB\tom         with a tab          4c4142096f6d
#   LAB\tom                    LAB\tom         with a backslash    4c41425c746f6d
#   müller in UTF-8            m??ller         m??ller             6dc3bc6c6c6572
#   möller in UTF-8            m??ller         m??ller             6dc3b66c6c6572
#   a, a zero byte, b          a               a                   610062
#
# ? is U+FFFD here: the type of the text is GeneralString, and each byte above 7f is lost.
# Lesson: for a KDC_ERR_C_PRINCIPAL_UNKNOWN compare the bytes (-T pdml, -x). Two accounts with an umlaut look like one in
# the fields, and a filter for the name does not find them.
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
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import json, os, re, struct, subprocess, sys
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
def text(value): return der(0x1B, value)
def name(kind, *parts): return der(0x30, der(0xA0, number(kind)), der(0xA1, der(0x30, *(text(one) for one in parts))))
def request(user):
    body = der(
        0x30, der(0xA0, der(3, bytes(5))), der(0xA1, name(1, user)), der(0xA2, text(b"LAB.TEST")), der(0xA3, name(2, b"krbtgt", b"LAB.TEST")),
        der(0xA5, der(0x18, b"20370913024805Z")), der(0xA7, number(1)), der(0xA8, der(0x30, number(18))))
    return der(0x6A, der(0x30, der(0xA1, number(5)), der(0xA2, number(10)), der(0xA4, body)))
def packet(data):
    udp = struct.pack(">HHHH", 40000, 88, 8 + len(data), 0) + data
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    return bytes.fromhex("020000000002 020000000001 0800") + ip + udp
users = [b"alice", b"LAB\tom", rb"LAB\tom", "m\u00fcller".encode(), "m\u00f6ller".encode(), b"a\0b"]
with open("names.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for one in map(packet, map(request, users)): file.write(struct.pack("<IIII", 1700000000, 0, len(one), len(one)) + one)
def run(*words):
    return subprocess.run(
        ["root/usr/bin/tshark", "-n", "-r", "names.pcap", *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")).stdout.decode()
field = "kerberos.CNameString"
lines = run("-T", "fields", "-e", field).splitlines()
values = [one["_source"]["layers"][field][0] for one in json.loads(run("-T", "json", "-e", field))]
raw = re.findall(r'name="kerberos.CNameString" [^>]* value="([0-9a-f]+)"', run("-T", "pdml"))
for row in zip(users, lines, values, raw): print(*map(repr, row))
lost = "m\uFFFD\uFFFDller"
assert lines == ["alice", r"LAB\tom", r"LAB\tom", lost, lost, "a"], "-T fields has changed"
assert values == ["alice", "LAB\tom", r"LAB\tom", lost, lost, "a"], "-T json has changed"
assert raw == [user.hex() for user in users], "-T pdml has changed"
P
python3 look.py "$libraries"
