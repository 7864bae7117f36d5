#!/bin/sh
# What do fq and tcpick, which put the streams of TCP together, give for a stream of which the recording has not each packet?
#
# Guess before the run: all that is there, with a mark where bytes are missing; of a second connection between the same ports, too.
# Seen (fq 0.3.0-1+b1, tcpick 0.2.1-10 of Debian bookworm), requests aaaa, bbbb, cccc, and the answers 1111, 2222, 3333:
#
#                                        fq, tcp_connections                 tcpick -wR
#   whole                                both streams                        both streams
#   without bbbb                         aaaa, skipped_bytes 4; answers all  aaaacccc; answers all
#   without bbbb and 2222                aaaa, 1111; skipped_bytes 4, 4      aaaacccc, 11113333
#   a second connection, same ports      the first alone                     both, in two pairs of files
#   raw IP (link type 101)               no connection                       both streams
#   no handshake in the recording        both streams                        no file
#
# fq's skipped_bytes counts the gap and not what it left out behind it. tcpick joins what was on both sides of the gap, without
# a mark; its file “clnt” is what the client got.
# Lesson: the end of such a stream is not where the client stopped. Compare the sequence numbers, or look at
# the stream with tshark -z follow,tcp, which marks the gap.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install fq=0.3.0-1+b1 tcpick=0.2.1-10 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import glob, json, os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", HOME=os.getcwd())
CLIENT, SERVER = (bytes((10, 0, 0, 1)), 50000), (bytes((10, 0, 0, 2)), 445)
def tcp(source, target, sequence, acknowledged, flags, data=b""):
    segment = struct.pack(">HHIIBBHHH", source[1], target[1], sequence, acknowledged, 0x50, flags, 8192, 0, 0) + data
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0, 64, 6, 0) + source[0] + target[0] + segment
def connection(handshake=True, end=False, lost=(), requests=(b"aaaa", b"bbbb", b"cccc"), answers=(b"1111", b"2222", b"3333")):
    packets = [tcp(CLIENT, SERVER, 0, 0, 2), tcp(SERVER, CLIENT, 0, 1, 18), tcp(CLIENT, SERVER, 1, 1, 16)] if handshake else []
    here = there = 1
    for request, answer in zip(requests, answers):
        if request not in lost: packets.append(tcp(CLIENT, SERVER, here, there, 24, request))
        here += len(request)
        if answer not in lost: packets += [tcp(SERVER, CLIENT, there, here, 24, answer), tcp(CLIENT, SERVER, here, there + len(answer), 16)]
        there += len(answer)
    if end:
        packets += [tcp(CLIENT, SERVER, here, there, 17), tcp(SERVER, CLIENT, there, here + 1, 17), tcp(CLIENT, SERVER, here + 1, there + 1, 16)]
    return packets
def write(packets, raw=False):
    with open("look.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101 if raw else 1))
        for index, packet in enumerate(packets):
            packet = packet if raw else bytes(12) + b"\x08\0" + packet
            file.write(struct.pack("<IIII", 1700000000 + index, 0, len(packet), len(packet)) + packet)
QUERY = "[.tcp_connections[]? | [(.client, .server) | [(.stream | tostring), .skipped_bytes]]]"
def look(packets, raw=False):
    write(packets, raw)
    out = subprocess.run(["root/usr/bin/fq", "-c", QUERY, "look.pcap"], capture_output=True, text=True, env=environment, check=True).stdout
    for name in glob.glob("tcpick_*"): os.remove(name)
    tcpick = glob.glob("root/usr/*bin/tcpick")[0]
    subprocess.run([tcpick, "-r", "look.pcap", "-wR"], capture_output=True, env=environment, check=True)
    streams = []
    for name in sorted(glob.glob("tcpick_*.dat")):
        with open(name) as file: streams.append((name.split(".", 4)[-1].removesuffix(".dat"), file.read()))
    return json.loads(out), streams
later = connection(requests=(b"dddd",), answers=(b"4444",))
seen = {
    "whole": look(connection()), "gap": look(connection(lost=(b"bbbb",))), "exchange": look(connection(lost=(b"bbbb", b"2222"))),
    "second": look(connection(end=True) + later), "raw": look(connection(), True), "middle": look(connection(False))}
for each in seen.items(): print(*each)
whole = ["aaaabbbbcccc", 0], ["111122223333", 0]
files = [("clnt", "111122223333"), ("serv", "aaaabbbbcccc")]
assert seen == {
    "whole": ([[*whole]], files), "gap": ([[["aaaa", 4], whole[1]]], [files[0], ("serv", "aaaacccc")]),
    "exchange": ([[["aaaa", 4], ["1111", 4]]], [("clnt", "11113333"), ("serv", "aaaacccc")]),
    "second": ([[*whole]], [("clnt.1", "4444"), files[0], ("serv.1", "dddd"), files[1]]), "raw": ([], files), "middle": ([[*whole]], [])
    }, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
