#!/bin/sh
# Does junit2html show a failure in a suite within a suite?
#
# Guess before the run: yes, below the outer suite.
# Seen (junit2html 31.1.4, junitparser 5.0.3, Python 3.11), one test that passes in the outer suite and one that fails:
#
#                            page of junit2html   its --max-failures 1   tests by junitparser
#   both in the outer suite  both                 exit status 1          2
#   failure in an inner one  the one that passes  exit status 0          2
#
# Lesson: a green page from junit2html says nothing about a file with suites in suites; count the testcase elements.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install junit2html==31.1.4 junitparser==5.0.3
good='<testcase classname="a" name="works"/>'
bad='<testcase classname="a" name="breaks"><failure message="no"/></testcase>'
echo "<testsuites><testsuite name='outer'>$good<testsuite name='inner'>$bad</testsuite></testsuite></testsuites>" > nested.xml
echo "<testsuites><testsuite name='outer'>$good$bad</testsuite></testsuites>" > flat.xml
look() {
  v/bin/junit2html "$1.xml" "$1.html" > /dev/null
  status=0
  v/bin/junit2html --summary-matrix --max-failures 1 "$1.xml" > /dev/null || status=$?
  page=$(grep -o -e 'works' -e 'breaks' "$1.html" | sort -ru | tr '\n' ' ')
  tests=$(v/bin/python -c 'import junitparser, sys; print(sum(1 for suite in junitparser.JUnitXml.fromfile(sys.argv[1]) for _ in suite))' "$1.xml")
  echo "$1: page: $page, exit status: $status, junitparser: $tests"
}
seen="$(look flat; look nested)"
echo "$seen"
[ "$seen" = "flat: page: works breaks , exit status: 1, junitparser: 2
nested: page: works , exit status: 0, junitparser: 2" ] || { echo "this has changed"; exit 1; }
