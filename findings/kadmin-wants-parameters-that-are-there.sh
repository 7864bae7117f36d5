#!/bin/sh
# What does a name that MIT Kerberos does not know do in “supported_enctypes” of kdc.conf, the keys of new accounts?
#
# Guess before the run: it is left out, with a line in the log; where no other is left, the default counts.
# Seen (krb5-kdc, krb5-admin-server and krb5-user 1.20.1-2+deb12u5 of Debian bookworm), “addprinc alice” of kadmin.local:
#
#   supported_enctypes                   keys of alice
#   aes256-cts:normal                    aes256-cts-hmac-sha1-96
#   aes256-cts:normal foo:normal         aes256-cts-hmac-sha1-96, and no word about foo
#   foo:normal                           none: “Required parameters in kdc.conf missing while initializing kadmin.local …”
#   aes                                  the same
#   aes256-cts:nosalt                    the same; it is the salt here that does not exist
#
# In the last three cases kadmin.local ends before it does anything, with status 1. The KDC starts, and does not know the account, which
# was not made.
# Lesson: no parameter is missing; the list has no name that can be read. “aes” alone is good in krb5.conf (permitted_enctypes), but not
# here. An account with fewer keys than the list has names was made with a typo.
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
import os, re, socket, subprocess, sys, tempfile, time
plugins = next(path for path, _, names in os.walk("root") if "db2.so" in names)
def prepare(line):
    # A realm of its own for each line of kdc.conf.
    folder = tempfile.mkdtemp(dir=".")
    files = {"krb5.conf": "[libdefaults]\ndefault_realm = LAB.TEST\ndns_lookup_kdc = false\n[realms]\nLAB.TEST = {\nkdc = 127.0.0.1:88\n}\n"
             "[dbmodules]\ndb_module_dir = " + os.path.abspath(plugins) + "\n",
             "kdc.conf": "[kdcdefaults]\nkdc_listen = 127.0.0.1:88\nkdc_tcp_listen = 127.0.0.1:88\n[realms]\nLAB.TEST = {\n"
             + "database_name = {0}/db\nkey_stash_file = {0}/stash\nacl_file = {0}/acl\n".format(os.path.abspath(folder)) + line + "\n}\n",
             "acl": ""}
    for name, text in files.items():
        with open(folder + "/" + name, "w") as file: file.write(text)
    environment = dict(
        os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG=folder + "/krb5.conf", KRB5_KDC_PROFILE=folder + "/kdc.conf",
        KRB5CCNAME="FILE:" + folder + "/cache", LC_ALL="C", TZ="UTC")
    def run(*command): return subprocess.run(command, input="secret\n", text=True, capture_output=True, timeout=60, env=environment)
    run("root/usr/sbin/kdb5_util", "create", "-s", "-P", "master", "-r", "LAB.TEST")
    added = run("root/usr/sbin/kadmin.local", "-q", "addprinc -pw secret alice")
    return run, added, environment
class Server:
    def __init__(self, run, environment):
        self.server = subprocess.Popen(
            ["root/usr/sbin/krb5kdc", "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        for _ in range(40):
            try:
                socket.create_connection(("127.0.0.1", 88), timeout=5).close()
                break
            except ConnectionRefusedError: time.sleep(0.2)
    def __enter__(self): return self
    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
def look(value):
    run, added, environment = prepare("supported_enctypes = " + value)
    keys = re.findall(r"Key: vno 1, (\S+)", run("root/usr/sbin/kadmin.local", "-q", "getprinc alice").stdout)
    with Server(run, environment): ticket = run("root/usr/bin/kinit", "alice")
    found = not ticket.returncode or ("not known" if "not found in Kerberos database" in ticket.stderr else ticket.stderr)
    return keys, "Required parameters in kdc.conf missing" in added.stderr, added.returncode, found
good, bad = (["aes256-cts-hmac-sha1-96"], False, 0, True), ([], True, 1, "not known")
wanted = {"aes256-cts:normal": good, "aes256-cts:normal foo:normal": good, "foo:normal": bad, "aes": bad, "aes256-cts:nosalt": bad}
seen = {value: look(value) for value in wanted}
for one in seen.items(): print(*one)
assert seen == wanted, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
