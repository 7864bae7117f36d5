#!/bin/sh
# What does rpcclient say of a server without a domain (standalone), and of what it could not do?
#
# Guess before the run: of two names the known one is shown, and the status tells of the other; a command that does not exist is an error. Nothing
# was guessed about the role, which one expects to be “standalone”.
# Seen (smbclient and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the server FS of WORKGROUP, with “server role = standalone server”:
#
#   querydominfo                            Domain: WORKGROUP, Server Role: ROLE_DOMAIN_PDC
#   lsaquery                                Domain Name: WORKGROUP, Domain Sid: (NULL SID)
#   lookupnames games nosuch                status 0; games with its SID, nosuch UNKNOWN
#   samlookupnames domain games nosuch      status 0; STATUS_SOME_UNMAPPED alone, no word of games
#   netremotetod                            status 0, and no word of the time that it got
#   a command that does not exist           status 0, “command not found”
#   netsharegetinfo nosuch                  status 1; with a good command behind it, 0
#
# Lesson: an inventory that takes the role from here finds a domain controller in each NAS. Ask for the SID with lookupdomain FS, and look at the
# words, not at the status.
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
  libwbclient0=$version libuid-wrapper >&2
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
def rpcclient(commands): return run("root/usr/bin/rpcclient", "-s", "/dev/null", "-U", "games%secret", "127.0.0.1", "-c", commands)
server = start({"share": ""}, "server role = standalone server")
try:
    role, policy = rpcclient("querydominfo"), rpcclient("lsaquery")
    seen = {words: rpcclient(words) for words in (
        "lookupnames games nosuch", "samlookupnames domain games nosuch", "netremotetod", "nosuch", "netsharegetinfo nosuch",
        "netsharegetinfo nosuch; getusername")}
    known = rpcclient("lookupdomain FS")
finally: server.terminate()
server.wait()
print(role, policy, known, *seen.items(), sep="\n")
lines = [line.split(":", 1)[1].strip() for line in role[1].splitlines() if line.startswith(("Domain:", "Server Role:"))]
assert role[0] == policy[0] == 0 and lines == ["WORKGROUP", "ROLE_DOMAIN_PDC"], "the role has changed"
assert policy[1] == "Domain Name: WORKGROUP\nDomain Sid: (NULL SID)" and known[0] == 0 and "S-1-5-21-" in known[1], "the SID has changed"
status, names = seen.pop("lookupnames games nosuch")
assert status == 0 and "nosuch S-0-0 (UNKNOWN: 8)" in names and "games S-1-5-21-" in names, "names have changed"
assert seen == {
    "samlookupnames domain games nosuch": (0, "result was STATUS_SOME_UNMAPPED"), "netremotetod": (0, ""), "nosuch": (0, "command not found: nosuch"),
    "netsharegetinfo nosuch": (1, "result was WERR_INVALID_NAME"),
    "netsharegetinfo nosuch; getusername": (0, "result was WERR_INVALID_NAME\nAccount Name: games, Authority Name: FS")}, "this has changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of smbd, and with Samba's files in
# their places.
unshare -rmnpf sh -c 'ip link set lo up; mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
