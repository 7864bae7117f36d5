#!/bin/sh
# As which of two users does a client of MIT Kerberos come, by the lines of ~/.k5identity, the file that chooses among several caches?
#
# Guess before the run: capitals of a host do not matter, those of a service do. A carriage return at the end of the line spoils it. A
# line for a user who has no ticket is passed over, or is an error.
# Seen (libkrb5-3, libgssapi-krb5-2, krb5-user and krb5-kdc 1.20.1-2+deb12u5, curl 7.88.1-10+deb12u15 of Debian bookworm), tickets of
# alice, who was chosen by kinit, and of bob; who asks the KDC for HTTP/fs.lab.test:
#
#   .k5identity                                        http://fs.lab.test    http://FS.LAB.TEST
#   (none)                                             alice                 alice
#   bob@LAB.TEST host=fs.lab.test, also with a CR      bob                   bob
#   bob@LAB.TEST host=*.lab.test                       bob                   bob
#   bob@LAB.TEST host=FS.LAB.TEST                      alice                 alice
#   bob@LAB.TEST service=http                          alice                 alice
#   bob@LAB.TEST host=fs.lab.test # note               alice                 alice
#   carl@LAB.TEST host=*, then bob@LAB.TEST host=*     nobody                nobody
#
# The host's name is put into small letters, and the line is not. The first line that fits counts: carl has no ticket, so curl sends none.
# Lesson: “access denied” for the wrong one of two users, or a client that comes without Kerberos though it has tickets, may come from
# this file. Programs with GSSAPI look at it at each connection.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 \
  libgssapi-krb5-2=1.20.1-2+deb12u5 curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import http.server, os, re, socket, subprocess, sys, tempfile, threading, time
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
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401)
        for name, value in (("WWW-Authenticate", "Negotiate"), ("Content-Length", "0")): self.send_header(name, value)
        self.end_headers()
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
realm = Realm(libdefaults="dns_canonicalize_hostname = false")
for user in ("alice", "bob"): realm.admin("addprinc -pw secret " + user)
realm.admin("addprinc -randkey HTTP/fs.lab.test")
home, caches = realm.folder + "/home", realm.folder + "/caches"
os.mkdir(home)
os.mkdir(caches)
places = {"HOME": home, "KRB5CCNAME": "DIR:" + caches}
def look(lines, host):
    realm.run("root/usr/bin/kdestroy", "-A", **places)
    for user in ("bob", "alice"): realm.run("root/usr/bin/kinit", user, typed="secret\n", **places)
    with open(home + "/.k5identity", "w", newline="") as file: file.write(lines)
    before = len(open(realm.folder + "/log").read())
    realm.run(
        "root/usr/bin/curl", "-s", "--negotiate", "-u", ":", "--resolve", host + ":8080:127.0.0.1", "http://" + host + ":8080/", **places)
    return re.findall(r"(\w+)@LAB\.TEST for HTTP/fs\.lab\.test@", open(realm.folder + "/log").read()[before:])
wanted = {
    "": ["alice"], "bob@LAB.TEST host=fs.lab.test\n": ["bob"], "bob@LAB.TEST host=fs.lab.test\r\n": ["bob"],
    "bob@LAB.TEST host=*.lab.test\n": ["bob"], "bob@LAB.TEST host=FS.LAB.TEST\n": ["alice"], "bob@LAB.TEST service=http\n": ["alice"],
    "bob@LAB.TEST host=fs.lab.test # note\n": ["alice"], "carl@LAB.TEST host=*\nbob@LAB.TEST host=*\n": []}
right = True
with realm:
    for lines, users in wanted.items():
        seen = [look(lines, host) for host in ("fs.lab.test", "FS.LAB.TEST")]
        print(repr(lines), *seen)
        right = right and seen == [users, users]
assert right, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
