#!/bin/sh
# Which value does augeas, with which Puppet and others edit settings of Linux, read where # or ; stands in it?
#
# Guess before the run: the whole value, as mount and Samba read it; neither knows a note behind a value.
# Seen (augeas-tools and augeas-lenses 1.14.0-1+deb12u1, util-linux 2.38.1-5+deb12u3, samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian
# bookworm):
#
#   the line                                       augeas                        the program itself
#   fstab: //fs/s /mnt cifs password=a#b 0 0       a, and a note “b 0 0”         libmount: a#b
#   smb.conf: comment = a#b                        a, and a note “b”             testparm: a#b
#   smb.conf: preexec = /bin/logger x; /bin/true   /bin/logger x, and a note     testparm: all of it
#   smb.conf: workgroup = LAB # note               LAB, and a note               testparm: LAB # NOTE
#   fstab: //fs/#s /mnt cifs guest 0 0             //fs/#s                       //fs/#s
#
# Lesson: a rule that checks settings by augeas passes “workgroup = LAB # note”, with which no logon works, and a password that it reads
# there is another one than the server gets. A wrong password from one host alone may be such a line that a tool wrote again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial etc
version=2:4.17.12+dfsg-0+deb12u4
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install augeas-tools=1.14.0-1+deb12u1 augeas-lenses=1.14.0-1+deb12u1 libaugeas0=1.14.0-1+deb12u1 util-linux=2.38.1-5+deb12u3 \
  libmount1=2.38.1-5+deb12u3 libsmartcols1 libblkid1 samba-common-bin=$version samba-libs=$version samba-common=$version \
  libwbclient0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LC_ALL=C LD_LIBRARY_PATH="$libraries" timeout 60 "$@"; }
printf '%s\n' '//fs/s /mnt cifs password=a#b 0 0' '//fs/#s /mnt/2 cifs guest 0 0' > etc/fstab
printf '%s\n' '[global]' 'workgroup = LAB # note' '[s]' 'path = /' 'comment = a#b' 'preexec = /bin/logger x; /bin/true' > etc/smb.conf
ask() {
  printf 'set /augeas/load/x/lens %s.lns\nset /augeas/load/x/incl /etc/%s\nload\n%s\n' "$1" "$2" "$3" \
    | run root/usr/bin/augtool -A -L -r "$folder" -I root/usr/share/augeas/lenses/dist | sed 's/^[^=]* = //'
}
look() {
  ask Fstab fstab "get /files/etc/fstab/1/opt/value
get /files/etc/fstab/1/#comment
get /files/etc/fstab/2/spec"
  ask Samba smb.conf "get /files/etc/smb.conf/target[2]/comment
get /files/etc/smb.conf/target[2]/preexec
get /files/etc/smb.conf/target[1]/workgroup"
}
augeas=$(look)
program=$(run root/bin/findmnt -F etc/fstab -n -o OPTIONS /mnt
  for name in comment preexec; do run root/usr/bin/testparm -s --section-name=s --parameter-name="$name" etc/smb.conf 2> words || :; done
  run root/usr/bin/testparm -s --parameter-name=workgroup etc/smb.conf 2> words || :)
printf '%s\n' "$augeas" -- "$program"
[ "$augeas" = 'a
b 0 0
//fs/#s
a
/bin/logger x
LAB' ] || { echo "augeas has changed"; exit 1; }
[ "$program" = 'password=a#b
a#b
/bin/logger x; /bin/true
LAB # NOTE' ] || { echo "mount or Samba has changed"; exit 1; }
