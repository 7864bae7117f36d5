#!/bin/sh
# Which number stands in Samba's registry after “net registry setvalue KEY NAME dword VALUE”?
#
# Guess before the run: 16 for 0x10, as reg.exe has it, 10 for 010; -1 and a number beyond 32 bits are an error.
# Seen (samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), with status 0 and no word where a number stands:
#
#   16, " 16", +16               16
#   010                          10
#   0x10, 0xffffffff             0
#   16x, 16 kB                   16
#   4294967295                   4294967295
#   4294967296                   0
#   4294967301                   5
#   abc, the empty text, 2^67    status 255, no word; the old number is left
#   -1                           a word about options, status 1; the old number is left
#   qword, binary                “not implemented”, status 255
#
#   the same file as a .reg (net registry import), dword:00000010   16
#
# Lesson: a setting that a script writes as 0x…, as the documents of Windows name it, is 0 and so often “off” or “no limit”. Count in tens for
# setvalue, and in sixteens, without 0x, in a .reg file; read it back with getvalueraw.
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
key='HKLM\Software\Test'
net createkey "$key" > words
look() {
  net setvalue "$key" number dword 77
  status=0
  net setvalue "$key" number "$@" > words 2>&1 || status=$?
  printf '%s: %s, %s, %s\n' "$*" "$status" "$(grep -o -E 'unknown option|not implemented' words | head -1)" "$(net getvalueraw "$key" number)"
}
{
  for value in 16 ' 16' +16 010 0x10 0xffffffff 16x '16 kB' 4294967295 4294967296 4294967301 abc '' 147573952589676412928 -1; do look dword "$value"; done
  look qword 5
  look binary 0102
  printf 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\Test]\r\n"number"=dword:00000010\r\n\r\n' > file.reg
  status=0
  net import file.reg > words 2>&1 || status=$?
  echo "import: $status, $(net getvalueraw "$key" number)"
} > seen
cat seen words
cat > wanted <<'W'
dword 16: 0, , 16
dword  16: 0, , 16
dword +16: 0, , 16
dword 010: 0, , 10
dword 0x10: 0, , 0
dword 0xffffffff: 0, , 0
dword 16x: 0, , 16
dword 16 kB: 0, , 16
dword 4294967295: 0, , 4294967295
dword 4294967296: 0, , 0
dword 4294967301: 0, , 5
dword abc: 255, , 77
dword : 255, , 77
dword 147573952589676412928: 255, , 77
dword -1: 1, unknown option, 77
qword 5: 255, not implemented, 77
binary 0102: 255, not implemented, 77
import: 0, 16
W
cmp seen wanted || { echo "this has changed"; exit 1; }
