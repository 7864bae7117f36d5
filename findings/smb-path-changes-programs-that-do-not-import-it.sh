#!/bin/sh
# What does pathlib do with //server/share in an environment that has smb-path, a library for such paths?
#
# Guess before the run: nothing until a program imports smb_path. Then //fs/share, //FS/share and \\fs\share are shares, with parents and names
# as pathlib has them.
# Seen (smb-path 0.8.0, smbprotocol 1.17.0, Python 3.11, on Linux), a program that imports pathlib alone:
#
#   Path("//tmp/x")                 without smb-path: the file /tmp/x      with it: x of the server “tmp”
#   Path("//tmp/x").exists()        True                                  False
#   Path("//tmp/x").stat()          works                                 ValueError, “Failed to connect to 'tmp:445'”
#   open("//tmp/x")                 works                                 works: open is as before
#   Path("//FS/share/a")            a file                                a file: capitals make no server
#   Path(r"\\fs\share\a").parent    -                                     “.”: the path has one part
#   Path("/") / "/tmp/x"            the file /tmp/x                       the file /tmp/x
#
# A file of its package, read at each start of Python, does that. Two slashes come from a folder “/” and a name that are put together as text.
# Lesson: attempts to reach a server called tmp or home, from a host that has no such share, may be a program with one slash too many. Write
# servers in small letters for smb-path, and with slashes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
cat > look.py <<'P'
import os, pathlib, sys
name = "/" + os.path.abspath("x")
def server(path):
    """The server that the path asks."""
    try: path.stat()
    except ValueError as error: return str(error).split("'")[1]
local, large, back = pathlib.Path(name), pathlib.Path("//FS/share/a"), pathlib.Path(r"\\fs\share\a")
with open(name) as file: opened = file.read()
joined = pathlib.Path("/") / os.path.abspath("x")
print(type(local).__name__, local.exists(), server(local) == name.split("/")[2] + ":445", opened, type(large).__name__, type(back).__name__, back.parent, type(joined).__name__)
P
printf data > x
before=$(v/bin/python look.py)
v/bin/pip -q install smb-path==0.8.0 smbprotocol==1.17.0
# Without a network: no name server is asked.
after=$(unshare -rn v/bin/python look.py)
printf '%s\n' "$before" "$after"
[ "$before" = "PosixPath True False data PosixPath PosixPath . PosixPath" ] || { echo "Python has changed"; exit 1; }
[ "$after" = "SmbPosixPath False True data PosixPath SmbPosixPath . PosixPath" ] || { echo "smb-path has changed"; exit 1; }
