#!/bin/sh
# What does a realm lose that goes to another KDC in one of the older forms of a dump (kdb5_util dump -r18, -r13, -b7)?
#
# Guess before the run: -r18 keeps all; -r13 and -b7 lose the limit of wrong passwords in the policy, which is younger than they are.
# Seen (krb5-kdc and krb5-admin-server 1.20.1-2+deb12u5 of Debian bookworm), after “kdb5_util load”, each with exit status 0 and no word:
#
#           policy of alice   policy: length, classes, age   policy: limit of wrong passwords   keys, dates, attributes, strings
#   (none)  strict            kept                           2 in an hour                       kept
#   -r18    strict            kept                           2 in an hour                       kept
#   -r13    strict            kept                           none                               kept
#   -b7     none              kept                           none                               kept
#
# With -b7 no user has a policy any more: passwords are neither short nor old nor used before, whatever they are, and nobody is locked
# out.
# Lesson: AS-REQs with hundreds of wrong passwords and no CLIENT_REVOKED (18) behind them may have such a move as their reason. Compare
# “getprinc” before and after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import difflib, os, shutil, socket, subprocess, sys, tempfile, time
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
old = Realm()
old.admin("addpol -maxfailure 2 -failurecountinterval 1h -lockoutduration 1h -minlength 5 -minclasses 2 -history 2 -maxlife 90d strict")
old.admin("addprinc -policy strict -pw Secret1 alice")
old.admin("modprinc -maxlife 3h -expire 2030-01-01 +requires_preauth alice")
old.admin("setstr alice session_enctypes aes128-cts")
queries = "getprinc alice", "getpol strict", "getstrs alice"
def dump(*words):
    new, file = Realm(), old.folder + "/dump"
    made = old.run("root/usr/sbin/kdb5_util", "dump", *words, file)
    shutil.copy(old.folder + "/stash", new.folder + "/stash")
    for name in os.listdir(new.folder):
        if name.startswith("db"): os.remove(new.folder + "/" + name)
    loaded = new.run("root/usr/sbin/kdb5_util", "load", file)
    assert made.returncode == loaded.returncode == 0 and not made.stderr + loaded.stderr, "this has changed"
    lost = []
    for query in queries:
        lines = difflib.unified_diff(old.admin(query).splitlines(), new.admin(query).splitlines(), lineterm="", n=0)
        lost += [line[1:] for line in lines if line.startswith("+") and not line.startswith("+++")]
    return lost
limits = [
    "Maximum password failures before lockout: 0", "Password failure count reset interval: 0 days 00:00:00",
    "Password lockout duration: 0 days 00:00:00"]
wanted = {"": [], "-r18": [], "-r13": limits, "-b7": ["Policy: [none]", *limits]}
seen = {form: dump(*form.split()) for form in wanted}
for row in seen.items(): print(*row)
assert seen == wanted, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
