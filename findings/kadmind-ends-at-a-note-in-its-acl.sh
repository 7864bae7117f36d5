#!/bin/sh
# Which lines of kadm5.acl, the list of administrators, does kadmind of MIT take?
#
# Guess before the run: a note behind a line is read as the names that the rights are for, so that the administrator has no rights over
# others; tabs are as good as blanks. Nothing was guessed about a line of blanks and about the end of line of Windows.
# Seen (krb5-admin-server and krb5-kdc 1.20.1-2+deb12u5 of Debian bookworm), whether anybody listens on port 464 (changes of passwords) then:
#
#   alice@LAB.TEST *, with blanks or tabs, or an end of line of Windows    yes
#   # note, and an empty line in front of it                               yes
#   alice@LAB.TEST * # note                                                no: “syntax error at line 1 … aborting”
#   a line of three blanks                                                 no, the same
#   alice@LAB.TEST z                                                       no, the same
#
# Lesson: kpasswd and Windows' change of a password fail (no answer, or ICMP “port unreachable” from 464) for all users after a harmless
# looking change of this file and a new start, while port 88 answers as before. Look into kadmind's log first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
version=1.20.1-2+deb12u5
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-kdc=$version krb5-admin-server=$version krb5-user=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_kdc = false
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
    admin_server = 127.0.0.1
  }
[logging]
  admin_server = FILE:$folder/log
C
cat > kdc.conf <<C
[realms]
  LAB.TEST = {
    database_name = $folder/database
    key_stash_file = $folder/stash
    acl_file = $folder/acl
  }
C
cat > look.py <<'P'
import os, subprocess, sys, time
loader = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", KRB5_KDC_PROFILE="kdc.conf")
subprocess.run(
    ["root/usr/sbin/kdb5_util", "create", "-s", "-P", "master", "-r", "LAB.TEST"], env=loader, check=True, timeout=60, stdout=subprocess.DEVNULL)
def listens():
    # 464 is 01D0 in the kernel's table.
    with open("/proc/net/udp") as file: return any(line.split()[1].endswith(":01D0") for line in file.readlines()[1:])
def look(text):
    with open("acl", "w", newline="") as file: file.write(text)
    server = subprocess.Popen(
        ["root/usr/sbin/kadmind", "-nofork"], env=loader, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for _ in range(100):
        if listens() or server.poll() is not None: break
        time.sleep(0.1)
    found = listens()
    server.terminate()
    said = server.communicate(timeout=60)[1]
    return found, "syntax error" in said and "abort" in said
rows = [
    ("alice@LAB.TEST *\n", True), ("\talice@LAB.TEST\t \t*\n", True), ("alice@LAB.TEST *\r\n", True), ("# note\n\nalice@LAB.TEST *\n", True),
    ("alice@LAB.TEST * # note\n", False), ("   \nalice@LAB.TEST *\n", False), ("alice@LAB.TEST z\n", False)]
right = True
for text, wanted in rows:
    seen = look(text)
    print(repr(text), *seen, flush=True)
    right = right and seen == (wanted, not wanted)
assert right, "kadmind has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
