#!/bin/sh
# Are all values of a .reg file in Samba's registry after “net registry import” ended with status 0?
#
# Guess before the run: yes, with the ends of lines of Windows or of Unix, and the last line may lack its end.
# Seen (samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), a file with the values a and b, status 0 and no word each time:
#
#   what stands behind the line of b           in the registry
#   nothing, not even an end of line           a
#   an end of line                             a
#   an empty line, or one with a note          a, b
#   a line with blanks                         a, b
#   the line "c"=dword:3                       a, b
#   the last line deletes the key, [-HKEY…]    the key is left
#
# A line is done when the next one comes. Files that regedit or “net registry export” wrote end with a line more, those of a script or of
# printf often do not.
# Lesson: a share or an option of smb.conf in the registry that is missing behind an import of good status is the last one of its file. End
# the file with an empty line.
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
net() { LC_ALL=C LD_LIBRARY_PATH="$libraries" root/usr/bin/net -s "$folder/smb.conf" registry "$@"; }
key='HKEY_LOCAL_MACHINE\\Software\\Test'
look() {
  net deletekey 'HKLM\Software\Test' > words 2>&1 || true
  status=0
  printf "Windows Registry Editor Version 5.00\r\n\r\n[$key]\r\n\"a\"=dword:1\r\n\"b\"=dword:2$2" > file.reg
  net import file.reg > words 2>&1 || status=$?
  echo "$1: $status, $(wc -c < words), $(net enumerate 'HKLM\Software\Test' | sed -n 's/^Valuename *= //p' | sort | tr '\n' ' ')"
}
{
  look nothing ''
  look end '\r\n'
  look 'end of Unix' '\n'
  look empty '\r\n\r\n'
  look note '\r\n; note'
  look blanks '\r\n   '
  look c '\r\n"c"=dword:3'
  printf "Windows Registry Editor Version 5.00\r\n\r\n[-$key]\r\n" > file.reg
  net import file.reg
  echo "deleted: $(net enumerate 'HKLM\Software\Test' | grep -c Valuename)"
  printf '\r\n' >> file.reg
  net import file.reg
  net enumerate 'HKLM\Software\Test' > words 2>&1 || echo "then: gone"
} > seen
cat seen
cat > wanted <<'W'
nothing: 0, 0, a 
end: 0, 0, a 
end of Unix: 0, 0, a 
empty: 0, 0, a b 
note: 0, 0, a b 
blanks: 0, 0, a b 
c: 0, 0, a b 
deleted: 2
then: gone
W
cmp seen wanted || { echo "this has changed"; exit 1; }
