#!/bin/sh
# Do programs that turn JUnit XML into Markdown, for the page of a change, show each test that did not pass?
#
# Guess before the run: yes, failures and errors of each suite, with the message.
# Seen (junit-to-md-py 2.1.1, pipefish 0.4.2, junit2report 1.0.1 with HTML, Python 3.11), a suite “good” with a test that
# passes, and behind it a suite “bad” with one failure and one error:
#
#                    failure   error    message of the failure
#   junit-to-md-py   shown     no       no, only the text in the element
#   pipefish         no        no       no: “All tests passed” about the first suite; it does not read the others
#   junit2report     shown     shown    shown
#
# With the suite “bad” in front, pipefish counts one failure and one error, and shows the text of both without the names of
# the tests and without the messages.
# Lesson: compare the number of testcase elements with the page before “all passed” is believed; a report with one suite for
# each connection has its bad news behind the first suite.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install junit-to-md-py==2.1.1 pipefish==0.4.2 junit2report==1.0.1
good='<testsuite name="good" tests="1" failures="0" errors="0"><testcase classname="a" name="works"/></testsuite>'
bad='<testsuite name="bad" tests="2" failures="1" errors="1"><testcase classname="b" name="breaks"><failure message="reason">text</failure></testcase><testcase classname="b" name="stops"><error message="cause">text</error></testcase></testsuite>'
echo "<testsuites>$good$bad</testsuites>" > behind.xml
echo "<testsuites>$bad$good</testsuites>" > front.xml
words() { grep -o -i -e breaks -e reason -e stops -e cause -e 'all tests passed' -e 'had errors and 1 test(s) had failures' "$1" | tr 'A-Z' 'a-z' | sort -u | tr '\n' ' '; }
v/bin/junit-to-md-py behind.xml > markdown 2> /dev/null
for one in behind front; do v/bin/python -m pipefish --junit=$one.xml > $one.md; done
v/bin/junit2report behind.xml -o page.html > /dev/null
seen="junit-to-md-py: $(words markdown)
pipefish: $(words behind.md)
pipefish, bad in front: $(words front.md)
junit2report: $(words page.html)"
echo "$seen"
[ "$seen" = "junit-to-md-py: breaks 
pipefish: all tests passed 
pipefish, bad in front: had errors and 1 test(s) had failures 
junit2report: breaks cause reason stops " ] || { echo "this has changed"; exit 1; }
