#!/bin/sh
# Does a JSON line come out of syslog-ng as it went in?
#
# Guess before the run: numbers of 64 bits and 2^53 + 1 are exact, false stays, lists of numbers stay, null is dropped, and a
# name with a dot becomes a nested object.
# Seen (syslog-ng-core 3.38.1-5+deb12u1 of Debian bookworm), json-parser() and then $(format-json):
#
#   in                                     out
#   "user": "LAB\\alice"                   the same
#   "status": 17                           "status": "17"
#   "id": 9007199254740993 (2^53 + 1)      "id": "9007199254740993"
#   "signed": false                        "signed": "false"
#   "share": null                          "share": ""
#   "frames": [4, 6, 14]                   "frames": "4,6,14"
#   "client.ip": "10.0.0.1"                "client": {"ip": "10.0.0.1"}
#
# Lesson: behind syslog-ng each value is a text. A filter for signed == false or a sum over numbers finds nothing, and a value
# that was unknown looks empty. Look at the line of the sender before a field of the collection is called wrong.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install syslog-ng-core=3.38.1-5+deb12u1 libivykis0 libjson-c5 libnet1 libpcre3 libwrap0 libglib2.0-0 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import json, os, subprocess, sys, time
libraries, folder = sys.argv[1:]
rows = [
    ({"user": "LAB\\alice"}, {"user": "LAB\\alice"}), ({"status": 17}, {"status": "17"}), ({"id": 2**53 + 1}, {"id": str(2**53 + 1)}),
    ({"signed": False}, {"signed": "false"}), ({"share": None}, {"share": ""}), ({"frames": [4, 6, 14]}, {"frames": "4,6,14"}),
    ({"client.ip": "10.0.0.1"}, {"client": {"ip": "10.0.0.1"}})]
with open("in", "w") as file: file.writelines(json.dumps(given) + "\n" for given, _ in rows)
with open("settings", "w") as file:
    file.write('@version: 3.38\noptions { stats-freq(0); };\n')
    file.write('source s { file("%s/in" flags(no-parse) follow-freq(0.1) read-old-records(yes)); };\n' % folder)
    file.write('parser p { json-parser(prefix(".j.")); };\n')
    file.write('destination d { file("%s/out" template("$(format-json --key .j.* --rekey .j.* --shift 3)\\n")); };\n' % folder)
    file.write('log { source(s); parser(p); destination(d); };\n')
program = subprocess.Popen(
    ["root/usr/sbin/syslog-ng", "-F", "--no-caps", "--module-path", folder + "/root/usr/lib/syslog-ng/3.38", "-f", folder + "/settings",
     "-R", folder + "/persist", "-p", folder + "/pid", "-c", folder + "/control"],
    env=dict(os.environ, LD_LIBRARY_PATH=libraries), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
lines = []
try:
    for _ in range(200):
        time.sleep(0.1)
        if not os.path.exists("out"): continue
        with open("out") as file: lines = file.read().splitlines()
        if len(lines) == len(rows): break
finally: program.terminate()
program.wait()
seen = [json.loads(line) for line in lines]
for (given, _), one in zip(rows, seen): print(json.dumps(given), json.dumps(one), sep="   ")
assert seen == [wanted for _, wanted in rows], "this has changed"
P
python3 look.py "$libraries" "$folder"
