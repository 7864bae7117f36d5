#!/bin/sh
# Which share and which folder does mount.cifs hand to the kernel when the source of the mount has a slash too many, or a comma?
#
# Guess before the run: a double slash counts as one, as in a path; a comma in the share's name is an error, since it ends an option.
# Seen (cifs-utils 2:7.0-2 of Debian bookworm), the options that go to the kernel (-f -v):
#
#   //127.0.0.1/share/           unc=\\127.0.0.1\share
#   //127.0.0.1/share//          unc=\\127.0.0.1\share, prefixpath=/
#   //127.0.0.1/share//sub       unc=\\127.0.0.1\share, prefixpath=/sub
#   //127.0.0.1//share           unc=\\127.0.0.1\ and prefixpath=share: the share's name is empty
#   //127.0.0.1/a,b              unc=\\127.0.0.1\a,b: to a reader of options the share “a” and an option “b”
#
# Lesson: a TREE_CONNECT to a share without a name, or BAD_NETWORK_NAME for the first half of a name, may come from the line in
# fstab or the automounter's map, where a variable was empty or ended with a slash. Compare the path in TREE_CONNECT with it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial place
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install cifs-utils=2:7.0-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
look() {
  LD_LIBRARY_PATH="$libraries" USER=caller PASSWD=secret timeout 20 root/sbin/mount.cifs -f -v "$1" "$folder/place" -o ro < /dev/null 2>&1 \
    | sed -n 's/.*\(unc=.*\),pass=.*/\1/p'
}
seen=$(for source in //127.0.0.1/share/ //127.0.0.1/share// //127.0.0.1/share//sub //127.0.0.1//share //127.0.0.1/a,b; do look "$source"; done)
printf '%s\n' "$seen"
[ "$seen" = 'unc=\\127.0.0.1\share,user=caller
unc=\\127.0.0.1\share,user=caller,prefixpath=/
unc=\\127.0.0.1\share,user=caller,prefixpath=/sub
unc=\\127.0.0.1\,user=caller,prefixpath=share
unc=\\127.0.0.1\a,b,user=caller' ] || { echo "this has changed"; exit 1; }
