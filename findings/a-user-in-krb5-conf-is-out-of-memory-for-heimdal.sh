#!/bin/sh
# Which names in %{…} of krb5.conf, as in “default_ccache_name = FILE:/tmp/cc_%{uid}”, do Kerberos programs replace?
#
# Guess before the run: both know uid, TEMP and null in the names of caches and of keytabs; MIT alone knows username and euid. A name that one
# does not know is an error that says so.
# Seen (krb5-user 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), as root, in default_ccache_name of
# MIT and default_cc_name of Heimdal; neither reads the other's setting:
#
#   cache          MIT                                  Heimdal
#   %{uid}         0                                    0
#   %{USERID}      0                                    0
#   %{username}    root                                 “malloc: out of memory”
#   %{euid}        0                                    “malloc: out of memory”
#   %{user}        root                                 “malloc: out of memory”
#   %{u}           root                                 0
#   %{UID}         “Internal credentials cache error”   “malloc: out of memory”
#
#   default_keytab_name
#   %{uid}         0                                    %{uid}
#   %{nosuch}      “Invalid token”                      %{nosuch}
#
# The beginning of a name is enough for both; what comes first in their lists counts.
# Lesson: “out of memory” of a client of Heimdal before its first packet is a word in krb5.conf. Write uid, TEMP
# and null alone, in full, and whole names for keytabs.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5" "heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  # shellcheck disable=SC2086
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, re, subprocess, sys
def run(*words):
    out = subprocess.run(
        words, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="krb5.conf", LC_ALL="C"), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=60).stdout
    found = re.search("/place/([^\\s:')]*)|out of memory|Internal credentials cache error|Invalid token", out)
    return found and (found[1] or found[0])
def look(name):
    with open("krb5.conf", "w") as file:
        file.write("[libdefaults]\ndefault_realm = LAB.TEST\n")
        for setting in "default_ccache_name", "default_cc_name", "default_keytab_name": file.write("%s = FILE:/place/%%{%s}\n" % (setting, name))
    return [run("root/usr/bin/klist"), run("root/usr/bin/heimtools", "klist"), run("root/usr/bin/klist", "-k"), run("root/usr/bin/ktutil.heimdal", "list")]
def other(setting, *words):
    with open("krb5.conf", "w") as file: file.write("[libdefaults]\ndefault_realm = LAB.TEST\n%s = FILE:/place/here\n" % setting)
    return run(*words)
memory, internal, token = "out of memory", "Internal credentials cache error", "Invalid token"
wanted = {
    "uid": ["0", "0", "0", "%{uid}"], "USERID": ["0", "0", "0", "%{USERID}"], "username": ["root", memory, "root", "%{username}"],
    "euid": ["0", memory, "0", "%{euid}"], "user": ["root", memory, "root", "%{user}"], "u": ["root", "0", "root", "%{u}"],
    "UID": [internal, memory, token, "%{UID}"], "nosuch": [internal, memory, token, "%{nosuch}"]}
seen = {name: look(name) for name in wanted}
swapped = [other("default_cc_name", "root/usr/bin/klist"), other("default_ccache_name", "root/usr/bin/heimtools", "klist")]
for each in seen.items(): print(*each)
print(swapped)
assert seen == wanted and swapped == [None, None], "this has changed"
P
# As root of a namespace, whoever runs this.
unshare -r python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
