#!/bin/sh
# Which flow does netflow, a library for Python, read in messages of NetFlow 5 and 9 and of IPFIX?
#
# Guess before the run: the numbers of NetFlow 5 as they are, addresses as numbers; the fields of IPFIX as RFC 7012 has them, each by its
# template. That two counters could become one was not thought of.
# Seen (netflow 0.12.2, Python 3.11):
#
#   an IPv4 address                               NetFlow 9: text     NetFlow 5, IPFIX: 167772161
#   flowStartMilliseconds                         1700000000123
#   flowStartMicroseconds                         (3908988800, 2147483648): seconds since 1900, and parts of 2^-32
#   octetDeltaCount, and the one in reverse       octetDeltaCount alone: for some pairs of numbers the first, for others the reverse
#   element 8 of an enterprise of its own         sourceIPv4Address
#   userName of variable length                   PaddingCalculationError, for the whole message
#   userName of 16 bytes                          with its zeros
#
# The fields of a record are kept in a set of Python, whose order is a matter of the numbers in it.
# Lesson: in flows that have both directions (biflows), the bytes of a connection are now the client's, now the server's. Have the exporter
# write a flow for each direction.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install netflow==0.12.2
cat > look.py <<'P'
import struct
import netflow
ADDRESS, OWN = bytes((10, 0, 0, 1)), 0x8000
def sets(*parts): return b"".join(struct.pack(">HH", kind, len(body) + 4) + body for kind, body in parts)
def read(fields, data):
    """What is in the one record of an IPFIX message; a field is (number, length) or, of an enterprise, (number, length, enterprise)."""
    template = struct.pack(">HH", 256, len(fields))
    for number, length, *enterprise in fields:
        template += struct.pack(">HH", number | (OWN if enterprise else 0), length) + b"".join(struct.pack(">I", one) for one in enterprise)
    body = sets((2, template), (256, data))
    try: return netflow.parse_packet(struct.pack(">HHIII", 10, 16 + len(body), 1700000000, 0, 7) + body, {"netflow": {}, "ipfix": {}}).flows[0].data
    except Exception as error: return type(error).__name__
fifth = netflow.parse_packet(struct.pack(">HHIIIIBBH", 5, 1, 3600000, 1700000000, 0, 1, 0, 0, 0) + ADDRESS + bytes(44))
body = sets((0, struct.pack(">HHHH", 256, 1, 8, 4)), (256, ADDRESS))
ninth = netflow.parse_packet(struct.pack(">HHIIII", 9, 2, 3600000, 1700000000, 1, 7) + body, {"netflow": {}, "ipfix": {}})
user = "LAB\\alice".encode()
seen = {
    "5": fifth.flows[0].data["IPV4_SRC_ADDR"], "9": ninth.flows[0].data["IPV4_SRC_ADDR"], "IPFIX": read([(8, 4)], ADDRESS),
    "milliseconds": read([(152, 8)], struct.pack(">Q", 1700000000123)), "microseconds": read([(154, 8)], struct.pack(">II", 1700000000 + 2208988800, 2**31)),
    "of its own": read([(8, 4, 32473)], bytes((0, 0, 0, 5))), "variable": read([(8, 4), (371, 65535)], ADDRESS + bytes([len(user)]) + user),
    "16 bytes": read([(371, 16)], user.ljust(16, b"\0"))}
pairs = [(number, 100000 + number) for number in range(1000)]
kept = [read([(1, 8), (1, 8, 29305)], struct.pack(">QQ", *pair)) for pair in pairs]
first, second = (sum(record == {"octetDeltaCount": pair[index]} for record, pair in zip(kept, pairs)) for index in (0, 1))
for each in seen.items(): print(*each)
print(first, second)
assert first > 100 and second > 100 and first + second == 1000, "this has changed"
number = 167772161
assert seen == {
    "5": number, "9": "10.0.0.1", "IPFIX": {"sourceIPv4Address": number}, "milliseconds": {"flowStartMilliseconds": 1700000000123},
    "microseconds": {"flowStartMicroseconds": (3908988800, 2147483648)}, "of its own": {"sourceIPv4Address": 5}, "variable": "PaddingCalculationError",
    "16 bytes": {"userName": "LAB\\alice" + "\0" * 7}}, "this has changed"
P
v/bin/python look.py
