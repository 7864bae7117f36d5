#!/bin/sh
# Is \\fs\share in /etc/fstab the same share by hand and at boot?
#
# Guess before the run: yes. systemd keeps each backslash in What=. Nothing was guessed about what mount reads, or about a backslash
# with three digits behind it.
# Seen (systemd 252.39-1~deb12u2, util-linux 2.38.1-5+deb12u3 and cifs-utils 2:7.0-2 of Debian bookworm):
#
#   in fstab               at boot (systemd's What=)   by hand (libmount)
#   //fs/share             //fs/share                  //fs/share
#   \\fs\share             \fs\share                   \\fs\share
#   \\172.16.0.1\share     \172.16.0.1\share           \z.16.0.1\share
#
# mount.cifs takes \\fs\share, and calls \fs\share a “bad UNC” without a packet. \172 is the letter z in octal digits.
# Lesson: a share that mounts by hand and not at boot may have backslashes in fstab. Write //server/share there; no recording
# shows an attempt for the other form.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial place
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install systemd=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2 libsystemd0=252.39-1~deb12u2 util-linux=2.38.1-5+deb12u3 \
  libmount1=2.38.1-5+deb12u3 libsmartcols1 libblkid1 cifs-utils=2:7.0-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LC_ALL=C LD_LIBRARY_PATH="$libraries" timeout 60 "$@" < /dev/null; }
cat > fstab <<'F'
//fs/share /mnt/a cifs guest 0 0
\\fs\share /mnt/b cifs guest 0 0
\\172.16.0.1\share /mnt/c cifs guest 0 0
F
mkdir units
SYSTEMD_FSTAB="$folder/fstab" run root/lib/systemd/system-generators/systemd-fstab-generator units units units 2> words \
  || { cat words; echo "the generator has changed"; exit 1; }
boot=$(for name in a b c; do sed -n 's/^What=//p' units/mnt-$name.mount; done)
hand=$(for name in a b c; do run root/bin/findmnt -F fstab -n -o SOURCE /mnt/$name; done)
printf '%s\n' "$boot" "$hand"
[ "$boot" = '//fs/share
\fs\share
\172.16.0.1\share' ] || { echo "systemd has changed"; exit 1; }
[ "$hand" = '//fs/share
\\fs\share
\z.16.0.1\share' ] || { echo "libmount has changed"; exit 1; }
# With -f it says what it would do, and mounts nothing.
look() { run root/sbin/mount.cifs -f -v "$1" "$folder/place" -o guest,ip=127.0.0.1 2>&1 || :; }
two=$(look '\\127.0.0.1\share')
one=$(look '\127.0.0.1\share')
printf '%s\n' "$two" "$one" | grep -v override
case $two in *'unc=\\127.0.0.1\share'*) ;; *) echo "mount.cifs has changed"; exit 1 ;; esac
case $one in *'bad UNC'*) ;; *) echo "mount.cifs has changed"; exit 1 ;; esac
