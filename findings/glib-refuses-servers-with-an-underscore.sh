#!/bin/sh
# Which path does GLib, the base of GNOME's programs, read in the file URL of a share, and which URL does it make of a path?
#
# Guess before the run: the path and, apart from it, the server's name; file:///fs/share for the path //fs/share. That the form of the
# server's name could matter was not thought of.
# Seen (libglib2.0-0 2.74.6-2+deb12u9 of Debian bookworm, g_filename_from_uri and g_filename_to_uri):
#
#   file://fs/share                /share, host fs
#   file://fs_1/share              an error
#   file://[::1]/share             an error
#   file://fs:445/share            an error
#   file:////fs/share              //fs/share, no host
#   //fs/share                     file:////fs/share; with the host fs, file://fs//fs/share
#
# The same server may have an underscore in NetBIOS and in smb://fs_1/share.
# Lesson: a link that a Linux program does not follow, without a packet, may have a name that is good for SMB and not for a URL. The
# host beside the path is easily lost: /share alone is a folder of this computer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libglib2.0-0=2.74.6-2+deb12u9 libpcre2-8-0 libffi8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import ctypes, glob
glib = ctypes.CDLL(glob.glob("root/usr/lib/*/libglib-2.0.so.0")[0])
glib.g_filename_to_uri.restype = glib.g_filename_from_uri.restype = ctypes.c_char_p
def path(url):
    host = ctypes.c_char_p()
    return glib.g_filename_from_uri(url.encode(), ctypes.byref(host), None), host.value
urls = ["file://%s/share" % host for host in ("fs", "fs_1", "[::1]", "fs:445")] + ["file:////fs/share"]
seen = [path(url) for url in urls]
made = [glib.g_filename_to_uri(b"//fs/share", host, None) for host in (None, b"fs")]
for one in zip(urls, seen): print(*one)
print(made)
assert seen == [(b"/share", b"fs"), (None, None), (None, None), (None, None), (b"//fs/share", None)], "what is read has changed"
assert made == [b"file:////fs/share", b"file://fs//fs/share"], "what is made has changed"
P
LD_LIBRARY_PATH="$libraries" python3 look.py
