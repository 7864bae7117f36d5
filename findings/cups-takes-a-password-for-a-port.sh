#!/bin/sh
# Which user, server and queue does CUPS read in the URI of a printer behind SMB (smb://user:password@server/queue)?
#
# Guess before the run: the last @ ends the user, as in other readers; capitals of the scheme do not count; a name in UTF-8 is fine as it
# is. Nothing was guessed about a password with a slash and about a URI without “smb:”.
# Seen (libcups2 2.4.2-3+deb12u9 of Debian bookworm, httpSeparateURI; urlsplit of Python 3.11):
#
#                                libcups                                              Python
#   smb://alice:p%40w@fs/q       alice:p@w, fs, /q                                    alice, p%40w, fs
#   smb://alice:p@w@fs/q         “Bad hostname/address in URI”                        alice, p@w, fs
#   smb://alice:p/w@fs/q         “Bad port number in URI”; the server is alice        the server is alice, too
#   smb://LAB\alice:pw@fs/q      LAB\alice:pw, fs, /q                                 LAB\alice, pw, fs
#   smb://fs/my q, /größe        “Bad resource in URI”                                fs
#   SMB://fs/q                   the scheme is SMB                                    smb
#   //fs/q                       ipp, port 631: a printer of IPP                      fs, no scheme
#
# For each good URI of SMB the result is 2, “Unknown scheme in URI”; only results below 0 are errors.
# Lesson: a word about a port or a server may mean a sign in the password that needs a %. A name without “smb:” is no error but a printer
# of another protocol, at another port.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libcups2=2.4.2-3+deb12u9 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import ctypes, glob
from urllib.parse import urlsplit
cups = ctypes.CDLL(glob.glob("root/usr/lib/*/libcups.so.2")[0])
ALL = 0x3F
def libcups(uri):
    parts, port = [ctypes.create_string_buffer(256) for _ in range(4)], ctypes.c_int()
    code = cups.httpSeparateURI(ALL, uri.encode(), *sum(([part, 256] for part in parts[:3]), []), ctypes.byref(port), parts[3], 256)
    return code, *(part.value.decode() for part in parts), port.value
def python(uri):
    parts = urlsplit(uri)
    return parts.scheme, parts.username, parts.password, parts.hostname
uris = (
    "smb://alice:p%40w@fs/q", "smb://alice:p@w@fs/q", "smb://alice:p/w@fs/q", "smb://LAB\\alice:pw@fs/q", "smb://fs/my q", "smb://fs/größe",
    "SMB://fs/q", "//fs/q")
seen = {uri: libcups(uri) for uri in uris}
other = {uri: python(uri) for uri in uris}
for uri in uris: print(uri, seen[uri], other[uri])
BAD_HOST, BAD_PORT, BAD_RESOURCE, NO_SCHEME, UNKNOWN_SCHEME = -4, -5, -6, 1, 2
assert list(seen.values()) == [
    (UNKNOWN_SCHEME, "smb", "alice:p@w", "fs", "/q", 0), (BAD_HOST, "smb", "alice:p", "", "", 0), (BAD_PORT, "smb", "", "alice", "", 0),
    (UNKNOWN_SCHEME, "smb", "LAB\\alice:pw", "fs", "/q", 0), (BAD_RESOURCE, "smb", "", "fs", "", 0), (BAD_RESOURCE, "smb", "", "fs", "", 0),
    (UNKNOWN_SCHEME, "SMB", "", "fs", "/q", 0), (NO_SCHEME, "ipp", "", "fs", "/q", 631)], "libcups has changed"
assert list(other.values()) == [
    ("smb", "alice", "p%40w", "fs"), ("smb", "alice", "p@w", "fs"), ("smb", None, None, "alice"), ("smb", "LAB\\alice", "pw", "fs"),
    ("smb", None, None, "fs"), ("smb", None, None, "fs"), ("smb", None, None, "fs"), ("", None, None, "fs")], "Python has changed"
P
LD_LIBRARY_PATH="$libraries" python3 look.py
