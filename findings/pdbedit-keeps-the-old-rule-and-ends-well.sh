#!/bin/sh
# Which rule for passwords does Samba have after “pdbedit -P RULE -C VALUE” and after “net sam policy set RULE VALUE”, by its values?
#
# Guess before the run: both count in seconds; a rule or a letter of -c that does not exist is an error. Nothing was guessed about values that
# are no number.
# Seen (samba and samba-common-bin 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm), “maximum password age” in seconds, 600 before:
#
#   value               pdbedit                                      net sam policy set
#   90                  90                                           90
#   90d, abc            600; “value is: 600”, status 0               600; “Invalid value”, status 255
#   90 with a blank     600; “value is: 600”, status 0               600; “Invalid value”, status 255
#     behind it
#   0x10                16                                           600; “Invalid value”, status 255
#   010                 8                                            10
#   -1                  -1; “is now 18446744073709551615”            a word about options, status 1
#   never               600, status 0                                -1
#   4294967296          0; “is now 4294967296”, status 0             0; “is now 0”, status 0
#
#   pdbedit -r -c "[Q]", "D", ""     no change, status 0
#   pdbedit -r -c "[D"               the account is disabled
#
# Lesson: “value is now” tells of a change, “value is” of none, and the status of pdbedit of neither. A maximum age of 2^32 to mean “never”
# gives each password an age of 0. Read the rule back.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial state
# uid_wrapper lets the programs believe that they are root.
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba=$version samba-common-bin=$version samba-libs=$version samba-common=$version libwbclient0=$version libuid-wrapper >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
{
  echo "[global]"
  for name in "lock directory" "state directory" "cache directory" "private dir" "pid directory" "ncalrpc dir"; do
    echo "$name = $folder/state"
  done
} > smb.conf
cat > look.py <<'P'
import os, re, subprocess, sys
libraries, folder = sys.argv[1:]
wrapper = next(os.path.join(path, name) for path, _, names in os.walk(folder + "/root") for name in names if name == "libuid_wrapper.so")
environment = dict(os.environ, LD_LIBRARY_PATH=libraries, LC_ALL="C", LD_PRELOAD=wrapper, UID_WRAPPER="1", UID_WRAPPER_ROOT="1")
RULE = "maximum password age"
def run(program, *words, given=None):
    out = subprocess.run(
        ["root/usr/bin/" + program, "-s", folder + "/smb.conf", *words], env=environment, input=given, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=60)
    return out.returncode, out.stdout
def rule():
    return re.search("value is: (.*)", run("net", "sam", "policy", "show", RULE)[1])[1]
def look(program, value):
    run("pdbedit", "-P", RULE, "-C", "600")
    words = ("-P", RULE, "-C", value) if program == "pdbedit" else ("sam", "policy", "set", RULE, value)
    status, out = run(program, *words)
    said = re.search("value is( now)?: (.*)|Invalid (value|option)", out)
    return rule(), status, said and said[0]
values = "90", "90d", "abc", "90 ", "0x10", "010", "-1", "never", "4294967296"
seen = {value: look("pdbedit", value) + look("net", value) for value in values}
for each in seen.items(): print(*each)
run("pdbedit", "-a", "-t", "-u", "games", given="secret\nsecret\n")
flags = {}
for letters in "[Q]", "D", "", "[D":
    status, out = run("pdbedit", "-r", "-u", "games", "-c", letters)
    flags[letters] = status, re.search(r"Account Flags: *\[(.*?) *\]", out)[1]
print(flags)
same = "600", 0, "value is: 600"
refused = "600", 255, "Invalid value"
assert seen == {
    "90": ("90", 0, "value is now: 90") * 2, "90d": same + refused, "abc": same + refused, "90 ": same + refused,
    "0x10": ("16", 0, "value is now: 16") + refused, "010": ("8", 0, "value is now: 8", "10", 0, "value is now: 10"),
    "-1": ("-1", 0, "value is now: 18446744073709551615", "600", 1, "Invalid option"), "never": same + ("-1", 0, "value is now: -1"),
    "4294967296": ("0", 0, "value is now: 4294967296", "0", 0, "value is now: 0")}, "the rules have changed"
assert flags == {"[Q]": (0, "U"), "D": (0, "U"), "": (0, "U"), "[D": (0, "DU")}, "the flags have changed"
P
python3 look.py "$libraries" "$folder"
