#!/bin/sh
# What do wbinfo and ntlm_auth say of a user of a server of its own (standalone), by winbindd?
#
# Guess before the run: one way of asking answers as the other: the right password is accepted, with and without the name of the server, and
# a user whose SID is found is found. Nothing was guessed about Kerberos (-K), which one expects to fail: there is no KDC.
# Seen (winbind and samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), the server FS of WORKGROUP, its user games:
#
#                                          right password                  wrong password
#   wbinfo -K games                        succeeded                       failed
#   wbinfo -a games, plain text            succeeded                       failed
#   wbinfo -a games, challenge/response    NO_LOGON_SERVERS                NO_LOGON_SERVERS
#   wbinfo -a FS\games, both               succeeded                       failed, WRONG_PASSWORD
#   ntlm_auth --username=games             NO_LOGON_SERVERS                NO_LOGON_SERVERS
#   ntlm_auth, squid-2.5-basic, games      OK                              ERR
#   wbinfo -n games, -i games              its SID; then DOMAIN_NOT_FOUND
#
# A name alone is one of the workgroup in one question, and of the server in the next.
# Lesson: NO_LOGON_SERVERS at a server without a domain does not mean that something is down: write FS\games. “succeeded” of -K proves no
# Kerberos.
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
  libwbclient0=$version winbind=$version libuid-wrapper >&2
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
import re
server = start({"share": ""}, "idmap config * : backend = tdb\nidmap config * : range = 100000-200000")
winbindd = subprocess.Popen(
    ["root/usr/sbin/winbindd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def wbinfo(*words): return run("root/usr/bin/wbinfo", *words)
def ntlm_auth(*words, **more): return run("root/usr/bin/ntlm_auth", "--configfile", folder + "/smb.conf", *words, **more)
def both(kind, user):
    """For the right and for a wrong password: the status, and what is said of success and of errors."""
    found = []
    for password in "secret", "wrong":
        status, said = wbinfo(kind, user + "%" + password)
        found.append((status, re.findall(r"(plaintext|challenge/response) .*succeeded", said), sorted(set(re.findall(r"NT_STATUS_(\w+)", said)))))
    return found
try:
    for _ in range(100):
        if wbinfo("-p")[0] == 0: break
        time.sleep(0.2)
    seen = {words: both(*words) for words in (("-K", "games"), ("-a", "games"), ("-a", "FS\\games"))}
    helper = [ntlm_auth("--username=games", "--password=" + password) for password in ("secret", "wrong")]
    squid = [ntlm_auth("--helper-protocol=squid-2.5-basic", input="games %s\n" % password)[1] for password in ("secret", "wrong")]
    names = [wbinfo(kind, "games") for kind in ("-n", "-i")]
finally:
    winbindd.terminate()
    server.terminate()
winbindd.wait()
server.wait()
for each in seen.items(): print(*each)
print(helper, squid, names, sep="\n")
refused = sorted({said.split(":")[0] for _, said in helper})
assert seen == {
    ("-K", "games"): [(0, ["plaintext"], []), (1, [], ["WRONG_PASSWORD"])],
    ("-a", "games"): [(1, ["plaintext"], ["NO_LOGON_SERVERS"]), (1, [], ["NO_LOGON_SERVERS"])],
    ("-a", "FS\\games"): [(0, ["plaintext", "challenge/response"], []), (1, [], ["WRONG_PASSWORD"])]}, "wbinfo has changed"
assert [status for status, _ in helper] == [1, 1] and refused == ["NT_STATUS_NO_LOGON_SERVERS"] and squid == ["OK", "ERR"], "ntlm_auth has changed"
assert names[0][0] == 0 and names[1][0] == 1 and "DOMAIN_NOT_FOUND" in names[1][1], "names have changed"
P
# In a namespace with a network of its own, for port 445, of processes, which ends those of Samba, and with places for its files.
unshare -rmnpf sh -c 'ip link set lo up; mount -t tmpfs run /run && mkdir /run/samba &&
  mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && exec python3 look.py "$0" "$1"' \
  "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')" "$folder"
