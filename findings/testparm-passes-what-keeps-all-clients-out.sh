#!/bin/sh
# Which settings that keep each client out does testparm find in smb.conf?
#
# Guess before the run: smbd ends at its start without a backend for passwords or a guest; it takes ASCII for a character set that does not
# exist; NOT_SUPPORTED for each client when the lowest version is above the highest. Nothing was guessed about testparm.
# Seen (samba, samba-common-bin and smbclient 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm):
#
#                                         testparm -s           smbd, smbclient -N
#   passdb backend = nosuch               0, no word            ends at its start, status 1
#   guest account = nosuch                0, no word            ends at its start, status 255
#   server min protocol = SMB3, and
#   server max protocol = SMB2            0, no word            runs, NOT_SUPPORTED
#   unix charset = NOSUCH                 0, no word            runs, NO_MEMORY
#   dos charset = NOSUCH                  0, no word            runs, all is well
#   security = ads, and
#   idmap config * : range = 2000         0, an ERROR           runs, a guest gets in
#   idmap config * : backend = rid        1, an ERROR           runs, a guest gets in
#
# Lesson: NO_MEMORY for each logon can be a typo in a character set. “testparm and then restart” in a script lets all but the last of these
# lines through: look for the word ERROR, and connect once after the restart.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version smbclient=$version samba-libs=$version libsmbclient=$version samba-common=$version \
  samba-common-bin=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
mkdir state share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\nlog file = %s/log\n" % (port, folder))
        file.write("map to guest = bad user\n" + "".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write(settings + "\n[share]\npath = %s/share\nguest ok = yes\n" % folder)
def testparm():
    out = subprocess.run(["root/usr/bin/testparm", "-s", "smb.conf"], env=loader, capture_output=True, text=True, timeout=60)
    return out.returncode, "ERROR" if "ERROR" in out.stderr else "WARNING" if "WARNING" in out.stderr else ""
def smbd():
    """The status of smbd at its end, or what a guest gets."""
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if server.poll() is not None: return "ends", server.returncode
            try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
            except ConnectionRefusedError: time.sleep(0.2)
        out = subprocess.run(
            ["root/usr/bin/smbclient", "-s", "/dev/null", "-p", str(port), "//127.0.0.1/share", "-N", "-c", "ls"], env=loader,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        status = re.search(r"NT_STATUS_(\w+)", out.stdout)
        return "runs", status[1] if status else out.returncode
    finally:
        server.terminate()
        server.wait()
rows = {
    "comment = x": (0, "", "runs", 0), "passdb backend = nosuch": (0, "", "ends", 1), "guest account = nosuch": (0, "", "ends", 255),
    "server min protocol = SMB3\nserver max protocol = SMB2": (0, "", "runs", "NOT_SUPPORTED"),
    "unix charset = NOSUCH": (0, "", "runs", "NO_MEMORY"), "dos charset = NOSUCH": (0, "", "runs", 0),
    "security = ads\nrealm = LAB.TEST\nidmap config * : backend = tdb\nidmap config * : range = 2000": (0, "ERROR", "runs", 0),
    "security = ads\nrealm = LAB.TEST\nidmap config * : backend = rid\nidmap config * : range = 2000-3000": (1, "ERROR", "runs", 0)}
seen = {}
for settings in rows:
    write(settings)
    seen[settings] = testparm() + smbd()
    print(settings.replace("\n", ", "), *seen[settings])
assert seen == rows, "this has changed"
P
python3 look.py "$libraries" "$folder"
