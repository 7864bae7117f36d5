#!/bin/sh
# Which packets of a recording does sniffglue, a sniffer in Rust, show as lines of JSON (-r --json), and with which times?
#
# Guess before the run: a line for each packet, without a time; packets behind a VLAN tag as unknown bytes; SLL yes, SLL2 and raw IP no.
# Seen (sniffglue 0.15.0-3+b2 of Debian bookworm), nine packets of a connection to port 445, two of them with data:
#
#   option      Ethernet   raw IP, SLL   a VLAN tag         SLL2
#   none        0          0             0                  an error
#   -v          0          0             0                  an error
#   -vv         4          4             0                  an error
#   -vvv        9          9             0                  an error
#   -vvvv       9          9             9, as unknown      an error
#
# With -vv those with SYN or FIN are shown, data with -vvv. There is no time in a line, as guessed, and no number of the packet.
# Lesson: an empty output does not mean that there was no SMB; sniffglue keeps for -vvv what it does not know by name. Behind a tag it
# shows bytes alone, with -vvvv.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install sniffglue=0.15.0-3+b2 libpcap0.8 libseccomp2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import glob, json, os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C", TZ="UTC")
program, = glob.glob("root/usr/*bin/sniffglue")
E = bytes.fromhex("525400000002525400000001")
def connection(start=0.0):
    places, ends, out = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)], []
    for number, (who, flags, data) in enumerate((
            (0, 2, b""), (1, 18, b""), (0, 16, b""), (0, 24, b"\0\0\0\x08\xfeSMBabcd"), (1, 24, b"\0\0\0\x08\xfeSMBefgh"), (0, 16, b""), (0, 17, b""),
            (1, 17, b""), (0, 16, b""))):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], places[1 - who] if flags != 2 else 0, 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), number + 1, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
        out.append((start + number * 0.01, ip))
        places[who] += len(data) + (flags & 3 != 0)
    return out
def ethernet(packet): return E + b"\x08\0" + packet
def write(name, link, wrap):
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link))
        for time, packet in connection():
            packet = wrap(packet)
            file.write(struct.pack("<IIII", 1700000000, round(time * 10**6), len(packet), len(packet)) + packet)
kinds = {
    "Ethernet": (1, ethernet), "raw": (101, lambda packet: packet), "SLL": (113, lambda packet: b"\0\0\0\1\0\6" + E[:6] + b"\0\0\x08\0" + packet),
    "tag": (1, lambda packet: E + b"\x81\0\0\x05\x08\0" + packet),
    "SLL2": (276, lambda packet: b"\x08\0\0\0\0\0\0\2\0\1\0\6" + E[:6] + b"\0\0" + packet)}
def look(name, option):
    done = subprocess.run([program, "-r", "--json", *option, name], capture_output=True, text=True, env=environment, timeout=60)
    if done.returncode: return "error"
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return len(lines), sum("Unknown" in str(line) for line in lines), "1700000000" in done.stdout
for name, (link, wrap) in kinds.items(): write(name, link, wrap)
seen = {option: [look(name, [option] if option else []) for name in kinds] for option in ("", "-v", "-vv", "-vvv", "-vvvv")}
for each in seen.items(): print(*each)
def row(count, tagged): return [(count, 0, False)] * 3 + [(tagged, tagged, False), "error"]
assert seen == {"": row(0, 0), "-v": row(0, 0), "-vv": row(4, 0), "-vvv": row(9, 0), "-vvvv": row(9, 9)}, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
