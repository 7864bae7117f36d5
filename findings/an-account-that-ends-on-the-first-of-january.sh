#!/bin/sh
# When does an account end that an administrator in Tokyo gives the date 2030-01-01 (TZ=Asia/Tokyo)?
#
# Guess before the run: at midnight, 00:00 of this day in local time, with MIT and with Heimdal. A time behind the date counts, in each
# form that is taken; other forms are refused.
# Seen (krb5-admin-server 1.20.1-2+deb12u5, heimdal-kdc and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), in UTC:
#
#                          MIT, modprinc -expire   Heimdal, modify --expiration-time=
#   2030-01-01             2029-12-31 15:00:00     2030-01-01 23:59:59
#   2030-01-01 10:00:00    2030-01-01 01:00:00     2030-01-01 10:00:00
#   2030-01-01T10:00:00Z   refused                 2030-01-01 23:59:59, no word
#   2030-01-01-10:00:00    refused                 2030-01-01 23:59:59, no word
#
# MIT takes the date for its start in local time, Heimdal for its end in UTC: 33 hours lie between the two. What stands directly behind a
# date Heimdal drops.
# Lesson: the same command ends an account a day and a half earlier in a realm of MIT than in one of Heimdal (error 1, NAME_EXP). Write
# date and time, and look at what was stored.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  # shellcheck disable=SC2086
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import datetime, os, re, socket, subprocess, sys, tempfile, time
plugins = os.path.dirname(next(path for path, _, names in os.walk("root") if "db2.so" in names))
class MIT:
    # A realm of MIT in a folder of its own, with one more line or two for its krb5.conf and kdc.conf.
    def __init__(self, name="LAB.TEST", libdefaults="", realm="", kdc="", more=""):
        self.folder = os.path.abspath(tempfile.mkdtemp(dir="."))
        files = {
            "krb5.conf": "[libdefaults]\ndefault_realm = %s\ndns_lookup_kdc = false\nplugin_base_dir = %s\n%s\n[realms]\n%s = {\n"
            "kdc = 127.0.0.1:88\n%s\n}\n[dbmodules]\ndb_module_dir = %s/kdb\n%s" % (
                name, os.path.abspath(plugins), libdefaults, name, realm, os.path.abspath(plugins), more),
            "kdc.conf": "[kdcdefaults]\nkdc_listen = 127.0.0.1:1088\nkdc_tcp_listen = 127.0.0.1:1088\n[realms]\n{1} = {{\n"
            "database_name = {0}/db\nkey_stash_file = {0}/stash\nacl_file = {0}/acl\n{2}\n}}\n[logging]\nkdc = FILE:{0}/log\n".format(
                self.folder, name, kdc),
            "acl": ""}
        for file, text in files.items():
            with open(self.folder + "/" + file, "w") as output: output.write(text)
        self.environment = dict(
            os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=self.folder + "/krb5.conf", KRB5_KDC_PROFILE=self.folder + "/kdc.conf",
            KRB5CCNAME="FILE:" + self.folder + "/cache", LC_ALL="C", TZ="UTC")
        self.run("root/usr/sbin/kdb5_util", "create", "-s", "-P", "master", "-r", name)
    def run(self, *command, typed="", **more):
        return subprocess.run(
            command, input=typed, text=True, capture_output=True, timeout=60, env=dict(self.environment, **more))
    def admin(self, query): return self.run("root/usr/sbin/kadmin.local", "-q", query).stdout
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
mit, heimdal = MIT(), Realm()
mit.environment["TZ"] = heimdal.environment["TZ"] = "Asia/Tokyo"
mit.admin("addprinc -pw secret alice")
def at_mit(value):
    mit.admin("modprinc -expire never alice")
    mit.admin('modprinc -expire "%s" alice' % value)
    seen = re.search(r"^Expiration date: (.*)$", mit.admin("getprinc alice"), re.M).group(1)
    if "never" in seen: return "refused"
    assert " JST " in seen, "this has changed"
    local = datetime.datetime.strptime(seen.replace(" JST ", " "), "%a %b %d %H:%M:%S %Y")
    return str(local - datetime.timedelta(hours=9))
def at_heimdal(value):
    heimdal.admin("modify", "--expiration-time=never", "alice")
    ended = heimdal.admin("modify", "--expiration-time=" + value, "alice")
    seen = heimdal.shown("Principal expires")
    return seen.removesuffix(" UTC") if seen.endswith(" UTC") and not ended.returncode else "refused"
wanted = {
    "2030-01-01": ("2029-12-31 15:00:00", "2030-01-01 23:59:59"), "2030-01-01 10:00:00": ("2030-01-01 01:00:00", "2030-01-01 10:00:00"),
    "2030-01-01T10:00:00Z": ("refused", "2030-01-01 23:59:59"), "2030-01-01-10:00:00": ("refused", "2030-01-01 23:59:59")}
seen = {value: (at_mit(value), at_heimdal(value)) for value in wanted}
for row in seen.items(): print(*row)
assert seen == wanted, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
