#!/bin/sh
# Who may do what in a share of Samba after sharesec changed its list (-a, -m, -r, -R), and does the exit status tell?
#
# Guess before the run: without its last entry a list lets nobody in; a name that does not exist is an error. Nothing was guessed about -m and about
# entries that are not there.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the list of a share as SDDL:
#
#   before                                    -                    (A;;FULL;;;WD)
#   -a Everyone:ALLOWED/0/READ                status 0             (A;;READ;;;WD)(A;;FULL;;;WD): full access, as before
#   -a Everyone:DENIED/0/CHANGE               status 0             (D;;CHANGE;;;WD) in front of both
#   -m Everyone:ALLOWED/0/READ                status 0             (A;;READ;;;WD) alone: the denial is gone
#   -m of a user who is not in it             status 0             as before; “not found”
#   -r Everyone:ALLOWED/0/FULL, not the       status 0             as before; “not found”
#     rights of the entry
#   -r Everyone, without rights               status 255           as before
#   -R Guest:ALLOWED/0/READ                   status 0             that entry alone
#   -r of the last entry                      status 0             an empty list: nobody
#
# The names are given as SIDs here: S-1-1-0 is Everyone.
# Lesson: a share may be open again behind a change of an entry that allows. Look at --viewsddl before and after; for one user with rights of
# both kinds take -S with the whole list.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial state share
# uid_wrapper lets sharesec believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
{
  echo "[global]"
  for name in "lock directory" "state directory" "cache directory" "private dir" "pid directory" "ncalrpc dir"; do
    echo "$name = $folder/state"
  done
  printf '[share]\npath = %s/share\n' "$folder"
} > smb.conf
wrapper=$(find "$folder/root" -name libuid_wrapper.so)
sharesec() {
  LC_ALL=C LD_LIBRARY_PATH="$libraries" LD_PRELOAD="$wrapper" UID_WRAPPER=1 UID_WRAPPER_ROOT=1 root/usr/bin/sharesec -s "$folder/smb.conf" share "$@"
}
view() { sharesec --viewsddl | sed 's/0x001f01ff/FULL/g; s/0x001301ff/CHANGE/g; s/0x001200a9/READ/g'; }
look() {
  status=0
  sharesec "$@" > words 2>&1 || status=$?
  echo "$*: $status, $(grep -c 'not found' words || true), $(view)"
}
{
  echo "before: $(view)"
  look -a S-1-1-0:ALLOWED/0/READ
  look -a S-1-1-0:DENIED/0/CHANGE
  look -m S-1-1-0:ALLOWED/0/READ
  look -m S-1-5-9:ALLOWED/0/READ
  look -r S-1-1-0:ALLOWED/0/FULL
  look -r S-1-1-0
  look -R S-1-5-32-546:ALLOWED/0/READ
  look -r S-1-5-32-546:ALLOWED/0/READ
} > seen
cat seen
cat > wanted <<'W'
before: D:(A;;FULL;;;WD)
-a S-1-1-0:ALLOWED/0/READ: 0, 0, D:(A;;READ;;;WD)(A;;FULL;;;WD)
-a S-1-1-0:DENIED/0/CHANGE: 0, 0, D:(D;;CHANGE;;;WD)(A;;READ;;;WD)(A;;FULL;;;WD)
-m S-1-1-0:ALLOWED/0/READ: 0, 0, D:(A;;READ;;;WD)
-m S-1-5-9:ALLOWED/0/READ: 0, 1, D:(A;;READ;;;WD)
-r S-1-1-0:ALLOWED/0/FULL: 0, 1, D:(A;;READ;;;WD)
-r S-1-1-0: 255, 0, D:(A;;READ;;;WD)
-R S-1-5-32-546:ALLOWED/0/READ: 0, 0, D:(A;;READ;;;BG)
-r S-1-5-32-546:ALLOWED/0/READ: 0, 0, D:
W
cmp seen wanted || { echo "this has changed"; exit 1; }
