#!/bin/sh
# Which encryption types do Kerberos tools ask for that are given a password?
#
# Guess before the run: AES256, AES128 and RC4, in this order.
# Seen (Python 3.11), in the first AS-REQ:
#
#   impacket 0.13.1      18                             AES256 alone
#   minikerberos 0.4.9   1 2 3 16 23 -128 18 17         DES first, then DES3 and RC4, AES last; -128 is RC4-MD4 of Microsoft
#
# Lesson: the list of an AS-REQ is that of a program, not of the client's policy or krb5.conf. One type alone does not
# mean that RC4 was switched off on this host, and DES in front does not mean that anybody set it so. Ask which program
# it was before changing supported encryption types.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install impacket==0.13.1 minikerberos==0.4.9
# Both ask port 88 of an address; a network namespace of its own has it free, and needs no more than this machine.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec "$0" -' "$folder/v/bin/python" <<'P'
import asyncio, logging, socket, threading
from pyasn1.codec.der import decoder
from impacket.krb5.asn1 import AS_REQ
from impacket.krb5 import constants, kerberosv5
from impacket.krb5.types import Principal
from minikerberos.common.factory import KerberosClientFactory
requests = []
def serve(listener):
    while True:
        connection, _ = listener.accept()
        requests.append(connection.recv(65536)[4:])
        connection.close()
def listen(address):
    threading.Thread(target=serve, args=(socket.create_server((address, 88)),), daemon=True).start()
def types(request): return [int(kind) for kind in decoder.decode(request, asn1Spec=AS_REQ())[0]["req-body"]["etype"]]
listen("127.0.0.1")
try: kerberosv5.getKerberosTGT(Principal("alice", type=constants.PrincipalNameType.NT_PRINCIPAL.value), "secret", "LAB.TEST", b"", b"", kdcHost="127.0.0.1")
except Exception: pass  # The KDC hangs up: it only wants to see the request.
first = types(requests[0])
requests.clear()
client = KerberosClientFactory.from_url("kerberos+password://LAB.TEST\\alice:secret@127.0.0.1").get_client()
try: asyncio.run(asyncio.wait_for(client.get_TGT(), 10))
except Exception: pass
second = types(requests[0])
print("impacket", first, "minikerberos", second)
assert first == [18], "impacket has changed"
assert second == [1, 2, 3, 16, 23, -128, 18, 17], "minikerberos has changed"
P
