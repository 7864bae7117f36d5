#!/bin/sh
# How long is the life of a ticket that an administrator of Heimdal sets by a number alone (kadmin modify --max-ticket-life=90)?
#
# Guess before the run: 90 seconds, as kinit --lifetime=90 and krb5.conf have it; “10m” are ten minutes. 10:00 are ten hours, as for MIT.
# Seen (heimdal-kdc and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), what “get” shows afterwards:
#
#   --max-ticket-life=     Max ticket life      kinit --lifetime=
#   90                     3 months             90 seconds
#   3600                   9 years 10 months    (not tried)
#   36000                  refused              10 hours
#   10H                    10 hours             10 hours
#   10h, "10 hours"        10 hours             (not tried)
#   10m                    10 minutes           10 minutes
#   1M                     1 minute             1 minute
#   0                      unlimited            (not tried)
#   1.5h, 1h30m            refused              refused
#   10:00                  refused              (not tried)
#
# A number alone counts days for kadmin, and seconds for kinit.
# Lesson: a script that gives seconds, as it does for MIT, makes tickets that last for years. Write the unit.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, re, subprocess, sys, tempfile
class Realm:
    # A realm of Heimdal in a folder of its own; its KDC is at port 1088.
    def __init__(self, **more):
        self.folder = os.path.abspath(tempfile.mkdtemp(dir="."))
        with open(self.folder + "/krb5.conf", "w") as file:
            file.write("[libdefaults]\ndefault_realm = LAB.TEST\ndns_lookup_kdc = false\n[realms]\nLAB.TEST = {{\nkdc = 127.0.0.1:88\n}}\n"
                       "[kdc]\ndatabase = {{\ndbname = {0}/hdb\nrealm = LAB.TEST\nmkey_file = {0}/mkey\nacl_file = {0}/acl\n"
                       "log_file = {0}/log\n}}\n[logging]\nkdc = FILE:{0}/kdc.log\n".format(self.folder))
        with open(self.folder + "/password", "w") as file: file.write("secret\n")
        self.environment = dict(
            os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=self.folder + "/krb5.conf", KRB5CCNAME="FILE:" + self.folder + "/cache",
            LC_ALL="C", TZ="UTC", **more)
        self.admin("init", "--realm-max-ticket-life=unlimited", "--realm-max-renewable-life=unlimited", "LAB.TEST")
        self.admin("add", "--password=secret", "--use-defaults", "alice")
    def run(self, *command, typed=""):
        return subprocess.run(command, input=typed, text=True, capture_output=True, timeout=60, env=self.environment)
    def admin(self, *words): return self.run("root/usr/bin/kadmin.heimdal", "-l", *words)
    def shown(self, name):
        return re.search("^ *" + name + ": (.*)$", self.admin("get", "alice").stdout, re.M).group(1)
realm = Realm()
wanted = {
    "90": "3 months", "3600": "9 years 10 months", "36000": None, "10h": "10 hours", "10H": "10 hours", "10 hours": "10 hours", "10m": "10 minutes",
    "1M": "1 minute", "0": "unlimited", "10:00": None, "1.5h": None, "1h30m": None}
right = True
for value, life in wanted.items():
    realm.admin("modify", "--max-ticket-life=2 weeks", "alice")
    changed = realm.admin("modify", "--max-ticket-life=" + value, "alice")
    seen = realm.shown("Max ticket life")
    print(value, changed.returncode, seen, (changed.stdout + changed.stderr).strip())
    right = right and (seen.startswith(life) and changed.returncode == 0 if life else seen == "2 weeks" and changed.returncode == 1)
assert right, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
