#!/bin/sh
# Does the exit status of klist -s (klist -t of Heimdal) tell whether a user can get tickets of the realm?
#
# Guess before the run: 0 with a ticket-granting ticket of the realm that is valid, 1 without; MIT alone is content with a ticket for a
# service. A ticket-granting ticket of another realm is not enough.
# Seen (krb5-user 1.20.1-2+deb12u5 and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), caches of alice@LAB.TEST:
#
#   in the cache                                              klist -s   klist -t
#   krbtgt/LAB.TEST, valid                                    0          0
#   krbtgt/LAB.TEST, expired                                  1          1
#   krbtgt/LAB.TEST, expired, and a valid one behind it       0          1
#   krbtgt/LAB.TEST, valid from tomorrow on                   0          0
#   krbtgt/LAB.TEST, with the flag “invalid” (postdated)      0          0
#   krbtgt/OTHER.TEST alone                                   0          0
#   cifs/fs alone                                             0          0
#
# Lesson: a script that calls kinit only when klist -s fails can go on for hours without a ticket that helps: no AS-REQ, a TGS-REQ that
# is refused, or NTLM instead. After a refusal look at the tickets themselves.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for package in krb5-user=1.20.1-2+deb12u5 heimdal-clients=7.8.git20221117.28daf24+dfsg-2; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install "$package" >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
printf '[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n' > krb5.conf
cat > look.py <<'P'
import os, struct, subprocess, sys, time
now = int(time.time())
def text(value): return struct.pack(">I", len(value)) + value
def principal(*parts): return struct.pack(">II", 1, len(parts) - 1) + b"".join(text(part) for part in parts)
alice = principal(b"LAB.TEST", b"alice")
def ticket(server, start, end, flags=0x40E10000):
    return (alice + principal(b"LAB.TEST", *server) + struct.pack(">H", 18) + text(b"k" * 32) + struct.pack(">IIII", now - 90000, start, end, end)
            + b"\0" + struct.pack(">III", flags, 0, 0) + text(bytes.fromhex("6103020105")) + text(b""))
home, other, service = (b"krbtgt", b"LAB.TEST"), (b"krbtgt", b"OTHER.TEST"), (b"cifs", b"fs")
valid, expired, tomorrow = (now - 60, now + 3600), (now - 7200, now - 3600), (now + 86400, now + 90000)
loader = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf")
os.umask(0o077)
def look(*tickets):
    with open("cache", "wb") as file: file.write(b"\5\4" + struct.pack(">HHHII", 12, 1, 8, 0, 0) + alice + b"".join(tickets))
    # The programs of Heimdal are one file, which goes by the name that it is called by.
    return [subprocess.run([name, option, "-c", "FILE:cache"], executable=program, env=loader, stdout=subprocess.DEVNULL, timeout=60).returncode
            for program, name, option in (("root/usr/bin/klist", "klist", "-s"), ("root/usr/bin/klist.heimdal", "klist", "-t"))]
rows = [
    ("valid", [ticket(home, *valid)], [0, 0]), ("expired", [ticket(home, *expired)], [1, 1]),
    ("expired, valid", [ticket(home, *expired), ticket(home, *valid)], [0, 1]), ("tomorrow", [ticket(home, *tomorrow)], [0, 0]),
    ("invalid", [ticket(home, *valid, 0x41E10000)], [0, 0]), ("other realm", [ticket(other, *valid)], [0, 0]), ("service", [ticket(service, *valid)], [0, 0])]
right = True
for name, tickets, wanted in rows:
    seen = look(*tickets)
    print(name, *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
python3 look.py "$libraries"
