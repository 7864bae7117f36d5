#!/bin/sh
# What does “net time zone” say of a server in Tokyo or Phoenix?
#
# Guess before the run: the server's own zone, +0900 and -0700. That the dialect could matter was not thought of.
# Seen (samba, smbclient and samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; impacket 0.13.1, Python 3.11):
#
#   the server's zone     net time zone     with -m NT1     NetrRemoteTOD (srvsvc)
#   Asia/Tokyo            +0000             +0900           -540 minutes west of UTC
#   Asia/Kolkata          +0000             +0530           -330
#   America/Phoenix       +0000             -0700           420
#
# The zone is in the answer to NEGOTIATE of SMB1 alone; that of SMB2 has the time in UTC. “net time” takes the missing zone for UTC, and
# “rpcclient -c netremotetod” gets the right one and prints nothing.
# Lesson: +0000 from a script that asks each server is no fact. Ask by NetrRemoteTOD, where the sign is the other way round: minutes to the
# west.
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
python3 -m venv v
v/bin/pip -q install impacket==0.13.1
mkdir state share
chmod 777 share
cat > look.py <<'P'
import os, re, socket, subprocess, sys, time
from impacket.dcerpc.v5 import srvs, transport
libraries, folder = sys.argv[1:]
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
places = ("lock directory", "state directory", "cache directory", "private dir", "pid directory", "ncalrpc dir")
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
loader = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C.UTF-8")
root = dict(loader, LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
def write(settings, shares):
    with open("smb.conf", "w") as file:
        file.write("[global]\ninterfaces = lo\nbind interfaces only = yes\ndisable netbios = yes\nsmb ports = %d\n" % port)
        file.write("force create mode = 0666\nforce directory mode = 0777\nlog file = %s/state/log\n" % folder)
        file.write("".join("%s = %s/state\n" % (place, folder) for place in places))
        file.write((settings + "\n" + shares).replace("FOLDER", folder))
def add(user):
    subprocess.run(
        ["root/usr/bin/pdbedit", "-s", folder + "/smb.conf", "-a", "-t", "-u", user], env=root, input="secret\nsecret\n", text=True,
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def start():
    server = subprocess.Popen(
        ["root/usr/sbin/smbd", "-F", "-s", folder + "/smb.conf"], env=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return server
        except ConnectionRefusedError: time.sleep(0.2)
    raise SystemExit("smbd did not start")
# net has no option for a port.
port = 445
def net(*words):
    out = subprocess.run(
        ["root/usr/bin/net", "time", "zone", "-S", "127.0.0.1", "-s", "/dev/null", "-U", "games%secret", *words], env=loader,
        capture_output=True, text=True, timeout=60)
    return out.stdout.strip()
def remote():
    """The minutes to the west of UTC."""
    place = transport.DCERPCTransportFactory("ncacn_np:127.0.0.1[\\pipe\\srvsvc]")
    place.set_credentials("games", "secret")
    service = place.get_dce_rpc()
    service.connect()
    service.bind(srvs.MSRPC_UUID_SRVS)
    minutes = srvs.hNetrRemoteTOD(service)["BufferPtr"]["tod_timezone"]
    return minutes - (1 << 32) if minutes >> 31 else minutes
def end_services():
    """The services live on and keep their zone."""
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % number, "rb") as file: words = file.read()
        except FileNotFoundError: continue
        if b"/samba-dcerpcd\0" in words or b"/rpcd_" in words: os.kill(int(number), 15)
write("server min protocol = NT1\n", "[share]\npath = FOLDER/share\n")
add("games")
seen = {}
# Zones without a summer time.
for zone in "Asia/Tokyo", "Asia/Kolkata", "America/Phoenix":
    root["TZ"] = zone
    server = start()
    try:
        seen[zone] = net(), net("-m", "NT1", "--option=client min protocol=NT1"), remote()
        printed = subprocess.run(
            ["root/usr/bin/rpcclient", "-s", "/dev/null", "-U", "games%secret", "127.0.0.1", "-c", "netremotetod"], env=loader,
            capture_output=True, text=True, timeout=60)
    finally: server.terminate()
    server.wait()
    end_services()
    time.sleep(1)
for one in seen.items(): print(*one)
print(printed.returncode, repr(printed.stdout))
assert seen == {
    "Asia/Tokyo": ("+0000", "+0900", -540), "Asia/Kolkata": ("+0000", "+0530", -330), "America/Phoenix": ("+0000", "-0700", 420)}, \
    "the zones have changed"
assert (printed.returncode, printed.stdout) == (0, ""), "rpcclient has changed"
P
# smbd starts the services behind its pipes from one place alone; a namespace has them there, and ends them.
unshare -rmnpf --kill-child --mount-proc sh -c 'mount -t overlay overlay -o "lowerdir=$1/root/usr:/usr" /usr && ip link set lo up
v/bin/python look.py "$0" "$1"' "$libraries" "$folder"
