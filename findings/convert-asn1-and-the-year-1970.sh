#!/bin/sh
# Which time does Convert::ASN1, the ASN.1 of programs in Perl (and of Net::LDAP), read in a Kerberos message whose time is 0?
#
# Guess before the run: 0; the year has four digits in a GeneralizedTime.
# Seen (libconvert-asn1-perl 0.33-1 of Debian bookworm, Time::Local of Perl 5.36), in 2026:
#
#   19700101000000Z     3155760000, which is 2070
#   16010101000000Z     -11644473600, right
#   19990101000000Z     915148800, right
#   written again       20700101000000Z
#
# It takes 1900 from the year, and Time::Local, which is then given two digits, looks for the year nearest to today: each year of the last
# century that is more than 50 years ago comes a hundred years later.
# Lesson: a ticket that “starts” or “ends” in 2070 is one whose field is 0, and Kerberos messages have such fields (from, rtime). A ticket
# that is copied with such a program is valid for decades longer in its text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download libconvert-asn1-perl=0.33-1 >&2
dpkg-deb -x ./libconvert-asn1-perl_*.deb root
cat > look.pl <<'L'
use Convert::ASN1;
my $type = Convert::ASN1->new(encoding => 'DER');
$type->prepare('time [6] EXPLICIT GeneralizedTime') or die $type->error;
for my $text ('19700101000000Z', '16010101000000Z', '19990101000000Z') {
    my $read = $type->decode("\xa6\x11\x18\x0f$text") or die $type->error;
    print "$text $read->{time} ", substr($type->encode($read), 4), "\n";
}
L
seen=$(PERL5LIB=root/usr/share/perl5 perl look.pl)
echo "$seen"
[ "$seen" = "19700101000000Z 3155760000 20700101000000Z
16010101000000Z -11644473600 16010101000000Z
19990101000000Z 915148800 19990101000000Z" ] || { echo "this has changed"; exit 1; }
