#!/bin/sh
# How many answers does one question for a NetBIOS name get from one host with Samba's nmbd?
#
# Guess before the run: to a question by broadcast or unicast for the name in capitals, not for small letters, since a name is its bytes, and not
# for a scope. That there could be two answers was not thought of.
# Seen (samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), “netbios name = FS”, “workgroup = LAB”, another host that asks port 137:
#
#                                        to the host's address           to the broadcast address
#   FS<20>                               one answer                      two answers, the same bytes
#   fs<20>, in small letters             one, for “fs<20>”               two, for “fs<20>”
#   FS<20> with the scope lab.test       none                            none
#   node status of “*”, FS or LAB<00>    one, 7 names                    two, 7 names
#   NOSUCH<20>                           none, not even “not there”      none
#
# Lesson: two answers to one question are no second host and no attack when address, data and number are the same; count hosts, not
# answers. Compare names without regard to capitals.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial state
# uid_wrapper lets nmbd believe that it is root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=2:4.17.12+dfsg-0+deb12u4 libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
{
  printf '[global]\nnetbios name = FS\nworkgroup = LAB\ninterfaces = v0\nbind interfaces only = yes\n'
  for place in 'lock directory' 'state directory' 'cache directory' 'private dir' 'pid directory' 'ncalrpc dir'; do echo "$place = $folder/state"; done
} > smb.conf
cat > ask.py <<'P'
import socket, struct, time
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
client.bind(("10.77.0.2", 0))
number = 0
def ask(address, name, suffix, scope=b"", kind=0x20):
    global number
    number += 1
    letters = (name.ljust(16, b"\0") if name == b"*" else name.ljust(15) + bytes([suffix]))
    encoded = b"\x20" + b"".join(bytes([0x41 + (one >> 4), 0x41 + (one & 15)]) for one in letters) + scope + b"\0"
    client.sendto(struct.pack(">HHHHHH", number, 0x110, 1, 0, 0, 0) + encoded + struct.pack(">HH", kind, 1), (address, 137))
    answers, end = [], time.time() + 1
    while (left := end - time.time()) > 0:
        client.settimeout(left)
        try: answer = client.recv(4096)
        except TimeoutError: break
        if answer[:2] == struct.pack(">H", number): answers.append(answer)
    same = len(set(answers)) <= 1 and all(encoded in one for one in answers)
    # Of a node status the number of names, of a name its address.
    return len(answers), same, answers and (answers[0][56] if kind == 0x21 else socket.inet_ntoa(answers[0][-4:])) or None
for _ in range(60):
    # It takes some seconds until the names are registered.
    if ask("10.77.0.1", b"*", 0, kind=0x21)[2] == 7: break
right = True
for address, times in ("10.77.0.1", 1), ("10.77.0.255", 2):
    for question, wanted in (
            ((b"FS", 0x20), "10.77.0.1"), ((b"fs", 0x20), "10.77.0.1"), ((b"FS", 0x20, b"\3lab\4test"), None), ((b"*", 0, b"", 0x21), 7),
            ((b"FS", 0x20, b"", 0x21), 7), ((b"LAB", 0, b"", 0x21), 7), ((b"NOSUCH", 0x20), None)):
        seen = ask(address, *question)
        print(address, question, *seen, flush=True)
        right = right and seen == (times if wanted else 0, True, wanted)
assert right, "nmbd has changed"
P
cat > hosts.sh <<'H'
# Two hosts: this namespace has nmbd, and one of its own asks.
set -eu
unshare -n sleep 170 &
other=$!
trap 'kill $other $nmbd 2> /dev/null || true' EXIT
nmbd=
for _ in 1 2 3 4 5 6 7 8 9 10; do [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/$$/ns/net)" ] || break; sleep 0.2; done
ip link set lo up
ip link add v0 type veth peer name v1
ip link set v1 netns $other
ip addr add 10.77.0.1/24 brd 10.77.0.255 dev v0
ip link set v0 up
nsenter -t $other -n ip addr add 10.77.0.2/24 brd 10.77.0.255 dev v1
nsenter -t $other -n ip link set v1 up
wrapper=$(find "$1/root" -name libuid_wrapper.so)
LD_LIBRARY_PATH="$2" LD_PRELOAD="$wrapper" UID_WRAPPER=1 UID_WRAPPER_ROOT=1 root/usr/sbin/nmbd -F -s smb.conf -l "$1/state" > /dev/null 2>&1 &
nmbd=$!
nsenter -t $other -n python3 ask.py
H
unshare -rn sh hosts.sh "$folder" "$libraries"
