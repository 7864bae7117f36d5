#!/bin/sh
# Which refusals of Samba are in the daily mail of logwatch?
#
# Guess before the run: none by name; lines with NT_STATUS_… are under “Unmatched Entries”.
# Seen (logwatch 7.7-1 of Debian bookworm), the lines that smbd 4.17 writes for these (log level 2), by logwatch's level of detail:
#
#                                          Low (as installed)   Med       High
#   WRONG_PASSWORD                         counted              counted   counted
#   NO_SUCH_USER, ACCOUNT_DISABLED         -                    -         unmatched
#   “not permitted to access this share”   -                    -         unmatched
#   a share whose folder is not there      -                    -         unmatched
#
# At “High” each refusal stands between hundreds of lines of no interest.
# Lesson: a quiet mail from logwatch does not mean that nobody was refused. Count the statuses in the log itself, or in a recording.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download logwatch=7.7-1 >&2
dpkg-deb -x ./logwatch_*.deb root
{
  place='[2023/11/14 22:13:20.123456,  2] ../../source3/auth/auth.c:345(auth_check_ntlm_password)'
  for refusal in 'alice WRONG_PASSWORD' 'bob NO_SUCH_USER' 'carol ACCOUNT_DISABLED'; do
    user=${refusal% *}
    printf '%s\n  check_ntlm_password:  Authentication for user [%s] -> [%s] FAILED with error NT_STATUS_%s, authoritative=1\n' \
      "$place" "$user" "$user" "${refusal#* }"
  done
  echo '[2023/11/14 22:13:20.123456,  1] ../../source3/smbd/smb2_service.c:364(create_connection_session_info)'
  echo "  create_connection_session_info: user 'dave' (from session setup) not permitted to access this share (private)"
  echo '[2023/11/14 22:13:20.123456,  0] ../../source3/smbd/smb2_service.c:772(make_connection_snum)'
  echo '  make_connection_snum: canonicalize_connect_path failed for service gone, path /srv/gone'
} > log.smbd
scripts=root/usr/share/logwatch/scripts
look() { perl $scripts/logfiles/samba/removeheaders < log.smbd | LOGWATCH_DETAIL_LEVEL=$1 perl -Iroot/usr/share/logwatch/lib $scripts/services/samba; }
for level in 0 5 10; do look $level > "level-$level"; done
cat level-10
counted() { sed -n '/^Wrong Passwords:/,/^$/p' "$1" | grep -c '\[alice\] : 1 Time' || true; }
others() { sed -n '/^\*\*Unmatched Entries/,$p' "$1" | grep -cE 'NO_SUCH_USER|ACCOUNT_DISABLED|not permitted|canonicalize_connect_path' || true; }
named() { grep -cE 'bob|carol|dave|gone' "$1" || true; }
seen=$(for level in 0 5 10; do echo "$(counted level-$level) $(others level-$level) $(named level-$level)"; done)
[ "$seen" = "1 0 0
1 0 0
1 4 4" ] || { echo "logwatch has changed: $seen"; exit 1; }
