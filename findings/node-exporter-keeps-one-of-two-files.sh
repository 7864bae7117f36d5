#!/bin/sh
# What does the node exporter of Prometheus do with two text files (*.prom) that have one metric each, and do not agree?
#
# Guess before the run: the same series in both: node_textfile_scrape_error is 1, and the first file stays. Another help text:
# the first one is taken. Another type: the scrape ends with status 500.
# Seen (prometheus-node-exporter 1.5.0-1+b6 of Debian bookworm), a.prom has smb_failed{share="a"} 1 with a help text; b.prom has
#
#                                       of b.prom     node_textfile_scrape_error   errors of promhttp, cause gathering
#   share="b", the same help text       shown         0                            0
#   share="a" again, the value 2        lost          0                            1 more for each scrape
#   share="b", another help text        lost          0                            1 more for each scrape
#   share="b", no help text             lost          0                            1 more for each scrape
#   share="b", another type             lost          0                            1 more for each scrape
#
# The status is 200 each time, and node_textfile_mtime_seconds names both files.
# Lesson: two programs, or two versions of one with other help texts, lose numbers in silence. Watch
# promhttp_metric_handler_errors_total too, and give each file a label of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download prometheus-node-exporter=1.5.0-1+b6 >&2
dpkg-deb -x ./*.deb root
cat > look.py <<'P'
import os, re, socket, subprocess, time, urllib.request
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
os.mkdir("files")
with open("log", "w") as log:
    exporter = subprocess.Popen(
        ["root/usr/bin/prometheus-node-exporter", "--web.listen-address=127.0.0.1:%d" % port, "--collector.disable-defaults",
         "--collector.textfile", "--collector.textfile.directory=files"], stderr=log)
def scrape(): return urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port).read().decode()
def errors(text): return int(re.search(r'errors_total\{cause="gathering"\} (\d+)', text)[1])
def text(help, kind, line): return "".join("# HELP smb_failed %s\n" % one for one in help) + "# TYPE smb_failed %s\nsmb_failed%s\n" % (kind, line)
def look(second):
    for name, content in ("a", text(["failed"], "gauge", '{share="a"} 1')), ("b", second):
        with open("files/%s.prom" % name, "w") as file: file.write(content)
    scrape()
    before = errors(scrape())
    after = scrape()
    return (
        len(re.findall(r"^smb_failed\{", after, re.M)), int(re.search(r"^node_textfile_scrape_error (\d)", after, re.M)[1]), errors(after) - before,
        len(re.findall(r"^node_textfile_mtime_seconds\{", after, re.M)))
try:
    for _ in range(50):
        try: scrape(); break
        except OSError: time.sleep(0.2)
    seen = [look(one) for one in (
        text(["failed"], "gauge", '{share="b"} 2'), text(["failed"], "gauge", '{share="a"} 2'), text(["other"], "gauge", '{share="b"} 2'),
        text([], "gauge", '{share="b"} 2'), text(["failed"], "counter", '{share="b"} 2'))]
finally:
    exporter.terminate()
    exporter.wait()
print("series, scrape error, more errors, files:", seen)
assert seen == [(2, 0, 0, 2)] + [(1, 0, 1, 2)] * 4, "this has changed"
P
python3 look.py
