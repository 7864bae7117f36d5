#!/bin/sh
# How does a logon with SPAKE, the newer way to prove a password to a KDC, look when the password is right?
#
# Guess before the run: three questions and three answers: PREAUTH_REQUIRED (25), MORE_PREAUTH_DATA_REQUIRED (91), and the ticket. With a
# wrong password the last one is PREAUTH_FAILED (24). A user who has an RC4 key alone is not offered SPAKE. Nothing was guessed about
# texts.
# Seen (krb5-kdc, krb5-user and libkrb5-3 1.20.1-2+deb12u5 of Debian bookworm, “spake_preauth_groups = edwards25519”), the errors with
# their e-text, and what the KDC logs of the user:
#
#   right password   25 NEEDED_PREAUTH, 91 PREAUTH_FAILED, AS-REP                      PREAUTH_FAILED, ISSUE
#   wrong password   25 NEEDED_PREAUTH, 91 PREAUTH_FAILED, 24 PREAUTH_FAILED           PREAUTH_FAILED twice
#   RC4 key alone    25 NEEDED_PREAUTH, 91 PREAUTH_FAILED, AS-REP (with a key of RC4)  PREAUTH_FAILED, ISSUE
#
# The log also has “preauth (spake) verify failure: More preauthentication data is required” for each of them. The account's own count of
# failures is right: 0 and 1.
# Lesson: whoever counts PREAUTH_FAILED in packets or in the log counts a failure for each good logon, and two for a bad one, as soon as
# SPAKE is switched on. Count the code 24, or lines that end in “Preauthentication failed”.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 >&2
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
        kdc.settimeout(10)
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
        listener.sendto(ask(data, socket.SOCK_DGRAM), sender)
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
class Realm:
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
def look(user, password):
    messages.clear()
    before = len(open(realm.folder + "/log").read())
    realm.run("root/usr/bin/kinit", user, typed=password + "\n")
    answers = [tree(one) for one in messages[1::2]]
    said = [
        "AS-REP" if one[0][0] == 0x6B else
        "%d %s" % (get(one, 0x7E, 0x30, 0xA6, 2)[0], get(one, 0x7E, 0x30, 0xAB, 0x1B).rstrip(b"\0").decode()) for one in answers]
    log = open(realm.folder + "/log").read()[before:]
    failures = re.search(r"Failed password attempts: (\d+)", realm.admin("getprinc " + user)).group(1)
    return said, re.findall(r"127\.0\.0\.1: (PREAUTH_FAILED|ISSUE)", log), log.count("(spake) verify failure: More preauth"), failures
realm = Realm(libdefaults="spake_preauth_groups = edwards25519")
realm.admin("addpol -maxfailure 50 counted")
realm.admin("addprinc +requires_preauth -policy counted -pw secret alice")
realm.admin("addprinc +requires_preauth -policy counted -e arcfour-hmac -pw secret old")
with realm: seen = look("alice", "secret"), look("alice", "wrong"), look("old", "secret")
for one in seen: print(*one)
first = ["25 NEEDED_PREAUTH", "91 PREAUTH_FAILED"]
assert seen == (
    ([*first, "AS-REP"], ["PREAUTH_FAILED", "ISSUE"], 1, "0"), ([*first, "24 PREAUTH_FAILED"], ["PREAUTH_FAILED"] * 2, 1, "1"),
    ([*first, "AS-REP"], ["PREAUTH_FAILED", "ISSUE"], 1, "0")), "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
