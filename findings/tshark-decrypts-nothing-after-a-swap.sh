#!/bin/sh
# Does tshark still decrypt SMB3 when two packets of the logon changed places in the recording?
#
# Guess before the run: yes; each message says by its number which one it answers.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; impacket 0.13.1 for the logon, Python 3.11), 3.0.2 with AES-CCM, the right password,
# all TCP sequence numbers right:
#
#   as it was sent                                            Decrypted SMB3
#   the answer to NEGOTIATE in front of NEGOTIATE             Decrypted SMB3
#   the CHALLENGE in front of the request that it answers     Encrypted SMB3
#   the last answer to SESSION_SETUP in front of its request  Encrypted SMB3
#
# There is no word about it.
# Lesson: a card with several queues, or two recordings that were put together, can swap packets that are microseconds apart. “Encrypted
# SMB3” with the right key may mean just that; look at the numbers of the messages, and swap the frames back.
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
def write(path, password, swapped):
    places, frames = [1000, 9000], []
    for who, message in messages(password):
        ports = (50000, 445) if who == 0 else (445, 50000)
        data = struct.pack(">I", len(message)) + message
        tcp = struct.pack(">HHIIBBHHH", *ports, places[who], places[1 - who], 0x50, 0x18, 8192, 0, 0) + data
        places[who] += len(data)
        ends = bytes([10, 0, 0, 1 + who, 10, 0, 0, 2 - who])
        frames.append(bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + ends + tcp)
    if swapped is not None: frames[swapped], frames[swapped + 1] = frames[swapped + 1], frames[swapped]
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, frame in enumerate(frames): file.write(struct.pack("<IIII", 1700000000, number, len(frame), len(frame)) + frame)
def look(swapped):
    write("one.pcap", "secret", swapped)
    environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark", LC_ALL="C.UTF-8")
    run = subprocess.run(
        ["root/usr/bin/tshark", "-r", "one.pcap", "-o", "ntlmssp.nt_password:secret", "-T", "fields", "-e", "_ws.col.Info"], env=environment,
        capture_output=True, text=True, timeout=60)
    return run.stdout.splitlines()[-1].split(";")[0]
seen = [look(None), look(0), look(2), look(4)]
print(*seen, sep="\n")
assert seen == ["Decrypted SMB3", "Decrypted SMB3", "Encrypted SMB3", "Encrypted SMB3"], "tshark has changed"
P
v/bin/python look.py "$libraries"
