#!/bin/sh
# Does a program decode %40 in the URL of a share, smb://user:password@server/share?
#
# Guess before the run: yes; RFC 3986 has it for each part of a URL. LAB;alice, the user with its domain, may stay as it is.
# Seen (fsspec 2026.9.0, universal-pathlib 0.3.10, Python 3.11), smb://LAB%5Calice:p%40ss@fs.lab.test/share:
#
#   user       LAB%5Calice
#   password   p%40ss
#   host       fs.lab.test
#
# Both go to the server as they are. A password with / cannot be given in the URL at all; it has to be an argument of its
# own. LAB;alice stays as it is too.
# Lesson: a percent sign in the user name of an AUTHENTICATE message comes from a URL; LOGON_FAILURE behind it says nothing
# about the password.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install fsspec==2026.9.0 universal-pathlib==0.3.10 smbprotocol==1.17.0
v/bin/python - <<'P'
from fsspec.implementations.smb import SMBFileSystem
from upath import UPath
def look(url):
    one, two = SMBFileSystem._get_kwargs_from_urls(url), dict(UPath(url).storage_options)
    assert one == two, "this has changed"
    return [one.get(name) for name in ("username", "password", "host")]
seen = [look(f"smb://{user}:p%40ss@fs.lab.test/share") for user in ("LAB%5Calice", "LAB;alice")]
print(seen)
assert seen == [["LAB%5Calice", "p%40ss", "fs.lab.test"], ["LAB;alice", "p%40ss", "fs.lab.test"]], "this has changed"
P
