#!/bin/sh
# Who may use the account alice of a host, by the file ~alice/.k5login, for programs of MIT Kerberos and of Heimdal?
#
# Guess before the run: those whose names are in it, each on a line, and with such a file not alice@LAB.TEST herself unless she is named;
# a carriage return, a blank behind the name and a note behind it spoil the line. Heimdal takes a name without a realm, too.
# Seen (libkrb5-3 1.20.1-2+deb12u5 and libkrb5-26-heimdal 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), krb5_kuserok for both:
#
#   .k5login                                  MIT: bob, alice   Heimdal: bob, alice
#   none                                      no     yes        no     yes
#   empty                                     no     no         no     yes
#   bob@LAB.TEST                              yes    no         yes    yes
#   both, with the line ends of Windows       no     no         no     yes
#   both, with a blank behind each            no     no         no     yes
#   bob                                       no     no         yes    yes
#   none, but .k5login.d/x has bob@LAB.TEST   no     yes        yes    yes
#   bob@LAB.TEST, the file can be written
#   by everybody                              yes    no         no     yes
#   none, and the host has no account zed     zed@LAB.TEST for zed: MIT no, Heimdal yes
#
# Lesson: a file that was edited on Windows shuts all out of a host of MIT, its owner too, behind good tickets: the recording shows a
# TGS-REQ, an AP-REQ that the service takes, and then a refusal or another question for a password.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial home
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libkrb5-3=1.20.1-2+deb12u5 libk5crypto3=1.20.1-2+deb12u5 libkrb5support0=1.20.1-2+deb12u5 \
  libkrb5-26-heimdal=7.8.git20221117.28daf24+dfsg-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
printf '[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n' > krb5.conf
# alice is the user 0 here, whom the files belong to.
printf 'root:x:0:0::/nowhere:/bin/sh\nalice:x:0:0::%s/home:/bin/sh\n' "$folder" > passwd
cat > look.py <<'P'
import ctypes, os, sys
library = ctypes.CDLL(sys.argv[1])
context = ctypes.c_void_p()
assert library.krb5_init_context(ctypes.byref(context)) == 0
def may(name, account=b"alice"):
    principal = ctypes.c_void_p()
    assert library.krb5_parse_name(context, name, ctypes.byref(principal)) == 0
    return "yes" if library.krb5_kuserok(context, principal, account) else "no"
def look(text, mode=0o600, place="home/.k5login"):
    if text is not None:
        with open(place, "wb") as file: file.write(text)
        os.chmod(place, mode)
    seen = may(b"bob@LAB.TEST"), may(b"alice@LAB.TEST")
    if text is not None: os.remove(place)
    return seen
print("none", *look(None))
print("empty", *look(b""))
print("bob", *look(b"bob@LAB.TEST\n"))
print("Windows", *look(b"bob@LAB.TEST\r\nalice@LAB.TEST\r\n"))
print("blank", *look(b"bob@LAB.TEST \nalice@LAB.TEST \n"))
print("no realm", *look(b"bob\n"))
os.mkdir("home/.k5login.d")
print("folder", *look(b"bob@LAB.TEST\n", place="home/.k5login.d/x"))
os.rmdir("home/.k5login.d")
print("open", *look(b"bob@LAB.TEST\n", 0o666))
print("zed", may(b"zed@LAB.TEST", b"zed"))
P
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() {
  LD_LIBRARY_PATH=$libraries KRB5_CONFIG="$folder/krb5.conf" \
    unshare -rm sh -c 'mount --bind passwd /etc/passwd; exec python3 look.py "$0"' "$(find root -name "$1" | head -n 1)"
}
run libkrb5.so.3 > mit
run libkrb5.so.26 > heimdal
paste mit heimdal
printf '%s\n' "none no yes" "empty no no" "bob yes no" "Windows no no" "blank no no" "no realm no no" "folder no yes" "open yes no" \
  "zed no" > mit.wanted
printf '%s\n' "none no yes" "empty no yes" "bob yes yes" "Windows no yes" "blank no yes" "no realm yes yes" "folder yes yes" \
  "open no yes" "zed yes" > heimdal.wanted
cmp mit mit.wanted && cmp heimdal heimdal.wanted || { echo "this has changed"; exit 1; }
