#!/bin/sh
# How long does a ticket last by a line “max_life” in kdc.conf of MIT Kerberos?
#
# Guess before the run: what cannot be read (10H, “10 minutes”) is left out, so that a day counts, the default; 12h30 are twelve hours and a
# half; 0.5d is no time, so a day counts, and 0 makes tickets that end at once. kinit is asked for ten days in each case.
# Seen (krb5-kdc, krb5-admin-server and krb5-user 1.20.1-2+deb12u5 of Debian bookworm), and no message from the KDC or kadmin:
#
#   max_life = 10h, 36000, 10:00     10 hours
#   max_life = 10H                   10 seconds
#   max_life = 1.5h                  1 second
#   max_life = 0.5d, 0               10 days: no limit
#   max_life = 12h30, 10 h           a day
#   max_life = 10 minutes            a day
#
# What is no time for it is left out in one case, and in the other the digits at its front are seconds; and 0 is no limit.
# Lesson: tickets that end as soon as they come, or that last for weeks, point at this line. “getprinc NAME” of kadmin shows the number that
# counts for an account that was made with it; it stays in the account when the line is mended.
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
import datetime, os, re, socket, subprocess, sys, tempfile, time
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
    run, _, environment = prepare("max_life = " + value)
    with Server(run, environment): made = run("root/usr/bin/kinit", "-l", "10d", "alice")
    assert made.returncode == 0, made.stderr
    ends = re.search(r"^(\S+ \S+)  (\S+ \S+)  krbtgt", run("root/usr/bin/klist").stdout, re.M)
    start, end = (datetime.datetime.strptime(one, "%m/%d/%y %H:%M:%S") for one in ends.groups())
    return (end - start).total_seconds()
HOUR = 3600
wanted = {
    "10h": 10 * HOUR, "36000": 10 * HOUR, "10:00": 10 * HOUR, "10H": 10, "1.5h": 1, "0.5d": 240 * HOUR, "0": 240 * HOUR, "12h30": 24 * HOUR,
    "10 h": 24 * HOUR, "10 minutes": 24 * HOUR}
seen = {value: look(value) for value in wanted}
for one in seen.items(): print(*one)
assert seen == wanted, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
