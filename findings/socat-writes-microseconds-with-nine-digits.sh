#!/bin/sh
# Are the times right that socat -x writes beside the bytes which it passes on, and those of the recording that socat2pcap makes of them?
#
# Guess before the run: yes, in local time; the recording has no handshake and no checksums. Nine digits behind the second are nanoseconds.
# Seen (socat 1.7.4.4-2, tshark 4.0.17-0+deb12u3 of Debian bookworm; socat2pcap 0.1.0, Python 3.11), bytes that went through at
# 43.205 s, and others 0.3 s later:
#
#   socat -x     43.000204857 and 43.000505595: microseconds, with three zeros in front
#   socat2pcap   43.000204 and 43.000504, both in the same millisecond
#
# Lesson: the clock of such a log runs a thousand times too slow within each second, and jumps at its end; “the server answers in 0.3 ms”
# was 0.3 s. Nine digits that always begin with 000 are microseconds.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install socat=1.7.4.4-2 libwrap0 tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version \
  libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install socat2pcap==0.1.0
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark", TZ="UTC")
behind = socket.create_server(("127.0.0.1", 0))
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
with open("log", "w") as log:
    relay = subprocess.Popen(
        ["root/usr/bin/socat", "-x", "TCP-LISTEN:%d,bind=127.0.0.1" % port, "TCP:127.0.0.1:%d" % behind.getsockname()[1]], env=environment,
        stderr=log)
try:
    for _ in range(100):
        try: client = socket.create_connection(("127.0.0.1", port), timeout=10); break
        except ConnectionRefusedError: time.sleep(0.1)
    server = behind.accept()[0]
    # Both within one second.
    time.sleep(1.2 - time.time() % 1)
    truth = []
    for pause in (0.3, 0):
        truth.append(time.time())
        client.sendall(b"\0\0\0\x08\xfeSMBabcd")
        server.recv(100)
        time.sleep(pause)
    client.close()
    server.close()
finally: relay.wait(timeout=30)
with open("log") as log: found = re.findall(r"^> \S+ \d+:\d+:(\d+)\.(\d+) ", log.read(), re.M)
subprocess.run(["v/bin/socat2pcap", "--output", "log.pcap", "log"], check=True, env=environment)
run = subprocess.run(["root/usr/bin/tshark", "-r", "log.pcap", "-T", "fields", "-e", "frame.time_epoch"], env=environment, capture_output=True,
                     text=True, timeout=60)
times = [float(line) for line in run.stdout.split()]
print("socat", found, "socat2pcap", times, "sent", ["%.3f" % one for one in truth])
for (_, digits), sent in zip(found, truth):
    assert len(digits) == 9 and digits[:3] == "000" and abs(int(digits) / 10**6 - sent % 1) < 0.1, "socat has changed"
assert len(found) == len(times) == 2 and 0.25 < truth[1] - truth[0] < 0.6 and 0 <= times[1] - times[0] < 0.001, "socat2pcap has changed"
P
python3 look.py "$libraries"
