#!/bin/sh
# Which hosts does a line of [domain_realm] in krb5.conf cover?
#
# Guess before the run: capitals do not matter, neither in the line nor in the host's name, and a dot at the end of the host's
# name does not either. “lab.test” without a dot in front is the host of this name alone.
# Seen (libkrb5-3 1.20.1-2+deb12u5 and libkrb5-26-heimdal 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), whether
# krb5_get_host_realm finds the realm of the line:
#
#                  fs.lab.test       FS.LAB.TEST       fs.lab.test.
#                  MIT   Heimdal     MIT   Heimdal     MIT   Heimdal
#   .lab.test      yes   yes         yes   no          yes   no
#   .LAB.TEST      no    no          no    yes         no    no
#   fs.lab.test    yes   yes         yes   no          yes   no
#   FS.LAB.TEST    no    no          no    yes         no    no
#   lab.test       yes   no          yes   no          yes   no
#
# MIT makes small letters of the host's name, and leaves the line as it is. Where nothing fits, MIT names no realm, and
# Heimdal the host's domain in capitals.
# Lesson: a TGS-REQ for the wrong realm, or S_PRINCIPAL_UNKNOWN from the client's own KDC, may come from capitals in
# krb5.conf. Write both lines in small letters, with and without the dot, and type names in small letters.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for package in libkrb5-3=1.20.1-2+deb12u5 libkrb5-26-heimdal=7.8.git20221117.28daf24+dfsg-2; do
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install "$package" >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > ask.py <<'P'
import ctypes, sys
library, context = ctypes.CDLL(sys.argv[1]), ctypes.c_void_p()
assert library.krb5_init_context(ctypes.byref(context)) == 0
for host in sys.argv[2:]:
    realms = ctypes.POINTER(ctypes.c_char_p)()
    assert library.krb5_get_host_realm(context, host.encode(), ctypes.byref(realms)) == 0
    print(realms[0].decode() or "none")
P
cat > look.py <<'P'
import glob, os, subprocess, sys
libraries = [glob.glob("root/usr/lib/*/" + name)[0] for name in ("libkrb5.so.3", "libkrb5.so.26")]
hosts = ["fs.lab.test", "FS.LAB.TEST", "fs.lab.test."]
def ask(library, line):
    with open("krb5.conf", "w") as file:
        file.write("[libdefaults]\n dns_lookup_realm = false\n default_realm = DEFAULT.TEST\n[domain_realm]\n %s = FOUND.TEST\n" % line)
    return subprocess.run(
        [sys.executable, "ask.py", library, *hosts], check=True, capture_output=True, text=True, timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf")).stdout.split()
F = "FOUND.TEST"
none, capitals = ["none"] * 3, ["LAB.TEST", "LAB.TEST", "LAB.TEST."]
small, large = [F, *capitals[1:]], [capitals[0], F, capitals[2]]
wanted = {".lab.test": [[F] * 3, small], ".LAB.TEST": [none, large], "fs.lab.test": [[F] * 3, small], "FS.LAB.TEST": [none, large], "lab.test": [[F] * 3, capitals]}
seen = {line: [ask(library, line) for library in libraries] for line in wanted}
for one in seen.items(): print(*one)
assert seen == wanted, "this has changed"
P
# No DNS server is asked: the network namespace has none.
unshare -rn python3 look.py "$libraries"
