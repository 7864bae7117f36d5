#!/bin/sh
# Does a run whose one test is ok pass in each reader of TAP, whatever stands in front of it?
#
# Guess before the run: yes; TAP 14, of 2022, was made so that readers of TAP 13 read it, and a comment may stand anywhere.
# Seen (TAP::Parser 3.44, the library behind prove, of Perl 5.36 in Debian bookworm, 5.36.0-7+deb12u4; tap.py 3.2.1), one test that
# is ok, behind these first lines:
#
#                              TAP::Parser      tappy
#   1..1                       fine             OK
#   TAP version 13, 1..1       fine             OK
#   TAP version 14, 1..1       a parse error    OK
#   pragma +strict, 1..1       fine             FAILED (failures=1)
#   # recordings of June, 1..1 fine             FAILED (failures=1)
#
# tappy wants the plan as the first line but one with a version, or as the last; a comment in front of it counts as a failure.
# Lesson: begin with the plan, without a version. A file that failed need not have a failed test.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install perl-modules-5.36=5.36.0-7+deb12u4 >&2
for file in archives/perl-modules*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install tap.py==3.2.1
printf '1..1\nok 1 - connects\n' > none.tap
printf 'TAP version 13\n1..1\nok 1 - connects\n' > 13.tap
printf 'TAP version 14\n1..1\nok 1 - connects\n' > 14.tap
printf 'pragma +strict\n1..1\nok 1 - connects\n' > pragma.tap
printf '# recordings of June\n1..1\nok 1 - connects\n' > comment.tap
seen=""
for file in none 13 14 pragma comment; do
  perl=$(perl -Iroot/usr/share/perl/5.36.0 -MTAP::Parser -e 'my $one = TAP::Parser->new({source => $ARGV[0]}); $one->run;
    print $one->has_problems ? "problem" : "fine", " ", join("; ", $one->parse_errors)' $file.tap)
  tappy=$(v/bin/tappy $file.tap 2>&1 | grep -E "^(OK|FAILED)")
  echo "$file: $perl | $tappy"
  seen="$seen${perl%% *},${tappy%% *} "
done
[ "$seen" = "fine,OK fine,OK problem,OK fine,FAILED fine,FAILED " ] || { echo "this has changed"; exit 1; }
