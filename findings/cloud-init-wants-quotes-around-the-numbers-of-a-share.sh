#!/bin/sh
# What does cloud-init write into /etc/fstab for a share in “mounts” of its user data?
#
# Guess before the run: the line as it is given; a blank in a name is not written as \040, so that the line breaks there. That numbers
# without quotes, and a share that fstab has already, could matter was not thought of.
# Seen (cloud-init 22.4.2-1+deb12u4 of Debian bookworm, its module cc_mounts with a fstab of its own; “mount” is not run):
#
#   [//fs/share, /mnt, cifs, guest, "0", "0"]    the line, with “comment=cloudconfig” among the options
#   [//fs/share, /mnt, cifs, guest, 0, 0]        TypeError; no line of the list is written
#   [fs:/share, /mnt, nfs, ro, 0, 0]             the line: for NFS numbers need no quotes
#   a blank in the share's name                  a blank, not \040: mount reads the second half as the folder
#   [//fs/share, /mnt]                           the type “auto”, and 2, a check of the disk at boot
#   a share that fstab has already               a second line for it
#
# Its test for a network disk looks for a colon. A share has none, is taken for a disk that is missing, and most steps pass it over.
# Lesson: a new host without any packet to the server may have a user data of 0 without quotes. Give all six fields, in quotes, and write
# \040 for a blank.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install cloud-init=22.4.2-1+deb12u4 python3-configobj=5.0.8-1 python3-jinja2 python3-jsonpatch python3-jsonschema python3-yaml \
  python3-requests python3-oauthlib python3-serial python3-six python3-markupsafe python3-attr python3-pyrsistent python3-json-pointer \
  python3-netifaces python3-urllib3 python3-chardet python3-idna python3-certifi >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import logging
from cloudinit import subp, util
from cloudinit.config import cc_mounts
class Distribution:
    def uses_systemd(self): return False
class Cloud:
    distro = Distribution()
    def device_name_to_device(self, name): return None
# Nothing is mounted or made.
subp.subp = lambda *words, **more: None
util.ensure_dir = lambda *words, **more: None
cc_mounts.FSTAB_PATH = "fstab"
def fields(mounts, before=""):
    with open("fstab", "w") as file: file.write(before)
    try: cc_mounts.handle("mounts", {"mounts": mounts}, Cloud(), logging.getLogger(), [])
    except TypeError: pass
    with open("fstab") as file: return [line.split("\t") for line in file.read().splitlines()]
share, mark = ["//fs/share", "/mnt", "cifs", "guest"], "guest,comment=cloudconfig"
seen = {
    "quotes": fields([share + ["0", "0"]]), "numbers": fields([["fs:/share", "/nfs", "nfs", "ro", "0", "0"], share + [0, 0]]),
    "nfs": fields([["fs:/share", "/nfs", "nfs", "ro", 0, 0]]), "blank": fields([["//fs/my share", *share[1:], "0", "0"]]),
    "short": fields([share[:2]]), "there": fields([share + ["0", "0"]], "//fs/share\t/mnt\tcifs\tro\t0\t0\n")}
for one in seen.items(): print(*one)
line = ["//fs/share", "/mnt", "cifs", mark, "0", "0"]
assert seen == {
    "quotes": [line], "numbers": [], "nfs": [["fs:/share", "/nfs", "nfs", "ro,comment=cloudconfig", "0", "0"]],
    "blank": [["//fs/my share", *line[1:]]], "short": [["//fs/share", "/mnt", "auto", "defaults,nobootwait,comment=cloudconfig", "0", "2"]],
    "there": [["//fs/share", "/mnt", "cifs", "ro", "0", "0"], line]}, "this has changed"
P
PYTHONPATH="$folder/root/usr/lib/python3/dist-packages" /usr/bin/python3 look.py
