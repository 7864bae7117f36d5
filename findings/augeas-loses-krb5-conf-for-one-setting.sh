#!/bin/sh
# Which settings that libkrb5 of MIT reads does augeas, with which Puppet and others edit settings of Linux, not read?
#
# Guess before the run: a brace on a line of its own, the ends of lines of Windows, and [libdefaults]*. Sections that it does not know were
# an open question. Nothing was guessed about a blank in a time and an underscore in a realm.
# Seen (augeas-tools and augeas-lenses 1.14.0-1+deb12u1, libkrb5-3 1.20.1-2+deb12u5 of Debian bookworm), one line more in a good krb5.conf:
#
#   a brace on a line of its own                        augeas reads all
#   the ends of lines of Windows                        nothing of the file is read
#   ticket_lifetime = 10h 30m                           nothing
#   a realm lab_1.test                                  nothing
#   http_anchors, auth_to_local_names in a realm        nothing
#   [kdcdefaults], [otp]                                nothing
#   [libdefaults]*                                      nothing
#
# libkrb5 finds the realm's KDC in each of these files.
# Lesson: “no realm” from an inventory or a rule by augeas is no fact about the host. Look for /augeas//error first: the file is read as a
# whole or not at all, and one line that augeas does not know hides all others.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install augeas-tools=1.14.0-1+deb12u1 augeas-lenses=1.14.0-1+deb12u1 libaugeas0=1.14.0-1+deb12u1 libkrb5-3=1.20.1-2+deb12u5 \
  libkrb5support0=1.20.1-2+deb12u5 libk5crypto3=1.20.1-2+deb12u5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import ctypes, glob, os, subprocess, sys
krb5 = ctypes.CDLL(glob.glob("root/usr/lib/*/libkrb5.so.3")[0])
def mit(path):
    """The KDC of LAB.TEST by MIT's own reader."""
    profile, value = ctypes.c_void_p(), ctypes.c_char_p()
    if krb5.profile_init_path(path.encode(), ctypes.byref(profile)): return "error"
    krb5.profile_get_string(profile, b"realms", b"LAB.TEST", b"kdc", None, ctypes.byref(value))
    return value.value and value.value.decode()
def augeas(path):
    name = "/files/" + path
    commands = "set /augeas/load/x/lens Krb5.lns\nset /augeas/load/x/incl /%s\nload\n" % path
    commands += "get %s/realms/realm[. = 'LAB.TEST']/kdc\nls /files\n" % name
    out = subprocess.run(
        ["root/usr/bin/augtool", "-A", "-L", "-r", os.getcwd(), "-I", "root/usr/share/augeas/lenses/dist"], input=commands,
        env=dict(os.environ, LC_ALL="C"), capture_output=True, text=True, timeout=60).stdout
    lines = [line for line in out.splitlines() if " = " in line]
    return lines[0].split(" = ")[-1] if lines and "(o)" not in lines[0] else None
GOOD = "[libdefaults]\n%s[realms]\nLAB.TEST = {\nkdc = fs.lab.test\n%s}\n%s"
files = {
    "plain": GOOD % ("default_realm = LAB.TEST\n", "", ""), "brace": (GOOD % ("", "", "")).replace("= {", "=\n{"),
    "returns": (GOOD % ("", "", "")).replace("\n", "\r\n"), "lifetime": GOOD % ("ticket_lifetime = 10h 30m\n", "", ""),
    "underscore": GOOD % ("", "", "lab_1.test = {\nkdc = x\n}\n"), "anchors": GOOD % ("", "http_anchors = FILE:/x\n", ""),
    "names": GOOD % ("", "auth_to_local_names = {\na = b\n}\n", ""), "kdcdefaults": GOOD % ("", "", "[kdcdefaults]\nkdc_ports = 88\n"),
    "otp": GOOD % ("", "", "[otp]\nD = {\nserver = x\n}\n"), "final": (GOOD % ("", "", "")).replace("[libdefaults]", "[libdefaults]*")}
seen = {}
for name, text in files.items():
    with open(name, "w", newline="") as file: file.write(text)
    seen[name] = mit(name), augeas(name)
    print(name, *seen[name])
assert all(one[0] == "fs.lab.test" for one in seen.values()), "libkrb5 has changed"
assert [name for name in files if seen[name][1] == "fs.lab.test"] == ["plain", "brace"], "augeas has changed"
P
LD_LIBRARY_PATH="$libraries" python3 look.py
