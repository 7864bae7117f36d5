#!/bin/sh
# How do KDCs treat a TCP connection: who ends it, when, and what if there is more in it than one request?
#
# Guess before the run: MIT ends it after its answer, Heimdal waits for another request; of two requests in one segment Heimdal answers both. A
# length of 0, or one with its first bit set, ends the connection. Neither ends one without a request within half a minute.
# Seen (krb5-kdc 1.20.1-2+deb12u5, heimdal-kdc 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm):
#
#                                         MIT                      Heimdal
#   one request                           answer, FIN              answer, FIN
#   two requests in one segment           one answer, RST          one answer, FIN
#   a length with its first bit set       error 61, RST            error 61, FIN
#   a length of 2 MB                      error 61, RST            FIN after 4 to 8 s
#   a length of 0, half a request,
#     or nothing                          waits for 12 s and more  FIN after 4 to 8 s
#
# Lesson: the first FIN is the KDC's, and healthy. A RST of MIT's KDC right behind its answer comes from bytes that it did not read. A FIN
# without an answer some seconds after the handshake is Heimdal's patience with a slow client, or with a path that loses packets.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[kdc]
  database = {
    dbname = $folder/heimdal
    realm = LAB.TEST
    mkey_file = $folder/key
    log_file = $folder/changes
  }
  addresses = 127.0.0.1
[logging]
  kdc = FILE:$folder/log
C
cat > kdc.conf <<C
[kdcdefaults]
  kdc_listen = 127.0.0.2:88
  kdc_tcp_listen = 127.0.0.2:88
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
  }
C
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> other-log 2>&1; }
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
run root/usr/bin/kadmin.heimdal -l init --realm-max-ticket-life=unlimited --realm-max-renewable-life=unlimited LAB.TEST
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading, time
def der(tag, *parts):
    data = b"".join(parts)
    size = bytes([len(data)]) if len(data) < 128 else b"\x81" + bytes([len(data)])
    return bytes([tag]) + size + data
def number(value): return der(2, bytes([value]))
def name(kind, *parts): return der(0x30, der(0xA0, number(kind)), der(0xA1, der(0x30, *(der(27, one) for one in parts))))
body = der(
    0x30, der(0xA0, der(3, bytes(5))), der(0xA1, name(1, b"nobody")), der(0xA2, der(27, b"LAB.TEST")), der(0xA3, name(2, b"krbtgt", b"LAB.TEST")),
    der(0xA5, der(24, b"20370913024805Z")), der(0xA7, number(5)), der(0xA8, der(0x30, number(18), number(17))))
request = der(0x6A, der(0x30, der(0xA1, number(5)), der(0xA2, number(10)), der(0xA4, body)))
framed = struct.pack(">I", len(request)) + request
SENT = {
    "one": framed, "two": framed * 2, "first bit": struct.pack(">I", 2**31 + len(request)) + request, "2 MB": struct.pack(">I", 2**21) + request,
    "0": bytes(4), "half": framed[:20], "nothing": b""}
def look(address, sent):
    with socket.create_connection((address, 88)) as client:
        client.settimeout(12)
        client.sendall(sent)
        start, got, end = time.monotonic(), b"", "FIN"
        try:
            while part := client.recv(65536): got += part
        except TimeoutError: end = "waits"
        except ConnectionResetError: end = "RST"
    waited = time.monotonic() - start
    errors = []
    while len(got) > 4:
        size = struct.unpack(">I", got[:4])[0]
        errors.append(got[got.index(b"\xa6\x03\x02\x01") + 4])
        got = got[4 + size:]
    return errors, end, end == "FIN" and waited > 3
folder = os.getcwd()
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=folder + "/krb5.conf", KRB5_KDC_PROFILE=folder + "/kdc.conf")
KDCS = {"127.0.0.2": ["root/usr/sbin/krb5kdc", "-n"], "127.0.0.1": ["root/usr/lib/heimdal-servers/kdc"]}
running = [subprocess.Popen(one, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) for one in KDCS.values()]
for address in KDCS:
    for _ in range(50):
        try: socket.create_connection((address, 88)).close()
        except OSError: time.sleep(0.1)
        else: break
seen = {address: {} for address in KDCS}
def note(address, key): seen[address][key] = look(address, SENT[key])
threads = [threading.Thread(target=note, args=(address, key)) for address in KDCS for key in SENT]
for one in threads: one.start()
for one in threads: one.join()
for one in running:
    one.terminate()
    one.wait()
mit, heimdal = ({key: seen[address][key] for key in SENT} for address in KDCS)
print(mit, heimdal, sep="\n")
waits, late = ([], "waits", False), ([], "FIN", True)
assert mit == {
    "one": ([6], "FIN", False), "two": ([6], "RST", False), "first bit": ([61], "RST", False), "2 MB": ([61], "RST", False), "0": waits,
    "half": waits, "nothing": waits}, "MIT's KDC has changed"
assert heimdal == {
    "one": ([6], "FIN", False), "two": ([6], "FIN", False), "first bit": ([61], "FIN", False), "2 MB": late, "0": late, "half": late,
    "nothing": late}, "Heimdal's KDC has changed"
P
# Each listens at port 88 of an address of its own; a network namespace has them free.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
