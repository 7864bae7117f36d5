#!/bin/sh
# What does a recording show when a user's certificate (smart card, PKINIT) has ended or comes from a CA that the realm does not trust?
#
# Guess before the run: MIT's kinit sends it, and the KDC refuses it: KDC_ERR_CLIENT_NOT_TRUSTED (62), CANT_VERIFY_CERTIFICATE (70) or
# INVALID_CERTIFICATE (71). So does Heimdal's kinit -C.
# Seen (krb5-user, krb5-kdc and krb5-pkinit 1.20.1-2+deb12u5, heimdal-clients 7.8.git20221117.28daf24+dfsg-2 of Debian bookworm), what
# goes to MIT's KDC; the password is typed when kinit asks for one:
#
#   certificate               MIT's kinit                                       Heimdal's kinit --pk-use-enckey
#   good                      certificate, AS-REP                               certificate, AS-REP
#   ended                     password, AS-REP: exit status 0, no word          certificate, 71
#   of another CA             password, AS-REP: exit status 0, no word          certificate, 70
#   of the user bob           certificate, 75 (CLIENT_NAME_MISMATCH)            certificate, 75
#   without a use (EKU)       certificate, 77 (INCONSISTENT_KEY_PURPOSE)        certificate, 77
#
# MIT's kinit looks for the way from its own certificate to an anchor first. If there is none, it goes on with the next method, which is
# the password. The KDC calls 70 to 77 PREAUTH_FAILED in its texts; the codes tell them apart.
# Lesson: an encrypted timestamp of somebody who has a smart card may be a card that ended; nothing on the wire says so. KRB5_TRACE does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "krb5-user=1.20.1-2+deb12u5 krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 krb5-pkinit=1.20.1-2+deb12u5" \
  "heimdal-clients=7.8.git20221117.28daf24+dfsg-2"; do
  # shellcheck disable=SC2086
  apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
    install $packages >&2
done
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install cryptography==50.0.2
cat > look.py <<'P'
import datetime, os, socket, struct, subprocess, sys, tempfile, threading, time
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
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
today = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body
def principal(*names):
    # The name of a Kerberos principal, as RFC 4556 puts it into a certificate.
    strings = der(0x30, *[der(0x1B, one.encode()) for one in names])
    kind = der(2, bytes([1 if len(names) == 1 else 2]))
    return der(0x30, der(0xA0, der(0x1B, b"LAB.TEST")), der(0xA1, der(0x30, der(0xA0, kind), der(0xA1, strings))))
def certificate(name, issuer=None, names=None, use=None, days=(-1, 10)):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0].subject if issuer else subject).public_key(
        key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(today + datetime.timedelta(days[0])).not_valid_after(
        today + datetime.timedelta(days[1])).add_extension(x509.BasicConstraints(not issuer, None), True)
    if issuer:
        made = made.add_extension(x509.KeyUsage(True, False, True, False, False, False, False, False, False), True).add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    if use: made = made.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.2.3." + use)]), False)
    if names:
        other = x509.OtherName(x509.ObjectIdentifier("1.3.6.1.5.2.2"), principal(*names))
        made = made.add_extension(x509.SubjectAlternativeName([other]), False)
    made = made.sign(issuer[1] if issuer else key, hashes.SHA256())
    with open(name + ".pem", "wb") as file: file.write(made.public_bytes(serialization.Encoding.PEM))
    with open(name + ".key", "wb") as file:
        file.write(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
    return made, key
KDC, USER, here = "5", "4", os.getcwd() + "/"
trusted = certificate("trusted")
def said(one):
    # What a message is, and for an error its code and text.
    parts = tree(one)
    if parts[0][0] == 0x7E:
        return "%d %s" % (get(parts, 0x7E, 0x30, 0xA6, 2)[-1], get(parts, 0x7E, 0x30, 0xAB, 0x1B).rstrip(b"\0").decode())
    if parts[0][0] == 0x6B: return "AS-REP"
    kinds = [get(value, 0xA1, 2)[-1] for _, value in get(parts, 0x6A, 0x30, 0xA3, 0x30)]
    return "certificate" if 16 in kinds else "password" if 2 in kinds else "AS-REQ"
other = certificate("other")
certificate("kdc", trusted, ["krbtgt", "LAB.TEST"], KDC)
certificate("good", trusted, ["alice"], USER)
certificate("ended", trusted, ["alice"], USER, (-20, -10))
certificate("stranger", other, ["alice"], USER)
certificate("bob", trusted, ["bob"], USER)
certificate("useless", trusted, ["alice"])
anchors = "pkinit_anchors = FILE:%strusted.pem" % here
realm = Realm(
    libdefaults=anchors, kdc="pkinit_identity = FILE:{0}kdc.pem,{0}kdc.key\n{1}".format(here, anchors), more="[appdefaults]\n" + anchors)
realm.admin("addprinc +requires_preauth -pw secret alice")
def look(name, *command):
    messages.clear()
    ended = realm.run(*[word.format(here + name) for word in command], "alice", typed="secret\n")
    return [said(one) for one in messages if said(one) not in ("AS-REQ", "25 NEEDED_PREAUTH")], ended.returncode, "ertif" in ended.stderr
seen = {}
with realm:
    for name in ("good", "ended", "stranger", "bob", "useless"):
        mit = look(name, "root/usr/bin/kinit", "-X", "X509_user_identity=FILE:{0}.pem,{0}.key")
        heimdal = look(name, "root/usr/bin/kinit.heimdal", "--pk-use-enckey", "-C", "FILE:{0}.pem,{0}.key")
        seen[name] = mit, heimdal[0]
        print(name, *seen[name])
def refused(code): return ["certificate", "%d PREAUTH_FAILED" % code]
good, silent = (["certificate", "AS-REP"], 0, False), (["password", "AS-REP"], 0, False)
wanted = {"good": (good, good[0]), "ended": (silent, refused(71)), "stranger": (silent, refused(70))}
assert all(seen[name] == row for name, row in wanted.items()), "this has changed"
assert all(seen[name][0][0] == seen[name][1] == refused(code) for name, code in (("bob", 75), ("useless", 77))), "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
