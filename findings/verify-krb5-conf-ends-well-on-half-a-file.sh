#!/bin/sh
# Does the exit status of verify_krb5_conf, Heimdal's check of krb5.conf, tell a file that works from one that does not?
#
# Guess before the run: 1 for a file that cannot be read to its end, 0 with a word for a name that it does not know.
# Seen (heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), what stands in the file, the exit status and the word:
#
#   a closing brace is missing             0    unclosed {
#   default_realm LAB.TEST (no =)          0    missing =
#   hello (in front of each section)       0    binding before section
#   default_tkt_enctypes = nosuch          0    none
#   clockskew = -5                         0    none
#   udp_preference_limit = 1 (MIT's)       1    unknown entry
#   a name of a KDC that the DNS has not   1    Name or service not known
#
# Lesson: before a krb5.conf goes to many hosts, look for words of such a check, not for its exit status. A file for both kinds of Kerberos
# fails always, one that no program reads never.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install heimdal-clients=7.8.git20221117.28daf24+dfsg-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
program=$(find root -name verify_krb5_conf -type f)
look() {
  printf "$1" > krb5.conf
  status=0
  said=$(LD_LIBRARY_PATH="$libraries" LC_ALL=C "$program" krb5.conf 2>&1) || status=$?
  echo "$status ${said##*: };"
}
seen=$(
  look '[realms]\n LAB.TEST = {\n  kdc = 127.0.0.1\n'
  look '[libdefaults]\n default_realm LAB.TEST\n'
  look 'hello\n'
  look '[libdefaults]\n default_tkt_enctypes = nosuch\n'
  look '[libdefaults]\n clockskew = -5\n'
  look '[libdefaults]\n udp_preference_limit = 1\n'
  look '[realms]\n LAB.TEST = {\n  kdc = nosuch.invalid\n }\n' | sed 's/ (nosuch.invalid)//')
echo "$seen"
[ "$(echo "$seen" | cut -c1 | tr -d '\n')" = 0000011 ] || { echo "the exit status has changed"; exit 1; }
for word in 'unclosed {' 'missing =' 'binding before section' 'unknown entry'; do
  case $seen in *"$word;"*) ;; *) echo "“$word” is not said any more"; exit 1 ;; esac
done
[ "$(echo "$seen" | sed -n '4,5p' | tr -d ' \n')" = "0;0;" ] || { echo "the check has learnt"; exit 1; }
