#!/bin/sh
# When does a backslash at the end of a line in smb.conf join it to the next one?
#
# Guess before the run: as the last sign of the line alone; a blank behind it makes it a backslash like others, as in a script for a shell.
# Nothing was guessed about notes and about a colon.
# Seen (samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a share with two lines, the second one “guest ok = yes”; exit
# status 0 and no warning in each case:
#
#   first line                     testparm: comment             guest ok
#   comment = drive D:             drive D:                      yes
#   comment = drive D:\            drive D:guest ok = yes        no
#   comment = drive D:\ (blank)    drive D:guest ok = yes        no
#   # comment = drive D:\          none                          yes: notes are not joined
#   guest ok : yes, alone          none                          no: a line that is passed over
#
# Lesson: a share that refuses guests (ACCESS_DENIED) though smb.conf lets them in: look at the end of the line above. A backslash at
# the end needs another sign behind it. testparm -s shows what counts; that it has no complaint says nothing.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba-common-bin=$version samba-libs=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, re, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1])
def look(lines):
    with open("smb.conf", "w") as file: file.write("[share]\npath = /srv\n" + lines + "\n")
    done = subprocess.run(["root/usr/bin/testparm", "-s", "smb.conf"], capture_output=True, text=True, env=environment)
    assert done.returncode == 0 and "noring" not in done.stderr and "nknown" not in done.stderr, done.stderr
    comment = re.search(r"comment = (.*)", done.stdout)
    return comment and comment[1], "guest ok = Yes" in done.stdout
FIRST = "comment = drive D:", "comment = drive D:\\", "comment = drive D:\\ ", "# comment = drive D:\\"
seen = [look(first + "\nguest ok = yes") for first in FIRST]
seen.append(look("guest ok : yes"))
for one in seen: print(*one)
assert seen == [
    ("drive D:", True), ("drive D:guest ok = yes", False), ("drive D:guest ok = yes", False), (None, True), (None, False)], (
    "this has changed")
P
python3 look.py "$libraries"
