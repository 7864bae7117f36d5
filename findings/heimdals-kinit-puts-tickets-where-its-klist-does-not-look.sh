#!/bin/sh
# Does a user see the tickets that kinit has just got when they are kept by a daemon (kcm of Heimdal, KRB5CCNAME=KCM:)?
#
# Guess before the run: yes, with the programs of MIT and of Heimdal; what one of the two puts there with “KCM:” alone, the other may not
# find.
# Seen (heimdal-kcm and heimdal-clients 7.8.git20221117.28daf24+dfsg-2, krb5-user and krb5-kdc 1.20.1-2+deb12u5 of Debian bookworm), each
# kinit in an empty daemon and with exit status 0, as root:
#
#   KRB5CCNAME   kinit of   makes       klist of MIT   klist of Heimdal
#   KCM:         MIT        KCM:0       found          none
#   KCM:         Heimdal    KCM:0:1     found          none
#   KCM:0        MIT        KCM:0       found          found
#   KCM:0        Heimdal    KCM:0:2     none           none
#
# The last number goes up with each kinit of Heimdal. Both have “klist -l” list the cache under KCM:, and Heimdal's says “No credentials
# cache file found” all the same.
# Lesson: a client that comes without a ticket, though kinit ended well, may look for another cache of the same daemon. klist -l shows the
# name; set KRB5CCNAME to that.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-kcm=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  # shellcheck disable=SC2086
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, re, socket, subprocess, sys, tempfile, time
plugins = os.path.dirname(next(path for path, _, names in os.walk("root") if "db2.so" in names))
class Realm:
    # A realm of MIT in a folder of its own, with one more line or two for its krb5.conf and kdc.conf.
    def __init__(self, name="LAB.TEST", libdefaults="", realm="", kdc="", more=""):
        self.folder = os.path.abspath(tempfile.mkdtemp(dir="."))
        files = {
            "krb5.conf": "[libdefaults]\ndefault_realm = %s\ndns_lookup_kdc = false\nplugin_base_dir = %s\n%s\n[realms]\n%s = {\n"
            "kdc = 127.0.0.1:88\n%s\n}\n[dbmodules]\ndb_module_dir = %s/kdb\n%s" % (
                name, os.path.abspath(plugins), libdefaults, name, realm, os.path.abspath(plugins), more),
            "kdc.conf": "[kdcdefaults]\nkdc_listen = 127.0.0.1:88\nkdc_tcp_listen = 127.0.0.1:88\n[realms]\n{1} = {{\n"
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
    def __enter__(self):
        self.server = subprocess.Popen(
            ["root/usr/sbin/krb5kdc", "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
        for _ in range(50):
            try:
                socket.create_connection(("127.0.0.1", 88), timeout=5).close()
                break
            except ConnectionRefusedError: time.sleep(0.2)
        return self
    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
realm = Realm()
for user in ("alice", "bob"): realm.admin("addprinc -pw secret " + user)
with open("password", "w") as file: file.write("secret\n")
kinit = {
    "MIT": ["root/usr/bin/kinit", "alice"], "Heimdal": ["root/usr/bin/kinit.heimdal", "--password-file=password", "alice"]}
def look(cache, program):
    realm.run("root/usr/bin/kdestroy", "-A", KRB5CCNAME="KCM:")
    got = realm.run(*kinit[program], typed="secret\n", KRB5CCNAME=cache)
    names = re.findall(r"alice@LAB\.TEST +(\S+)", realm.run("root/usr/bin/klist", "-l", KRB5CCNAME="KCM:").stdout)
    mit = realm.run("root/usr/bin/klist", KRB5CCNAME=cache)
    heimdal = realm.run("root/usr/bin/heimtools", "klist", KRB5CCNAME=cache)
    listed = realm.run("root/usr/bin/heimtools", "klist", "-l", KRB5CCNAME="KCM:").stdout
    assert got.returncode == 0 and len(names) == 1 and " " + names[0] + " " in listed, "this has changed"
    kind = "as named" if names[0] == "KCM:0" else "numbered" if re.fullmatch(r"KCM:0:\d+", names[0]) else names[0]
    return kind, *("found" if "krbtgt/LAB.TEST" in one.stdout else "none" for one in (mit, heimdal))
with realm:
    daemon = subprocess.Popen(
        ["root/usr/sbin/kcm", "--config-file=" + realm.folder + "/krb5.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=realm.environment)
    for _ in range(50):
        if os.path.exists("/run/.heim_org.h5l.kcm-socket"): break
        time.sleep(0.1)
    seen = {(cache, program): look(cache, program) for cache in ("KCM:", "KCM:0") for program in kinit}
    daemon.terminate()
    daemon.wait()
for row in seen.items(): print(*row)
assert seen == {
    ("KCM:", "MIT"): ("as named", "found", "none"), ("KCM:", "Heimdal"): ("numbered", "found", "none"),
    ("KCM:0", "MIT"): ("as named", "found", "found"), ("KCM:0", "Heimdal"): ("numbered", "none", "none")}, "this has changed"
P
# The daemon's socket has its place in /run, which is covered in a name space of its own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount -t tmpfs none /run; exec python3 look.py "$0"' "$libraries"
