#!/bin/sh
# Which users does “pdbedit -e” take along into another list of passwords (passdb backend), or into a second file as a backup?
#
# Nothing was guessed before the run. One expects all of them, and a status that tells when one is left out.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the users a1, b2 and c3, each with status 0:
#
#   smbpasswd to tdbsam                   a1, b2, c3
#   the same, b2 removed with userdel     a1; “database is corrupt” at the line of b2, and the end
#   tdbsam to tdbsam                      nobody, no word; the first one keeps its users
#   tdbsam to smbpasswd                   lines of a1 with the uid 0, and of c3 with the uid 1; b2 failed
#   that smbpasswd: -L, and back again    nobody; -L -u c3 finds c3
#
# A tdbsam counts its users from 1000 on (RID), and smbpasswd makes uids of that, for even numbers alone. A line whose uid is not the one of
# the host counts for the user who logs on, and not for a list.
# Lesson: LOGON_FAILURE of some users behind a move of a server can be this, and a backup may be empty. Compare the names before and after;
# the status does not tell. Copy passdb.tdb with tdbbackup, and remove users with pdbedit -x before userdel.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial state
# The wrappers let pdbedit believe that it is root on a host with these users.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-common-bin=$version samba-libs=$version samba-common=$version libwbclient0=$version libuid-wrapper libnss-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
wrappers=$(find "$folder/root" -name libuid_wrapper.so):$(find "$folder/root" -name libnss_wrapper.so)
user() { echo "$1:x:$2:1001::/:/bin/sh"; }
{ user root 0; user nobody 65534; user a1 1001; user b2 1002; user c3 1003; } > all
grep -v b2 all > some
printf 'root:x:0:\nusers:x:1001:\nnogroup:x:65534:\n' > group
pdbedit() {
  {
    echo "[global]"
    for name in "lock directory" "state directory" "cache directory" "private dir" "pid directory" "ncalrpc dir"; do
      echo "$name = $folder/state"
    done
    echo "passdb backend = $1"
  } > smb.conf
  shift
  LD_LIBRARY_PATH="$libraries" LD_PRELOAD="$wrappers" UID_WRAPPER=1 UID_WRAPPER_ROOT=1 NSS_WRAPPER_PASSWD="$folder/passwd" \
    NSS_WRAPPER_GROUP="$folder/group" root/usr/bin/pdbedit -s "$folder/smb.conf" "$@"
}
names() { sed -n 's/^\([abc][123]\):\([0-9]*\):.*/\1 \2/p' "$1" | sort | tr '\n' ' '; }
move() {
  status=0
  pdbedit "$1" -e "$2" > log 2>&1 || status=$?
  pdbedit "$2" -L > list 2>&1 || true
  echo "$3: status $status, $(names list)"
}
cp all passwd
old=smbpasswd:$folder/old new=tdbsam:$folder/new.tdb
for backend in "$old" "$new"; do
  for one in a1 b2 c3; do printf 'secret\nsecret\n' | pdbedit "$backend" -a -t -u $one > log 2>&1; done
done
{
  move "$old" "tdbsam:$folder/first.tdb" "smbpasswd to tdbsam"
  cp some passwd
  move "$old" "tdbsam:$folder/second.tdb" "without b2"
  cp all passwd
  move "$new" "tdbsam:$folder/third.tdb" "tdbsam to tdbsam"
  echo "its words: $(wc -c < log)"
  pdbedit "$new" -L > list 2>&1
  echo "the first: $(names list)"
  move "$new" "smbpasswd:$folder/fourth" "tdbsam to smbpasswd"
  echo "its file: $(names fourth)"
  pdbedit "smbpasswd:$folder/fourth" -L -u c3 > list 2>&1
  echo "c3: $(names list)"
  move "smbpasswd:$folder/fourth" "tdbsam:$folder/fifth.tdb" "and back"
} > seen
cat seen
cat > wanted <<'W'
smbpasswd to tdbsam: status 0, a1 1001 b2 1002 c3 1003 
without b2: status 0, a1 1001 
tdbsam to tdbsam: status 0, 
its words: 0
the first: a1 1001 b2 1002 c3 1003 
tdbsam to smbpasswd: status 0, 
its file: a1 0 c3 1 
c3: c3 1003 
and back: status 0, 
W
cmp seen wanted || { cat log; echo "this has changed"; exit 1; }
