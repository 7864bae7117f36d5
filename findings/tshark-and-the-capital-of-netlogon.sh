#!/bin/sh
# Does tshark take the answer of a domain controller to a “LDAP ping” apart, whatever capitals the attribute's name has?
#
# Guess before the run: yes, with its domain, its host and both sites, with compressed names and with an address as well.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), an answer over UDP from port 389, mscldap.domain of it:
#
#   name of the attribute in the answer   alone      behind the client's request, which asks for Netlogon
#   netlogon                              lab.test   lab.test
#   Netlogon                              (empty)    (empty)
#   NetLogon                              (empty)    (empty)
#
# Names of attributes in LDAP have no capitals that matter; Microsoft's own documents write NetLogon, Netlogon and netlogon.
# Lesson: an empty mscldap.domain is no proof that a server did not answer the ping. Its bytes are in ldap.AttributeValue; whether a
# server writes the small letter decides what a filter finds.
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
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import struct, subprocess
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def labels(*parts): return b"".join(bytes([len(one)]) + one for one in parts)
value = struct.pack("<HHI16s", 23, 0, 0x3F1FD, bytes(range(16))) + labels(b"lab", b"test") + b"\0" + b"\xc0\x18" + labels(b"dc1") + b"\xc0\x18"
value += labels(b"LAB") + b"\0" + labels(b"DC1") + b"\0" + b"\0" + labels(b"Site") + b"\0" + labels(b"Site") + b"\0" + struct.pack("<IHH", 5, 0xFFFF, 0xFFFF)
def answer(name):
    entry = der(0x64, der(4), der(0x30, der(0x30, der(4, name), der(0x31, der(4, value)))))
    return der(0x30, der(2, b"\1"), entry) + der(0x30, der(2, b"\1"), der(0x65, der(10, b"\0"), der(4), der(4)))
wanted = der(0xA0, der(0xA3, der(4, b"DnsDomain"), der(4, b"lab.test")), der(0xA3, der(4, b"NtVer"), der(4, b"\6\0\0\0")))
request = der(0x30, der(2, b"\1"), der(0x63, der(4), der(10, b"\0"), der(10, b"\0"), der(2, b"\0"), der(2, b"\0"), der(1, b"\0"), wanted, der(0x30, der(4, b"Netlogon"))))
def packet(data, source, target):
    hosts = [bytes([10, 0, 0, 1]), bytes([10, 0, 0, 3])]
    if source == 389: hosts.reverse()
    data = struct.pack(">HHHH", source, target, 8 + len(data), 0) + data
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0, *hosts) + data
def look(*packets):
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for data in packets: file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
    lines = subprocess.run(
        ["root/usr/bin/tshark", "-nr", "one.pcap", "-T", "fields", "-e", "mscldap.domain", "-e", "mscldap.hostname", "-e", "mscldap.sitename"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout.splitlines()
    return lines[-1].split("\t")
seen = {}
for name in b"netlogon", b"Netlogon", b"NetLogon":
    one = packet(answer(name), 389, 50000)
    seen[name.decode()] = look(one), look(packet(request, 50000, 389), one)
for one in seen.items(): print(*one)
shown = ["lab.test", "dc1.lab.test", "Site"]
assert seen == {"netlogon": (shown, shown), "Netlogon": ([""] * 3,) * 2, "NetLogon": ([""] * 3,) * 2}, "this has changed"
P
python3 look.py
