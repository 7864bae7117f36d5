#!/bin/sh
# Is the time of a packet still the same when a small tool reads a report in JSON and writes it again?
#
# Guess before the run: to a tenth of a microsecond, as a floating-point number has it; lua-cjson writes 14 digits, R four behind the
# point, and Lua's dkjson all that count. Of Perl nothing was guessed.
# Seen (Debian bookworm), 1700000000.123456789 comes back as:
#
#   1700000000.123456789   yajl-tools 2.1.0-3+deb12u2, gron 0.7.1-1+b6
#   1700000000.1234567     jshon 20131010-3+b1
#   1700000000.123457      jo 1.9-1
#   1700000000.12346       Perl: JSON::PP 4.07 of perl 5.36, libjson-xs-perl 4.040-1~deb12u1, libcpanel-json-xs-perl 4.35-1+deb12u1;
#                          R: r-cran-jsonlite 1.8.4+dfsg-1 with digits=NA
#   1700000000.1235        Lua: lua-cjson 2.1.0+dfsg-2.2, lua-dkjson 2.6-2; R: jsonlite as it is
#
# Lesson: a request and its answer, 50 microseconds apart, have one time behind a filter in Lua. Give times as text, or as whole
# numbers of microseconds, where others work on a report.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install yajl-tools=2.1.0-3+deb12u2 libyajl2=2.1.0-3+deb12u2 gron=0.7.1-1+b6 jshon=20131010-3+b1 libjansson4 jo=1.9-1 lua5.4=5.4.4-3+deb12u1 \
  lua-cjson=2.1.0+dfsg-2.2 lua-dkjson=2.6-2 libjson-xs-perl=4.040-1~deb12u1 libcpanel-json-xs-perl=4.35-1+deb12u1 \
  r-base-core r-cran-jsonlite=1.8.4+dfsg-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, re, subprocess, sys
root = os.path.abspath("root/usr")
modules = "/lib/x86_64-linux-gnu"
environment = dict(
    os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C", LUA_PATH=f"{root}/share/lua/5.4/?.lua;{root}/share/lua/5.3/?.lua", R_HOME=f"{root}/lib/R",
    LUA_CPATH=f"{root}{modules}/lua/5.4/?.so", PERL5LIB=f"{root}{modules}/perl5/5.36:{root}/share/perl5", R_SHARE_DIR=f"{root}/share/R/share")
text = '{"time":1700000000.123456789}'
def run(*command):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, env=environment)
    found = re.findall(r"17000000\d\d\.\d+", done.stdout)
    return found[-1] if found else done.stdout
def lua(name): return run(f"{root}/bin/lua5.4", "-e", f"local j = require '{name}'; print(j.encode((j.decode(io.read('a')))))")
def perl(name): return run("perl", f"-M{name}", "-e", f"local $/; my $j = {name}->new; print $j->encode($j->decode(<STDIN>))")
def r(more):
    script = f".libPaths('{root}/lib/R/site-library'); cat(jsonlite::toJSON(jsonlite::fromJSON(readLines('stdin')), auto_unbox=TRUE{more}))"
    return run(f"{root}/lib/R/bin/exec/R", "--no-echo", "--no-restore", "--vanilla", "-e", script.replace(" ", "~+~"))
seen = {
    "yajl": run(f"{root}/bin/json_reformat", "-m"), "gron": run(f"{root}/bin/gron"), "jshon": run(f"{root}/bin/jshon"),
    "jo": run(f"{root}/bin/jo", "time=1700000000.123456789"), "JSON::PP": perl("JSON::PP"), "JSON::XS": perl("JSON::XS"),
    "Cpanel::JSON::XS": perl("Cpanel::JSON::XS"), "cjson": lua("cjson"), "dkjson": lua("dkjson"), "R": r(""), "R, digits=NA": r(", digits=NA")}
for one in seen.items(): print(*one)
assert seen == {
    "yajl": "1700000000.123456789", "gron": "1700000000.123456789", "jshon": "1700000000.1234567", "jo": "1700000000.123457",
    "JSON::PP": "1700000000.12346", "JSON::XS": "1700000000.12346", "Cpanel::JSON::XS": "1700000000.12346", "cjson": "1700000000.1235",
    "dkjson": "1700000000.1235", "R": "1700000000.1235", "R, digits=NA": "1700000000.12346"}, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
