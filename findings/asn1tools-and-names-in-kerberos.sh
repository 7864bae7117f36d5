#!/bin/sh
# Does asn1tools, with the ASN.1 of RFC 4120, read and write a user's name that is not in ASCII as Kerberos programs do?
#
# Guess before the run: yes, in UTF-8, which all clients put into a KerberosString (GeneralString) today.
# Seen (asn1tools 0.169.0, impacket 0.13.1 with pyasn1 0.6.1, Python 3.11):
#
#                          asn1tools           impacket
#   4a c3 b6 72 67 read    JÃ¶rg               Jörg
#   Jörg written           4a f6 72 67         4a c3 b6 72 67
#   Жора written           UnicodeEncodeError  d0 96 d0 be d1 80 d0 b0
#
# asn1tools takes GeneralString for ISO 8859-1, byte by byte.
# Lesson: turn each name of asn1tools around: encode("latin-1").decode("utf-8") behind reading, and the other way before writing. A
# name that was written without it is another user for the KDC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install asn1tools==0.169.0 impacket==0.13.1 pyasn1==0.6.1
v/bin/python - <<'P'
import asn1tools
from impacket.krb5.asn1 import KerberosString
from pyasn1.codec.der import decoder, encoder
module = asn1tools.compile_string("Kerberos DEFINITIONS EXPLICIT TAGS ::= BEGIN KerberosString ::= GeneralString END", "der")
name = "Jörg".encode()
data = bytes([27, len(name)]) + name
def write(text):
    try: return module.encode("KerberosString", text)[2:].hex(" ")
    except UnicodeEncodeError: return "UnicodeEncodeError"
def other(text): return encoder.encode(KerberosString(text))[2:].hex(" ")
seen = {
    "read": [module.decode("KerberosString", data), str(decoder.decode(data, asn1Spec=KerberosString())[0])],
    "Jörg": [write("Jörg"), other("Jörg")], "Жора": [write("Жора"), other("Жора")]}
for key, value in seen.items(): print(ascii(key), ascii(value))
assert seen == {
    "read": ["J\u00c3\u00b6rg", "Jörg"], "Jörg": ["4a f6 72 67", "4a c3 b6 72 67"], "Жора": ["UnicodeEncodeError", "d0 96 d0 be d1 80 d0 b0"]}, "this has changed"
P
