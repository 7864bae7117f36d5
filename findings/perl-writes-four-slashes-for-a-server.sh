#!/bin/sh
# Which URL does Perl (URI::file) make of a UNC path, which path of such a URL, and how does File::Spec clean a UNC path?
#
# Guess before the run: file://fs/share/x, as Python and RFC 8089 have it, and \\fs\share back from each common form with two, four or five
# slashes. “..” never leaves a share.
# Seen (liburi-perl 5.17-1 of Debian bookworm, Perl 5.36; Python 3.11), the system “win32”:
#
#   \\fs\share\a b                URI::file  file:////fs/share/a%20b          pathlib  file://fs/share/a%20b
#   \\[::1]\share                 URI::file  file:////%5B::1%5D/share
#   file://fs/share               URI::file  \\fs\share                       its host is fs
#   file:////fs/share             URI::file  \\fs\share                       its host is empty
#   file://///fs/share            URI::file  \\\fs\share
#   \\fs\share\..\other           File::Spec::Win32->canonpath  \\fs\share\other
#   \\?\UNC\fs\share\..\other     File::Spec::Win32->canonpath  \\?\UNC\fs\other, a share of its own
#
# Lesson: a link that Perl made has no host for readers that go by RFC 3986, and programs that compare links see two for one file. Do not
# clean paths in the long form, \\?\UNC\, by a rule for short ones: BAD_NETWORK_NAME for a name that looks like a folder tells of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install liburi-perl=5.17-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.pl <<'P'
use strict;
use utf8;
use File::Spec::Win32;
use URI;
use URI::file;
binmode STDOUT, ":utf8";
print URI::file->new($_, "win32"), "\n" for '\\\\fs\\share\\a b', '\\\\[::1]\\share';
for ("file://fs/share", "file:////fs/share", "file://///fs/share") {
    my $one = URI->new($_);
    print $one->file("win32"), " ", $one->host // "", "\n";
}
print File::Spec::Win32->canonpath($_), "\n" for '\\\\fs\\share\\..\\other', '\\\\?\\UNC\\fs\\share\\..\\other';
P
seen=$(PERL5LIB="$folder/root/usr/share/perl5" perl look.pl)
python=$(python3 -c 'import pathlib; print(pathlib.PureWindowsPath(r"\\fs\share\a b").as_uri())')
printf '%s\n' "$seen" "$python"
[ "$seen" = 'file:////fs/share/a%20b
file:////%5B::1%5D/share
\\fs\share fs
\\fs\share 
\\\fs\share 
\\fs\share\other
\\?\UNC\fs\other' ] || { echo "Perl has changed"; exit 1; }
[ "$python" = "file://fs/share/a%20b" ] || { echo "Python has changed"; exit 1; }
