#!/bin/sh
# Which ways to another realm does a client take by the lines of [capaths] in krb5.conf?
#
# Guess before the run: MIT asks its own KDC for the other realm (krbtgt/C.TEST) first, then for the realm between the two. Heimdal goes
# by [capaths] at once. A dot, as in “C.TEST = .”, means for both that there is none between.
# Seen (krb5-user and krb5-kdc 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), a KDC of A.TEST that
# knows no other realm; the realms for which kvno and kgetcred ask, for a service of C.TEST:
#
#   A.TEST = { ... }                  MIT                       Heimdal
#   (no line)                         C.TEST                    C.TEST
#   C.TEST = B.TEST                   C.TEST, B.TEST            C.TEST, B.TEST
#   C.TEST = .                        C.TEST                    C.TEST, “.”
#   C.TEST = B.TEST D.TEST            C.TEST, B.TEST            C.TEST, “B.TEST D.TEST”
#   C.TEST = B.TEST, C.TEST = D.TEST  C.TEST, D.TEST, B.TEST    C.TEST, B.TEST
#
# MIT takes two lines for two realms in a row, and begins with the last one; the second word of a line it drops. At last Heimdal asks the
# KDC of A.TEST for the service itself, and its user reads that the service is unknown.
# Lesson: a question for “krbtgt/.” in a recording comes from Heimdal and from a line that is right for MIT. Leave such lines out there;
# two realms between need two lines for MIT, and the far one is asked for first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5" \
  "heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  # shellcheck disable=SC2086
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, tempfile, threading, time
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
def look(lines):
    realm = Realm("A.TEST", more="[capaths]\nA.TEST = {\n" + lines + "}\n" if lines else "")
    realm.admin("addprinc -pw secret alice")
    rows = []
    with realm:
        realm.run("root/usr/bin/kinit", "alice", typed="secret\n")
        for client in ("kvno", "kgetcred"):
            messages.clear()
            refused = realm.run("root/usr/bin/" + client, "cifs/fs.c.test@C.TEST")
            assert refused.returncode, "this has changed"
            asked = [get(tree(one), 0x6C, 0x30, 0xA4, 0x30, 0xA3, 0x30, 0xA1, 0x30) for one in messages[::2]]
            rows.append(["/".join(part.decode() for _, part in one) for one in asked])
    return rows
wanted = {
    "": ("C", "C"), "C.TEST = B.TEST\n": ("C B", "C B"), "C.TEST = .\n": ("C", "C ."), "C.TEST = B.TEST D.TEST\n": ("C B", "C B+D"),
    "C.TEST = B.TEST\nC.TEST = D.TEST\n": ("C D B", "C B")}
def names(short):
    return ["krbtgt/" + " ".join(one + ".TEST" if one.isalpha() else one for one in word.split("+")) for word in short.split()]
right = True
for lines, (mit, heimdal) in wanted.items():
    seen = look(lines)
    print(repr(lines), seen)
    right = right and seen == [names(mit), names(heimdal) + ["cifs/fs.c.test"]]
assert right, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
