#!/bin/sh
# What is left of Samba's settings in the registry when “net conf import” ends with an error?
#
# Guess before the run: those that were there before; the import is one transaction, and one bad line undoes it.
# Seen (samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the registry has the shares old1 and old2; one share of the file has
# the name or the value of a setting that Samba does not know:
#
#   the bad share is the first of the file     an error, status 255; no share at all is left
#   it is the second one                       an error, status 255; the first share of the file alone is there
#   the import of one share alone, the bad one an error, status 255; old1 and old2 are left
#   the same with --test                       no error, status 0; it shows the settings, with the bad one
#   a file that is not there                   an error, status 255; old1 and old2 are left
#
# Lesson: BAD_NETWORK_NAME for all shares at once may follow a failed import; --test does not find the reason. Keep the output of “net conf
# list” before an import, and check the file with testparm.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial state
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba-common-bin=$version samba-libs=$version samba-common=$version libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
{
  echo "[global]"
  for name in "lock directory" "state directory" "cache directory" "private dir" "pid directory" "ncalrpc dir"; do
    echo "$name = $folder/state"
  done
} > smb.conf
net() { LC_ALL=C LD_LIBRARY_PATH="$libraries" timeout 60 root/usr/bin/net -s "$folder/smb.conf" conf "$@"; }
printf '[new]\npath = /new\n[newer]\npath = /newer\nnosuch = 1\n' > name.conf
printf '[new]\npath = /new\n[newer]\npath = /newer\nguest ok = maybe\n' > value.conf
printf '[new]\npath = /new\nnosuch = 1\n' > one.conf
fill() {
  net drop
  for name in old1 old2; do net addshare $name /$name; done
}
left() { net listshares | sort | tr '\n' ' '; }
look() {
  fill
  status=0
  net import "$@" > words 2>&1 || status=$?
  echo "$status: $(left)"
}
seen=$(look one.conf; look name.conf; look value.conf; look one.conf new; look --test one.conf; look missing.conf)
printf '%s\n' "$seen"
[ "$seen" = "255: 
255: new 
255: new 
255: old1 old2 
0: old1 old2 
255: old1 old2 " ] || { echo "this has changed"; exit 1; }
