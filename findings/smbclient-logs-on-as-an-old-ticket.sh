#!/bin/sh
# Which user does smbclient log on as when none is given (no -U), and an old ticket is still in the Kerberos cache?
#
# Guess before the run: USER of the environment, whose password may stand behind a percent sign, or LOGNAME; a ticket in the cache counts only
# as long as it is valid.
# Seen (samba and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), USER='LAB\bob%secret', the user in the AUTHENTICATE message as the
# server's log has it, and the ticket of alice@LAB.TEST in KRB5CCNAME:
#
#   no cache                                  LAB, bob
#   krbtgt, valid                             (no domain), alice@LAB.TEST
#   krbtgt, expired a year ago                (no domain), alice@LAB.TEST
#   -U 'LAB\bob%secret', and the old ticket   LAB, bob
#
# The password of the environment is not used either; smbclient then asks for one, or goes on without a name.
# Lesson: a logon by NTLM of a user with an @ and without a domain, whom nobody typed, may come from a cache that was forgotten. kdestroy
# helps, or -U.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version \
  libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
cat > look.py <<'P'
import json, os, socket, struct, subprocess, sys, time
libraries, folder = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
listener.close()
state = folder + "/state"
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nlog file = %s/log\nsmb ports = %d\n" % (state, port))
    file.write("log level = 0 auth_json_audit:5\nmap to guest = bad user\n" + "".join("%s = %s\n" % (place, state) for place in places))
    file.write("[share]\npath = %s/share\nguest ok = yes\n" % folder)
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, USER="LAB\\bob%secret", KRB5_CONFIG=folder + "/krb5.conf")
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"],
    env=dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def events():
    with open(state + "/log") as file: found = [json.loads(line) for line in file if line.lstrip().startswith("{")]
    return [(one["Authentication"]["clientDomain"], one["Authentication"]["clientAccount"]) for one in found if "Authentication" in one]
def text(value): return struct.pack(">I", len(value)) + value
def principal(*parts): return struct.pack(">II", 1, len(parts) - 1) + b"".join(text(part) for part in parts)
def cache(start, end):
    alice, flags = principal(b"LAB.TEST", b"alice"), 0x40E10000
    with open("cache", "wb") as file:
        file.write(
            b"\5\4" + struct.pack(">HHHII", 12, 1, 8, 0, 0) + alice + alice + principal(b"LAB.TEST", b"krbtgt", b"LAB.TEST") + struct.pack(">H", 18)
            + text(b"k" * 32) + struct.pack(">IIII", start, start, end, end) + b"\0" + struct.pack(">III", flags, 0, 0)
            + text(bytes.fromhex("6103020105")) + text(b""))
with open("krb5.conf", "w") as file: file.write("[libdefaults]\n default_realm = LAB.TEST\n dns_lookup_kdc = false\n")
# A cache that others may read does not count.
os.umask(0o077)
now, options = int(time.time()), ["-U", "LAB\\bob%secret"]
rows = [
    ("no cache", None, [], ("LAB", "bob")), ("valid", (now - 60, now + 3600), [], ("", "alice@LAB.TEST")),
    ("expired", (now - 31600000, now - 31536000), [], ("", "alice@LAB.TEST")), ("-U", (now - 31600000, now - 31536000), options, ("LAB", "bob"))]
right = True
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    for name, times, more, wanted in rows:
        if times: cache(*times)
        before = len(events()) if os.path.exists(state + "/log") else 0
        subprocess.run(
            ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/share", "-c", "ls"] + more, timeout=60,
            env=dict(loader, KRB5CCNAME="FILE:%s/%s" % (folder, "cache" if times else "none")),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen = events()[before]
        print(name, *map(repr, seen), flush=True)
        right = right and seen == wanted
finally: server.terminate()
server.wait()
assert right, "smbclient has changed"
P
python3 look.py "$libraries" "$folder"
