#!/bin/sh
# Which addresses does a Sigma rule with a network (|cidr) find in a table of SQLite or DuckDB?
#
# Guess before the run: those in the network, for IPv4 and IPv6, as far as an address is written in the usual short form.
# Seen (pysigma 1.5.1, pysigma-backend-sqlite 1.2.4, pysigma-backend-duckdb 0.1.4, duckdb 2.0.1, Python 3.11), both alike:
#
#   network             found, but not in it
#   10.0.0.0/30         none
#   fd00::/8, /16       none
#   fd00::/20           fd00:f000::1
#   fd00:0:0:1::/64     fd00::1, fd00:f000::1: each address of fd00::/16
#   2001:db8::/48       2001:db8:1:2::1: each address of 2001:db8::/32
#   2001:db8:1::/48     none
#   2001:db8:1:2::/64   none
#
# None of the network is missed. A network becomes the letters that the text of all of its addresses begins with; those of zeros may be left
# out of a text, so “2001:db8:” is all that is left of 2001:db8::/48.
# Lesson: a rule for clients of another site is quiet, and the one for the first site, whose number is 0, finds those of all sites. Splunk,
# Lucene and EQL get the network as it is; a test of the rule on a file says nothing about them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install pysigma==1.5.1 pysigma-backend-sqlite==1.2.4 pysigma-backend-duckdb==0.1.4 duckdb==2.0.1
cat > look.py <<'P'
import ipaddress, sqlite3
import duckdb
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma_backend_duckdb.backend import DuckDBBackend
ROWS = (
    "10.0.0.1", "10.0.0.9", "110.0.0.1", "fd00::1", "fd00::1:a:b:c:d", "fd00:f000::1", "fd00:0:0:1::9", "fd01::1", "2001:db8::1", "2001:db8::a:b:c:d",
    "2001:db8:0:1::1", "2001:db8:1:2::1", "2001:db8:1:2:a:b:c:d", "2001:db8:1:20::1", "2001:db80::1")
NETWORKS = "10.0.0.0/30", "fd00::/8", "fd00::/16", "fd00::/20", "fd00:0:0:1::/64", "2001:db8::/48", "2001:db8:1::/48", "2001:db8:1:2::/64"
def find(backend, database, network):
    rule = f"title: t\nstatus: test\nlogsource:\n  product: windows\ndetection:\n  sel:\n    ip|cidr: {network}\n  condition: sel\n"
    where = backend().convert(SigmaCollection.from_yaml(rule))[0].split("WHERE", 1)[1]
    database.execute("create table logs(ip varchar)")
    for row in ROWS: database.execute("insert into logs values (?)", [row])
    return {row[0] for row in database.execute("select ip from logs where " + where).fetchall()}
def inside(network): return {row for row in ROWS if ipaddress.ip_address(row) in ipaddress.ip_network(network)}
seen = {}
for network in NETWORKS:
    first, second = find(sqliteBackend, sqlite3.connect(":memory:"), network), find(DuckDBBackend, duckdb.connect(), network)
    seen[network] = sorted(first - inside(network)), sorted(inside(network) - first), first == second
    print(network, *seen[network])
site = ["2001:db8:1:20::1", "2001:db8:1:2::1", "2001:db8:1:2:a:b:c:d"]
more = {"fd00::/20": ["fd00:f000::1"], "fd00:0:0:1::/64": ["fd00::1", "fd00:f000::1"], "2001:db8::/48": site}
assert seen == {network: (more.get(network, []), [], True) for network in NETWORKS}, "this has changed"
P
v/bin/python look.py
