#!/bin/sh
# Which files of a share does a client see, and which can it make, with the mapping of vfs_catia's manual?
#
# Guess before the run: files with the letters that replace others (ø the slash, « the sign <) are listed and opened as they are, since
# each mapping says which sign of the server it replaces. An entry that is wrong is left out, or the whole list.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), catia:mappings = 0x22:0xa8,0x2a:0xa4,0x2f:0xf8,…,0x3f:0xbf,0x5c:0xff,0x7c:0xa6, the
# manual's:
#
#   København, x¨y and a«b on the server    not in the list of the client; OBJECT_NAME_NOT_FOUND
#   a?b and a¿b on the server               a¿b twice in the list
#   the client makes the folder “ø”         OBJECT_NAME_COLLISION
#   the client makes the folder “søt”       OBJECT_NAME_NOT_FOUND; if there is a folder “s”, it makes “t” in it
#   the client writes the file “Tromsø”     FILE_IS_A_DIRECTORY
#   0x22:0xa8,0x2a:0xa4,0x3f                a? of the server is “a¤”: the entry without a partner has the one of the entry before
#   34:168, decimal                         no mapping, and smbd says nothing to the client
#
# Lesson: files that “are gone” on one share, and names that its server refuses, may be a matter of letters. Map to signs that no name has, and
# leave out the slash (0x2f), which no name of the server has either.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
# uid_wrapper lets smbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-libs=$version samba-common=$version samba-common-bin=$version smbclient=$version libsmbclient=$version \
  libwbclient0=$version samba-vfs-modules=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
mkdir state
cat > look.py <<'P'
import os, socket, subprocess, sys, time
libraries, folder = sys.argv[1:]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def start(shares, settings="", users=("games",)):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = 445\nnetbios name = FS\n")
        file.write("log file = %s/log\n" % folder + "".join("%s = %s/state\n" % (place, folder) for place in places) + settings + "\n")
        for name, more in shares.items():
            os.makedirs("shares/" + name, exist_ok=True)
            os.chmod("shares/" + name, 0o777)
            file.write("[%s]\npath = %s/shares/%s\nread only = no\n%s\n" % (name, folder, name, more))
    for user in users:
        subprocess.run(
            ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", user], env=root, input="secret\nsecret\n", text=True,
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", 445), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
def run(*words, env=loader, **more):
    out = subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, **more)
    return out.returncode, out.stdout.strip()
def smbclient(share, *words):
    return run("root/usr/bin/smbclient", "-s", "/dev/null", "//127.0.0.1/" + share, "-U", "games%secret", *words)
MANUAL = "0x22:0xa8,0x2a:0xa4,0x2f:0xf8,0x3a:0xf7,0x3c:0xab,0x3e:0xbb,0x3f:0xbf,0x5c:0xff,0x7c:0xa6"
mappings = {"manual": MANUAL, "half": "0x22:0xa8,0x2a:0xa4,0x3f", "decimal": "34:168"}
files = {"manual": ("København", "x¨y", "a«b", "a'b", "a?b", "a¿b"), "half": ('a"', "a*", "a?"), "decimal": ("a", "b¨")}
def listed(share):
    """The names of the files, without attributes, size and time; those with “~” are Samba's short ones."""
    lines = smbclient(share, "-c", "ls")[1].splitlines()
    return sorted(line[2:].split("  ")[0].strip() for line in lines if " blocks " not in line and line[2:].strip(". ")[:1] not in ("", "D"))
def status(words): return smbclient("manual", "-c", words)[1].split(" ")[0].removeprefix("NT_STATUS_")
server = start({name: "vfs objects = catia\ncatia:mappings = " + value for name, value in mappings.items()})
try:
    with open("file", "w") as file: file.write("x")
    for share, names in files.items():
        for name in names:
            with open("shares/%s/%s" % (share, name), "w") as file: file.write(name)
    seen = {share: listed(share) for share in files}
    said = [status(words) for words in ("get København -", "get x¨y -", "mkdir ø", "mkdir søt", "put file Tromsø", "mkdir s; mkdir søt")]
    inside = os.listdir("shares/manual/s")
    decimal = smbclient("decimal", "-c", "put file c¨")[0], sorted(os.listdir("shares/decimal"))
finally: server.terminate()
server.wait()
for each in seen.items(): print(*each)
print(said, inside, decimal)
assert seen == {"manual": ["a'b", "a¿b", "a¿b"], "half": ["a¤", "a¤", "a¨"], "decimal": ["a", "b¨"]}, "the lists have changed"
missing = "OBJECT_NAME_NOT_FOUND"
assert said == [missing, missing, "OBJECT_NAME_COLLISION", missing, "FILE_IS_A_DIRECTORY", ""] and inside == ["t"], "the statuses have changed"
assert decimal == (0, ["a", "b¨", "c¨"]), "decimal numbers have changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
