#!/bin/sh
# Which names and paths are in the text that programs make of a report in HTML, for a mail or a terminal of 80 columns?
#
# Guess before the run: those of the page. A path that is too long for its column stays whole in w3m, and is cut or broken by the others;
# a user without blanks (LAB\alice) stays whole in all of them. Numbers of a list and powers are as in the page.
# Seen (w3m 0.5.3+git20230121-2, lynx 2.9.0dev.12-1, elinks 0.13.2-1+b4, html2text 1.3.2a-28 of Debian bookworm), cells of a table:
#
#   in the page              w3m                   lynx          elinks          html2text
#   LAB\alice                LAB\ and alice, in    LAB\alice     LAB\alice       LAB\alice
#                            two lines
#   LAB\bob two              LAB\bob and two       LAB\bob two   LAB\bob two     LAB\bob_two
#   LAB\bob_two              LAB\ and bob_two      LAB\bob_two   LAB\bob_two     LAB\bob_two
#   a path of 90 letters     broken behind a \     broken        whole, 140      broken behind a -
#                                                                columns wide
#   <ol start="17">          17.                   17.           17.             1.
#   2<sup>63</sup>           2^63                  2^63          2^63            263
#
# Lesson: take names and paths for a search from the JSON or the page, not from its text. An underscore of html2text may be a blank, and
# “263” may be a power.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install w3m=0.5.3+git20230121-2 lynx=2.9.0dev.12-1 elinks=0.13.2-1+b4 html2text=1.3.2a-28 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, subprocess, sys
path = r"\\fs.lab.test\share\a-very-long-folder-name-without-any-blank\and-another-one-that-goes-on\file.txt"
rows = [("17", r"LAB\alice", path, "0xC000006D"), ("18", r"LAB\bob two", r"\\fs\two", "ok"), ("19", r"LAB\bob_two", r"\\fs\two", "ok")]
cells = "".join("<tr>" + "".join("<td>" + cell + "</td>" for cell in row) + "</tr>\n" for row in rows)
with open("page.html", "w") as file:
    file.write("<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title></head><body><table border=1>" + cells
               + '</table><ol start="17"><li>frame</li></ol><p>2<sup>63</sup></p></body></html>')
commands = {
    "w3m": ["-dump", "-cols", "80", "-T", "text/html"], "lynx": ["-dump", "-width=80", "-cfg=/dev/null"],
    "elinks": ["-dump", "-no-home", "1"], "html2text": ["-width", "80"]}
seen = {}
for program, words in commands.items():
    text = subprocess.run(
        ["root/usr/bin/" + program, *words, "page.html"], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", HOME=os.getcwd())).stdout.replace("\u00a0", " ")
    print(program, text, sep="\n")
    seen[program] = {
        "alice": r"LAB\alice" in text, "blank": r"LAB\bob two" in text, "underscores": text.count(r"LAB\bob_two"), "path": path in text,
        "wide": max(map(len, text.splitlines())) > 80, "17": "17. frame" in text, "1": " 1. frame" in text, "power": "2^63" in text,
        "263": "263" in text}
base = {"alice": True, "blank": True, "underscores": 1, "path": False, "wide": False, "17": True, "1": False, "power": True, "263": False}
wanted = {
    "w3m": {**base, "alice": False, "blank": False, "underscores": 0}, "lynx": base, "elinks": {**base, "path": True, "wide": True},
    "html2text": {**base, "blank": False, "underscores": 2, "17": False, "1": True, "power": False, "263": True}}
assert seen == wanted, "this has changed"
P
python3 look.py "$libraries"
