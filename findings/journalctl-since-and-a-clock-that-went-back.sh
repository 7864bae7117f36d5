#!/bin/sh
# Which entries does journalctl --since … --until … show of a journal in which the clock was set back?
#
# Guess before the run: each whose time is in the range, in the order of the file, for the time is a field of each entry.
# Seen (systemd and systemd-journal-remote 252.39-1~deb12u2 of Debian bookworm), entries in the order of the file, in seconds:
#
#   entries                                --since, --until   shown                          in the range
#   0 100 110 120 60 70 80 90 105 130      65, 107            100                            100 70 80 90 105
#   the same                               15, 75             none, status 0                 60 70
#   50 60 70 80 10 20 30 40 90 95          65, 100            70 80 10 20 30 40 90 95        70 80 90 95
#   the same                               15, 75             50 60 70                       50 60 70 20 30 40
#   0 1 2 3 4 5 6                          2, 4               2 3 4                          2 3 4
#
# journalctl looks for the start as if times only grew, shows what follows, whatever its time, and stops at the first entry that is later
# than --until.
# Lesson: a host whose clock was corrected, as before many a failed logon by Kerberos, may show no line for the minute in question. Take the
# whole boot (-b), or -o json, and compare the times in a script.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install systemd=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2 libsystemd0=252.39-1~deb12u2 \
  systemd-journal-remote=252.39-1~deb12u2 libmicrohttpd12 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", TZ="UTC", HOME=os.getcwd())
START, BOOT, MACHINE = 1700000000, "0123456789abcdef" * 2, "fedcba9876543210" * 2
def write(name, seconds):
    with open("export", "w") as file:
        for index, second in enumerate(seconds):
            file.write(f"__REALTIME_TIMESTAMP={(START + second) * 10**6}\n__MONOTONIC_TIMESTAMP={(index + 1) * 10**6}\n")
            file.write(f"_BOOT_ID={BOOT}\n_MACHINE_ID={MACHINE}\nMESSAGE={second}\n\n")
    command = ["root/lib/systemd/systemd-journal-remote", "--split-mode=none", "-o", f"{os.getcwd()}/{name}.journal", f"{os.getcwd()}/export"]
    subprocess.run(command, capture_output=True, env=environment, check=True)
def show(name, first, last):
    command = ["root/bin/journalctl", "-q", "--file", f"{os.getcwd()}/{name}.journal", "-o", "cat", f"--since=@{START + first}", f"--until=@{START + last}"]
    out = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    return out.returncode, out.stdout.split()
def numbers(text): return 0, text.split()
write("late", (0, 100, 110, 120, 60, 70, 80, 90, 105, 130))
write("early", (50, 60, 70, 80, 10, 20, 30, 40, 90, 95))
write("straight", range(7))
seen = [show("late", 65, 107), show("late", 15, 75), show("early", 65, 100), show("early", 15, 75), show("straight", 2, 4)]
for each in seen: print(*each)
assert seen == [
    numbers("100"), numbers(""), numbers("70 80 10 20 30 40 90 95"), numbers("50 60 70"), numbers("2 3 4")], "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
