#!/bin/sh
# Do Kerberos programs show the end of a ticket that is valid beyond January 2038?
#
# Guess before the run: yes. The times of a credential cache have 32 bits, and a program that takes them as unsigned lasts until 2106.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm; impacket 0.13.1, minikerberos
# 0.4.9, Python 3.11), a ticket that ends on 2049-03-22 at 04:26:40 UTC:
#
#   klist of MIT              03/22/49 04:26:40
#   impacket, minikerberos    2049-03-22 04:26:40
#   klist -v of Heimdal       “Feb 13 21:58:24 1913 (expired)”
#
# The same bits; Heimdal has them signed.
# Lesson: “expired” from Heimdal does not mean that the KDC gave a short ticket. Where an administrator took away the limit of a ticket's
# life, look at the end of the ticket with klist of MIT, or in the KDC's answer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install heimdal-clients=7.8.git20221117.28daf24+dfsg-2 >&2
(cd archives && apt-get -q download krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 libk5crypto3=1.20.1-2+deb12u5 \
  libkrb5support0=1.20.1-2+deb12u5 libkeyutils1 >&2)
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9
v/bin/python - > python.txt <<'P'
import os, struct
def text(value): return struct.pack(">I", len(value)) + value
def principal(*parts): return struct.pack(">II", 1, len(parts) - 1) + b"".join(text(part) for part in parts)
alice = principal(b"LAB.TEST", b"alice")
ticket = (alice + principal(b"LAB.TEST", b"cifs", b"fs.lab.test") + struct.pack(">H", 18) + text(b"k" * 32)
          + struct.pack(">IIII", 1700000000, 1700000000, 2500000000, 0) + b"\0" + struct.pack(">III", 0x50A50000, 0, 0)
          + text(bytes.fromhex("6103020105")) + text(b""))
with open("cache", "wb") as file: file.write(b"\5\4" + struct.pack(">HHHii", 12, 1, 8, 0, 0) + alice + ticket)
os.chmod("cache", 0o600)
from datetime import datetime, timezone
from impacket.krb5.ccache import CCache
from minikerberos.common.ccache import CCACHE
def end(seconds): return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
print("impacket", end(CCache.loadFile("cache").credentials[0]["time"]["endtime"]))
print("minikerberos", CCACHE.from_file("cache").credentials[0].summary()[3].replace("T", " "))
P
export LD_LIBRARY_PATH="$libraries" TZ=UTC LC_ALL=C
mit=$(root/usr/bin/klist -c FILE:cache | sed -n 's/^\(.* [0-9:]*\)  cifs.*/\1/p')
heimdal=$(bash -c 'exec -a klist root/usr/bin/klist.heimdal -c FILE:cache -v' | sed -n 's/^End time: *//p')
cat python.txt
echo "MIT $mit"
echo "Heimdal $heimdal"
[ "$(cat python.txt)" = "impacket 2049-03-22 04:26:40
minikerberos 2049-03-22 04:26:40" ] || { echo "a library has changed"; exit 1; }
[ "$mit" = "11/14/23 22:13:20  03/22/49 04:26:40" ] || { echo "MIT has changed"; exit 1; }
[ "$heimdal" = "Feb 13 21:58:24 1913 (expired)" ] || { echo "Heimdal has changed"; exit 1; }
