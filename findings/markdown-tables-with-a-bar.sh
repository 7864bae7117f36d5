#!/bin/sh
# Do Markdown programs agree on a table with a bar in a cell, or with a short row?
#
# Guess before the run: yes, all as GitHub does: a bar ends the cell, in code too, unless it has a backslash, which is not
# shown; and a row that is too short gets empty cells.
# Seen (cmark-gfm 0.29.0.gfm.6-6 and lowdown 1.0.0-2 of Debian bookworm; the others with Python 3.11):
#
#                          `x\|y`    `x|y`         a row of one cell, of two
#   cmark-gfm (GitHub's)   x|y       two cells     an empty cell
#   markdown-it-py 4.3.0   x|y       two cells     an empty cell
#   lowdown                x\|y      one cell      an empty cell
#   Markdown 3.11.3        x\|y      one cell      an empty cell
#   mistune 3.4.0          x\|y      no table      no table at all
#
# lowdown also wants three dashes in the second line, so |:-:|-:| makes no table there.
# Lesson: write no bar into code in a cell, fill each row, and put three dashes into each column of the second line.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install cmark-gfm=0.29.0.gfm.6-6 lowdown=1.0.0-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install markdown-it-py==4.3.0 Markdown==3.11.3 mistune==3.4.0
cat > look.py <<'P'
import html, os, re, subprocess, sys
import markdown, markdown_it, mistune
def run(*command):
    environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1])
    return lambda text: subprocess.run(command, input=text, capture_output=True, text=True, env=environment).stdout
programs = {
    "cmark-gfm": run("root/usr/bin/cmark-gfm", "-e", "table"), "markdown-it-py": markdown_it.MarkdownIt("commonmark").enable("table").render,
    "lowdown": run("root/usr/bin/lowdown", "-Thtml"), "Markdown": lambda text: markdown.markdown(text, extensions=["tables"]),
    "mistune": mistune.create_markdown(plugins=["table"])}
def cells(program, rule, row):
    page = program("| a | b |\n" + rule + "\n" + row + "\n")
    found = [html.unescape(re.sub("<[^>]*>", "", one)).strip() for one in re.findall("<td[^>]*>(.*?)</td>", page, re.S)]
    return found if "<table" in page else "no table"
questions = [("|---|---|", r"| `x\|y` | z |"), ("|---|---|", "| `x|y` | z |"), ("|---|---|", "| c |"), ("|:-:|-:|", "| c | d |")]
seen = {name: [cells(program, *question) for question in questions] for name, program in programs.items()}
for one in seen.items(): print(*one)
two, short, both = ["`x", "y`"], ["c", ""], ["c", "d"]
as_github = [["x|y", "z"], two, short, both]
kept = [["x\\|y", "z"], ["x|y", "z"], short, both]
assert seen == {
    "cmark-gfm": as_github, "markdown-it-py": as_github, "lowdown": kept[:3] + ["no table"], "Markdown": kept,
    "mistune": [kept[0], "no table", "no table", both]}, "this has changed"
P
v/bin/python look.py "$libraries"
