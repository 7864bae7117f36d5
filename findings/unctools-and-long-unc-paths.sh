#!/bin/sh
# Which server and share does unctools, a library for UNC paths, find in the long form of such a path?
#
# Guess before the run: fs and share, with or without \\?\UNC\ in front, and in the form with a port (fs@8443) the host alone; \\fs
# without a share is no UNC path.
# Seen (unctools 0.3.0, Python 3.11), beside the drive that Python's own pathlib has:
#
#                             server, share, rest        pathlib
#   \\fs\share\a              fs, share, a               \\fs\share
#   \\?\UNC\fs\share\a        ?, UNC, fs\share\a         \\?\UNC\fs\share
#   \\fs@8443\DavWWWRoot\a    fs@8443, DavWWWRoot, a     \\fs@8443\DavWWWRoot
#   \\?\C:\a                  ?, C:, a                   \\?\C:
#   \\fs                      none, but is_unc_path      none
#
# Lesson: Windows and its logs write the long form; a table of servers then has one named “?” with shares UNC and C:. Take \\?\UNC\ off
# first. fs@8443 is WebDAV, so no packet goes to port 445.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install unctools==0.3.0
v/bin/python - <<'P'
import pathlib, unctools
rows = {
    r"\\fs\share\a": (True, ("fs", "share", "a"), r"\\fs\share"), r"\\?\UNC\fs\share\a": (True, ("?", "UNC", r"fs\share\a"), r"\\?\UNC\fs\share"),
    r"\\fs@8443\DavWWWRoot\a": (True, ("fs@8443", "DavWWWRoot", "a"), r"\\fs@8443\DavWWWRoot"), r"\\?\C:\a": (True, ("?", "C:", "a"), r"\\?\C:"),
    r"\\fs": (True, None, "")}
seen = {path: (unctools.is_unc_path(path), unctools.get_unc_path_elements(path), pathlib.PureWindowsPath(path).drive) for path in rows}
for one in seen.items(): print(*one)
assert seen == rows, "this has changed"
P
