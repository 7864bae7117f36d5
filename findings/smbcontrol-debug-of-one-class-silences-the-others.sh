#!/bin/sh
# Which levels of its log does a running smbd have after “smbcontrol smbd debug WORDS”, and which words are refused?
#
# Guess before the run: “abc” sets 0 everywhere. Nothing was guessed about a class alone, which one expects to leave the others.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), smbd at level 3 in all classes before, by “smbcontrol smbd debuglevel”; each time
# status 0 and no word:
#
#   3            3 everywhere
#   auth:5       auth 5, the others 0
#   all:5        all 5, the classes by name 0
#   5 auth:1     auth 1, the others 5
#   4x           4 everywhere
#   abc          0 everywhere
#   nosuch:7     0 everywhere
#   3 nosuch:7   3 everywhere
#   close-share nosuch, instead of debug    status 0
#   ping of a program that does not run     status 1
#
# Lesson: a log in which a client's refusal has no word may be one whose level was raised for one class. Write the level of all in front of it,
# “1 auth:5”, and ask debuglevel before the test.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version samba-common-bin=$version libwbclient0=$version libsmbclient=$version \
  libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
mkdir state share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
with open("smb.conf", "w") as file:
    file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\nlog file = %s/log\n" % (port, folder))
    file.write("".join("%s = %s/state\n" % (place, folder) for place in places) + "[share]\npath = %s/share\n" % folder)
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
root = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C", LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
server = subprocess.Popen(
    ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def control(*words):
    out = subprocess.run(
        ["root/usr/bin/smbcontrol", "-s", folder + "/smb.conf", *words], env=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=60)
    return out.returncode, out.stdout
def debug(words):
    """The status and the words of smbcontrol, and the levels of three classes."""
    control("smbd", "debug", "3")
    time.sleep(0.3)
    said = control("smbd", "debug", words)
    time.sleep(0.3)
    levels = dict(re.findall(r"(\w+):(\d+)", control("smbd", "debuglevel")[1]))
    return (*said, *(int(levels[name]) for name in ("all", "auth", "smb")))
try:
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), timeout=10).close(); break
        except ConnectionRefusedError: time.sleep(0.2)
    seen = {words: debug(words) for words in ("3", "auth:5", "all:5", "5 auth:1", "4x", "abc", "nosuch:7", "3 nosuch:7")}
    share, missing = control("smbd", "close-share", "nosuch"), control("nmbd", "ping")[0]
finally: server.terminate()
server.wait()
for each in seen.items(): print(*each)
print(share, missing)
assert seen == {
    "3": (0, "", 3, 3, 3), "auth:5": (0, "", 0, 5, 0), "all:5": (0, "", 5, 0, 0), "5 auth:1": (0, "", 5, 1, 5), "4x": (0, "", 4, 4, 4),
    "abc": (0, "", 0, 0, 0), "nosuch:7": (0, "", 0, 0, 0), "3 nosuch:7": (0, "", 3, 3, 3)}, "the levels have changed"
assert share == (0, "") and missing == 1, "the statuses have changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
