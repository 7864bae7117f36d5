"""Kerberos, against a domain controller that is KDC, DNS server and file server in one."""

from __future__ import annotations

from typing import Any

from lab import PASSWORD
from scenarios.vocabulary import *
from steps import Step, add_dns_alias, kinit, smbclient

KDC_AND_SMB = "tcp port 445 or port 88 or udp port 53"
DC_NAME = "dc01.lab.example"
KERBEROS_ALICE = f"alice@LAB.EXAMPLE%{PASSWORD}"

AS_REP = Sight("kerberos.msg_type == 11", "AS-REP")
TGS_REP = Sight("kerberos.msg_type == 13", "TGS-REP")
PREAUTH_REQUIRED = Sight("kerberos.error_code == 25", "KDC_ERR_PREAUTH_REQUIRED, the normal first answer")
KERBEROS_TICKET = Sight("smb2.cmd == 1 && kerberos.msg_type == 14", "SESSION_SETUP with an AP-REQ")


def error(code: int, name: str) -> Sight:
    return Sight(f"kerberos.error_code == {code}", name)


def kerberos(name: str, shows: str, steps: tuple[Step, ...], sights: tuple[Sight, ...],
             diagnosis: str = "", **rest: Any) -> Scenario:
    return Scenario(f"kerberos-{name}", shows, steps, sights, diagnosis, dc=True,
                    **{"recorded": KDC_AND_SMB, **rest})


def with_kerberos(user: str = KERBEROS_ALICE, required: str = "required", server: str = DC_NAME,
                  **rest: Any) -> Step:
    return smbclient("SMB3_11", f"--use-kerberos={required}", user=user, server=server, **rest)


S_PRINCIPAL_UNKNOWN = error(7, "KDC_ERR_S_PRINCIPAL_UNKNOWN")
UNKNOWN_SPN = (AS_REP, S_PRINCIPAL_UNKNOWN, absent("smb2.cmd == 1"), CLIENT_FIN)

KERBEROS = [
    kerberos("healthy", "A session with Kerberos, from the TGT to the share.", (with_kerberos(),),
             (PREAUTH_REQUIRED, AS_REP, TGS_REP, KERBEROS_TICKET, SESSION, TREE)),
    kerberos("preauth-failed", "A wrong password, refused by the KDC.",
             (with_kerberos(user="alice@LAB.EXAMPLE%wrong"),),
             (error(24, "KDC_ERR_PREAUTH_FAILED"), absent("kerberos.msg_type == 13")), "kerberos-preauth-failed"),
    kerberos("client-unknown", "A user that the domain does not have.",
             (with_kerberos(user=f"alicia@LAB.EXAMPLE%{PASSWORD}"),),
             (error(6, "KDC_ERR_C_PRINCIPAL_UNKNOWN"),), "kerberos-client-unknown"),
    kerberos("account-disabled", "A disabled account: KDC_ERR_CLIENT_REVOKED.",
             (with_kerberos(user=f"bob@LAB.EXAMPLE%{PASSWORD}"),),
             (error(18, "KDC_ERR_CLIENT_REVOKED"),), "kerberos-account-state"),
    kerberos("spn-not-found", "The server is called by a name for which no SPN exists; Kerberos is required, so the "
             "client gives up. DNS was not recorded.",
             (add_dns_alias, with_kerberos(server="files.lab.example")), UNKNOWN_SPN, "kerberos-spn-not-found",
             recorded="tcp port 445 or port 88"),
    kerberos("missing-spn-for-cname", "As `kerberos-spn-not-found`, with DNS: the name is a CNAME of dc01.lab.example, "
             "and only that has SPNs.",
             (add_dns_alias, with_kerberos(server="files.lab.example")),
             (Sight('dns.cname == "dc01.lab.example"', "DNS: files.lab.example is a CNAME"), *UNKNOWN_SPN),
             "kerberos-missing-spn-for-cname"),
    kerberos("fallback-to-ntlm", "The same alias, but the client may fall back to NTLM, and that works.",
             (add_dns_alias, with_kerberos(server="files.lab.example", required="desired")),
             (S_PRINCIPAL_UNKNOWN, NTLM, SESSION, TREE), "kerberos-fallback-to-ntlm",
             remark="as warning, with the missing SPN as its cause"),
    kerberos("udp", "kinit over UDP. The AS-REP is longer than the MTU and comes in two IP fragments.",
             (kinit,), (PREAUTH_REQUIRED, Sight("udp && kerberos.msg_type == 11", "AS-REP, reassembled"),
                        Sight("ip.flags.mf == 1", "the first fragment of the AS-REP"), absent("tcp")),
             client="kinit", recorded="ip", krb5_conf="[kdc]\nmax-kdc-datagram-reply-length = 4000"),
    kerberos("clock-skew", "The client's clock is two hours fast.",
             (with_kerberos(clock="+2h"),), (error(37, "KRB_AP_ERR_SKEW"),), "kerberos-clock-skew",
             krb5_conf="[libdefaults]\nkdc_timesync = 0"),
]
