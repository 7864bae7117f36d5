#!/bin/sh
# Can a user log on with an alias that an administrator of Heimdal gave to the account (kadmin modify --alias=al@LAB.TEST alice)?
#
# Guess before the run: Heimdal's kinit yes, with the alias in the ticket or the account's own name. MIT's kinit gets the answer and
# refuses it, since the name in it is another, unless it was asked with -C to take one.
# Seen (heimdal-kdc and heimdal-clients 7.8.git20221117.28daf24+dfsg-2, krb5-user 1.20.1-2+deb12u5 of Debian bookworm), for “al”:
#
#   kinit of both                                6 KDC_ERR_C_PRINCIPAL_UNKNOWN
#   kinit -C (MIT), --canonicalize (Heimdal)     a ticket of alice
#
# “get alice” lists the alias; “get al” says that there is no such principal. The KDC looks at aliases only for a request with the flag
# “canonicalize”, which neither program sets by itself.
# Lesson: error 6 does not say that the name is missing in the database. See whether the flag (0x00010000 of kdc-options) is in the
# request before you look for a typing error.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# One after the other: apt does not install both at once.
for packages in "heimdal-kdc=7.8.git20221117.28daf24+dfsg-2 heimdal-clients=7.8.git20221117.28daf24+dfsg-2" \
  "krb5-user=1.20.1-2+deb12u5"; do
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
def look(*command, typed=""):
    messages.clear()
    realm.run(*command, "al", typed=typed)
    last = tree(messages[-1])
    flag = get(tree(messages[-2]), 0x6A, 0x30, 0xA4, 0x30, 0xA0, 3)[2] & 1
    if last[0][0] == 0x7E: return flag, get(last, 0x7E, 0x30, 0xA6, 2)[0]
    return flag, get(last, 0x6B, 0x30, 0xA4, 0x30, 0xA1, 0x30, 0x1B).decode()
realm = Realm()
realm.admin("modify", "--alias=al@LAB.TEST", "alice")
assert "al@LAB.TEST" in realm.shown("Aliases") and "does not exist" in realm.admin("get", "al").stderr, "this has changed"
heimdal = "root/usr/bin/kinit.heimdal", "--password-file=" + realm.folder + "/password"
with realm:
    seen = {
        "MIT": look("root/usr/bin/kinit", typed="secret\n"), "MIT -C": look("root/usr/bin/kinit", "-C", typed="secret\n"),
        "Heimdal": look(*heimdal), "Heimdal --canonicalize": look(*heimdal, "--canonicalize")}
for row in seen.items(): print(*row)
assert seen == {"MIT": (0, 6), "MIT -C": (1, "alice"), "Heimdal": (0, 6), "Heimdal --canonicalize": (1, "alice")}, "this has changed"
P
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec python3 look.py "$0"' "$libraries"
