#!/bin/sh
# Which account of the host do the rules of krb5.conf (auth_to_local) give a user of Kerberos?
#
# Guess before the run: MIT follows the rules; Heimdal passes over them and maps the users of its own realm as without them.
# Seen (libkrb5-3 1.20.1-2+deb12u5 and libkrb5-26-heimdal 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), the accounts of
# alice@LAB.TEST, the host's realm, and alice@OTHER.TEST (krb5_aname_to_localname), by the lines:
#
#                                             MIT            Heimdal
#   none                                      alice, none    alice, none
#   RULE for OTHER.TEST, DEFAULT              alice, alice   alice, none
#   RULE for OTHER.TEST                       none, alice    none, none
#   RULE and DEFAULT in one line              none, none     alice, none
#   DEFAULT # note                            none, none     alice, none
#   default                                   none, none     none, none
#
# No program says a word. Heimdal looks for the word DEFAULT at the start of a line or behind a blank, and knows no rules.
# Lesson: a user whose ticket is good, and who is refused all the same (an smbd, sshd or web server behind the library), may have no
# account by these lines. With Heimdal a line of DEFAULT is needed as soon as there is one of RULE.
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
for name in sys.argv[2:]:
    principal, account = ctypes.c_void_p(), ctypes.create_string_buffer(100)
    assert library.krb5_parse_name(context, name.encode(), ctypes.byref(principal)) == 0
    error = library.krb5_aname_to_localname(context, principal, ctypes.c_size_t(100), account)
    print("none" if error else account.value.decode())
P
cat > look.py <<'P'
import glob, os, subprocess, sys
libraries = [glob.glob("root/usr/lib/*/" + name)[0] for name in ("libkrb5.so.3", "libkrb5.so.26")]
def ask(library, lines):
    with open("krb5.conf", "w") as file:
        file.write("[libdefaults]\n dns_lookup_realm = false\n default_realm = LAB.TEST\n[realms]\n LAB.TEST = {\n")
        file.write("".join("  auth_to_local = %s\n" % line for line in lines) + " }\n")
    return subprocess.run(
        [sys.executable, "ask.py", library, "alice@LAB.TEST", "alice@OTHER.TEST"], check=True, capture_output=True, text=True, timeout=60,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf")).stdout.split()
RULE = r"RULE:[1:$1@$0](.*@OTHER\.TEST)s/@.*//"
rows = [
    ([], ["alice", "none"], ["alice", "none"]), ([RULE, "DEFAULT"], ["alice", "alice"], ["alice", "none"]),
    ([RULE], ["none", "alice"], ["none", "none"]), ([RULE + " DEFAULT"], ["none", "none"], ["alice", "none"]),
    (["DEFAULT # note"], ["none", "none"], ["alice", "none"]), (["default"], ["none", "none"], ["none", "none"])]
right = True
for lines, *wanted in rows:
    seen = [ask(library, lines) for library in libraries]
    print(lines, *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
# No DNS server is asked: the network namespace has none.
unshare -rn python3 look.py "$libraries"
