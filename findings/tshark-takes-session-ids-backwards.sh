#!/bin/sh
# How does tshark want the SessionId in smb2_seskey_list, its list of keys for encrypted SMB?
#
# Guess before the run: as tshark shows the number, 0x9000000000000001, without the 0x, which is an error. Keys of the two
# directions that change places decrypt nothing.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), AES-128-GCM at 3.1.1, an ECHO in each direction:
#
#   -o uat:smb2_seskey_list:ID,…                  tshark shows
#   9000000000000001, the number as shown         “Encrypted SMB3”, status 0, no message
#   0100000000000090, the bytes of the packet     “Decrypted SMB3;KeepAlive”
#   0x9000000000000001                            “Invalid -o flag”, status 1
#   the bytes, and the two keys exchanged         “Decrypted SMB3;KeepAlive”
#
# Lesson: when a key decrypts nothing, turn the bytes of the SessionId around before the key is called wrong. tshark does not
# say that no entry of the list was used.
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
python3 -m venv v
v/bin/pip -q install cryptography==43.0.3
cat > look.py <<'P'
import os, struct, subprocess, sys
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
SESSION = 0x9000000000000001
KEY, TO_CLIENT, TO_SERVER = bytes(range(32, 48)), bytes(range(16)), bytes(range(16, 32))
def message(number, command, body, flags=0, session=0):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, flags, 0, number, 0xFEFF, 0, session) + bytes(16) + body
def context(kind, data): return struct.pack("<HHI", kind, len(data), 0) + data + bytes(-len(data) % 8)
contexts = context(1, struct.pack("<HHH", 1, 32, 1) + b"salt" * 8) + context(2, struct.pack("<HH", 1, 2))
ask = struct.pack("<HHHHI", 36, 1, 1, 0, 0x44) + b"client of a test" + struct.pack("<IHHHH", 104, 2, 0, 0x0311, 0) + contexts
answer = struct.pack("<HHHH", 65, 1, 0x0311, 2) + b"server of a test"
answer += struct.pack("<IIIIQQHHI", 0x44, 65536, 65536, 65536, 133 * 10**15, 0, 128, 0, 128) + contexts
def sealed(key, nonce, data):
    rest = nonce.ljust(16, b"\0") + struct.pack("<IHHQ", len(data), 0, 1, SESSION)
    done = AESGCM(key).encrypt(nonce, data, rest)
    return b"\xfdSMB" + done[-16:] + rest + done[:-16]
echo = struct.pack("<HH", 4, 0)
packets = [
    (1, message(0, 0, ask)), (2, message(0, 0, answer, 1)), (1, sealed(TO_SERVER, b"nonce 000001", message(3, 13, echo, 0, SESSION))),
    (2, sealed(TO_CLIENT, b"nonce 000002", message(3, 13, echo, 1, SESSION)))]
sent = {1: 1, 2: 1}
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
    for number, (side, data) in enumerate(packets):
        other, ports = 3 - side, (50000, 445) if side == 1 else (445, 50000)
        data = struct.pack(">I", len(data)) + data
        tcp = struct.pack(">HHIIBBHHH", *ports, sent[side], sent[other], 0x50, 0x18, 8192, 0, 0) + data
        sent[side] += len(data)
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes([10, 0, 0, side]), bytes([10, 0, 0, other])) + tcp
        file.write(struct.pack("<IIII", 1700000000 + number, 0, len(packet), len(packet)) + packet)
def look(*fields):
    done = subprocess.run(
        ["root/usr/bin/tshark", "-n", "-r", "one.pcap", "-o", "uat:smb2_seskey_list:" + ",".join(fields)], capture_output=True, text=True,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark"))
    words = [word for word in ("Encrypted SMB3", "Decrypted SMB3;KeepAlive Request", "Decrypted SMB3;KeepAlive Response") if word in done.stdout]
    quiet = all("Running as user" in line or not line for line in done.stderr.splitlines())
    return done.returncode, quiet, words
key, client, server = KEY.hex(), TO_CLIENT.hex(), TO_SERVER.hex()
shown, wire = "%016x" % SESSION, struct.pack("<Q", SESSION).hex()
both = ["Decrypted SMB3;KeepAlive Request", "Decrypted SMB3;KeepAlive Response"]
rows = [
    ((shown, key, client, server), (0, True, ["Encrypted SMB3"])), ((wire, key, client, server), (0, True, both)),
    (("0x" + shown, key, client, server), (1, False, [])), ((wire, key, server, client), (0, True, both))]
right = True
for fields, wanted in rows:
    seen = look(*fields)
    print(fields[0], *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
v/bin/python look.py "$libraries"
