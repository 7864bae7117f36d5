#!/bin/sh
# Which user is named in the packets of a logon that is armoured (FAST, kinit -T with a ticket of the host)?
#
# Guess before the run: MIT's kinit names alice in its AS-REQ, and MIT's KDC WELLKNOWN/ANONYMOUS in its AS-REP, as it does for other
# tickets; Heimdal's KDC names alice. Heimdal's kinit gets in at both.
# Seen (krb5-user and krb5-kdc 1.20.1-2+deb12u5, heimdal-kdc and heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm),
# alice's logon, and the last answer:
#
#   client    KDC       name in the AS-REQ       answer
#   MIT       MIT       alice                    AS-REP, alice
#   MIT       Heimdal   alice                    AS-REP, an empty name
#   Heimdal   Heimdal   WELLKNOWN/ANONYMOUS      AS-REP, an empty name
#   Heimdal   MIT       WELLKNOWN/ANONYMOUS      none at all; “unable to reach any KDC”
#
# The true request is in the armour. In front of it Heimdal's client puts the realm WELLKNOWN:ANONYMOUS, and MIT's KDC looks at that: its
# log has “Realm not local to KDC - while dispatching”.
# Lesson: a KDC that does not answer may be up, and the firewall innocent. A logon by an empty or an anonymous name is not one without a
# name; the KDC's log knows who it was.
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
import os, re, socket, struct, subprocess, sys, tempfile, threading, time
def tree(data):
    # The parts of a message in ASN.1 (DER): a list of tags and of what they hold.
    parts, at = [], 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 128:
            more = size & 127
            size, at = int.from_bytes(data[at:at + more], "big"), at + more
        body, at = data[at:at + size], at + size
        parts.append((tag, tree(body) if tag & 32 else body))
    return parts
def get(parts, *tags):
    for tag in tags: parts = next((body for one, body in parts if one == tag), b"")
    return parts
messages = []
def ask(data, way):
    # The KDC itself is at port 1088; each message to port 88 and back passes here.
    messages.append(data)
    with socket.socket(socket.AF_INET, way) as kdc:
        kdc.settimeout(2)
        kdc.connect(("127.0.0.1", 1088))
        if way == socket.SOCK_DGRAM:
            kdc.send(data)
            messages.append(kdc.recv(65536))
        else:
            kdc.sendall(struct.pack(">I", len(data)) + data)
            size = struct.unpack(">I", kdc.recv(4, socket.MSG_WAITALL))[0]
            messages.append(kdc.recv(size, socket.MSG_WAITALL))
    return messages[-1]
def datagrams():
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 88))
    while True:
        data, sender = listener.recvfrom(65536)
        try: listener.sendto(ask(data, socket.SOCK_DGRAM), sender)
        except TimeoutError: messages.append(b"")
def streams():
    listener = socket.create_server(("127.0.0.1", 88))
    while True:
        client, _ = listener.accept()
        size = client.recv(4, socket.MSG_WAITALL)
        if len(size) == 4:
            answer = ask(client.recv(struct.unpack(">I", size)[0], socket.MSG_WAITALL), socket.SOCK_STREAM)
            client.sendall(struct.pack(">I", len(answer)) + answer)
        client.close()
for way in (datagrams, streams): threading.Thread(target=way, daemon=True).start()
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
    def __enter__(self):
        self.server = subprocess.Popen(
            ["root/usr/sbin/krb5kdc", "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
        for _ in range(50):
            try:
                socket.create_connection(("127.0.0.1", 1088), timeout=5).close()
                break
            except ConnectionRefusedError: time.sleep(0.2)
        return self
    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
class Heimdal:
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
    def __enter__(self):
        binary = next(os.path.join(path, "kdc") for path, _, names in os.walk("root") if "kdc" in names and path.endswith("heimdal-servers"))
        self.server = subprocess.Popen(
            [binary, "--config-file=" + self.folder + "/krb5.conf", "--ports=1088", "--addresses=127.0.0.1"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=self.environment)
        for _ in range(50):
            try:
                socket.create_connection(("127.0.0.1", 1088), timeout=5).close()
                break
            except ConnectionRefusedError: time.sleep(0.2)
        return self
    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
def names(parts): return "/".join(part.decode() for _, part in get(parts, 0x30, 0xA1, 0x30))
def look(kdc, client):
    messages.clear()
    armour = "FILE:" + kdc.folder + "/armour"
    words = {
        "MIT": ["root/usr/bin/kinit", "-T", armour], "Heimdal": [
            "root/usr/bin/kinit.heimdal", "--fast-armor-cache=" + armour, "--password-file=password"]}[client]
    ended = kdc.run(*words, "alice", typed="secret\n")
    asked = names(get(tree(messages[0]), 0x6A, 0x30, 0xA4, 0x30, 0xA1))
    last = tree(messages[-1]) if messages[-1] else [(0, b"")]
    answer = "none" if not messages[-1] else names(get(last, 0x6B, 0x30, 0xA4)) if last[0][0] == 0x6B else "error"
    return asked, answer, ended.returncode, "reach any KDC" in ended.stderr
with open("password", "w") as file: file.write("secret\n")
mit, heimdal, seen = MIT(), Heimdal(), {}
mit.admin("addprinc +requires_preauth -pw secret alice")
mit.admin("addprinc -randkey host/h.lab.test")
mit.admin("ktadd -k %s/keytab host/h.lab.test" % mit.folder)
heimdal.admin("add", "--random-key", "--use-defaults", "host/h.lab.test")
heimdal.admin("ext_keytab", "--keytab=%s/keytab" % heimdal.folder, "host/h.lab.test")
for name, kdc in (("MIT", mit), ("Heimdal", heimdal)):
    with kdc:
        got = kdc.run("root/usr/bin/kinit", "-k", "-t", kdc.folder + "/keytab", "-c", kdc.folder + "/armour", "host/h.lab.test")
        assert got.returncode == 0, "the host has no ticket"
        for client in ("MIT", "Heimdal"): seen[client, name] = look(kdc, client)
for row in seen.items(): print(*row)
assert seen == {
    ("MIT", "MIT"): ("alice", "alice", 0, False), ("MIT", "Heimdal"): ("alice", "", 0, False),
    ("Heimdal", "Heimdal"): ("WELLKNOWN/ANONYMOUS", "", 0, False), ("Heimdal", "MIT"): ("WELLKNOWN/ANONYMOUS", "none", 1, True)}, "this has changed"
assert "Realm not local to KDC" in open(mit.folder + "/log").read(), "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
