#!/bin/sh
# Do readers of Prometheus' text format ignore blanks at the end of a line, as the format says?
#
# Guess before the run: all of them refuse the line end of Windows. Nothing was guessed about blanks at the end of a line; each takes
# blanks within it.
# Seen (prometheus 2.42.0+ds-5+deb12u1 with promtool and prometheus-node-exporter 1.5.0-1+b6 of Debian bookworm;
# prometheus-client 0.26.0, Python 3.11):
#
#                                        prometheus-client   promtool, node exporter
#   a blank before the name              read                read
#   a blank behind the value             read                “expected integer as timestamp, got ""”
#   a blank behind “# TYPE smb gauge”    read                “unknown metric type "gauge "”
#   line ends of Windows                 read                “unknown metric type "gauge\r"”
#
# The node exporter leaves out the whole file then.
# Lesson: a file that a test reads with Python's own parser may be refused by the exporter. Check it with promtool check metrics,
# and look at node_textfile_scrape_error.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download prometheus=2.42.0+ds-5+deb12u1 prometheus-node-exporter=1.5.0-1+b6 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
python3 -m venv v
v/bin/pip -q install prometheus-client==0.26.0
cat > look.py <<'P'
import os, re, socket, subprocess, time, urllib.request
from prometheus_client.parser import text_string_to_metric_families
with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
os.mkdir("files")
with open("log", "w") as log:
    exporter = subprocess.Popen(
        ["root/usr/bin/prometheus-node-exporter", "--web.listen-address=127.0.0.1:%d" % port, "--collector.disable-defaults",
         "--collector.textfile", "--collector.textfile.directory=files"], stderr=log)
def scrape(): return urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port).read().decode()
def client(text):
    try: return [(family.type, family.documentation, one.value) for family in text_string_to_metric_families(text) for one in family.samples]
    except ValueError: return "error"
def promtool(text):
    # Status 3 is advice about names and texts; 1 is a file that cannot be read.
    out = subprocess.run(["root/usr/bin/promtool", "check", "metrics"], input=text.encode(), capture_output=True)
    return out.returncode != 1, out.stderr.decode().partition("error in ")[2].strip()
def node(text):
    with open("files/a.prom", "w", newline="") as file: file.write(text)
    return re.search("^smb 1$", scrape(), re.M) is not None
try:
    for _ in range(50):
        try: scrape(); break
        except OSError: time.sleep(0.2)
    seen = {name: (client(text), promtool(text), node(text)) for name, text in {
        "before": "# HELP smb failed\n# TYPE smb gauge\n  smb 1\n", "behind": "# HELP smb failed\n# TYPE smb gauge\nsmb 1 \n",
        "type": "# HELP smb failed\n# TYPE smb gauge \nsmb 1\n", "windows": "# HELP smb failed\r\n# TYPE smb gauge\r\nsmb 1\r\n"}.items()}
finally:
    exporter.terminate()
    exporter.wait()
for name, one in seen.items(): print(name, *one)
good = [("gauge", "failed", 1)]
assert seen == {
    "before": (good, (True, ""), True), "behind": (good, (False, 'line 3: expected integer as timestamp, got ""'), False),
    "type": (good, (False, 'line 2: unknown metric type "gauge "'), False),
    "windows": (good, (False, 'line 2: unknown metric type "gauge\\r"'), False)}, "this has changed"
P
v/bin/python look.py
