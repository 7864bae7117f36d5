"""Kerberos, against a domain controller that is KDC, DNS server and file server in one."""

from __future__ import annotations

from typing import Any

from lab import DC, PASSWORD, SERVER
from scenarios.vocabulary import *
from servers import start_mit
from steps import (
    Step,
    add_dns_alias,
    firewall,
    kinit,
    kinit_as,
    on,
    pause,
    smbclient,
    stub,
)

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

CNAME = Sight('dns.cname == "dc01.lab.example"', "DNS: files.lab.example is a CNAME")
NO_TICKET = absent("kerberos.msg_type == 11")
NO_KDC_ANSWER = absent("udp.srcport == 88 || tcp.srcport == 88 && tcp.flags.syn == 1 && tcp.flags.ack == 1")
KDC_SMB_ICMP = KDC_AND_SMB + " or icmp"
RC4_ONLY = "[libdefaults]\nallow_weak_crypto = true\npermitted_enctypes = arcfour-hmac"
STUB = "MIT's GSS-API in a stub of a file server"
PATIENT_RESOLVER = on("client", "sh", "-c",
                      f"printf 'nameserver {DC}\\noptions timeout:5 attempts:2\\n' > /etc/resolv.conf")
SPN_TWICE = on("server", "sh", "-c", "for user in alice carol; do printf '%s\\n' "
               "\"dn: CN=$user,CN=Users,DC=lab,DC=example\" 'changetype: modify' 'add: servicePrincipalName' "
               "'servicePrincipalName: cifs/twice.lab.example' | "
               "ldbmodify -H '{work}/dc/private/sam.ldb.d/DC=LAB,DC=EXAMPLE.ldb'; done")
NO_SMBD = {"server services": "rpc, ldap, cldap, kdc, dns"}


def with_ticket(server: str = DC_NAME, required: str = "required") -> Step:
    """As `with_kerberos`, with the ticket that kinit fetched."""
    return smbclient("SMB3_11", f"--use-kerberos={required}", server=server, user=None)


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
    *(kerberos(name, f"{why}: the KDC refuses.", (with_kerberos(user=f"{user}@LAB.EXAMPLE%{PASSWORD}"),),
               (error(code, code_name), absent("kerberos.msg_type == 13")), "kerberos-account-state",
               remark=f"{status} in e-data, if any")
      for name, user, why, code, code_name, status in (
          ("account-locked", "carol", "The account is locked", 18, "KDC_ERR_CLIENT_REVOKED",
           "STATUS_ACCOUNT_LOCKED_OUT"),
          ("account-expired", "erin", "The account has expired", 18, "KDC_ERR_CLIENT_REVOKED",
           "STATUS_ACCOUNT_EXPIRED"),
          ("password-must-change", "mallory", "The password must be changed at the first logon", 23,
           "KDC_ERR_KEY_EXPIRED", "STATUS_PASSWORD_MUST_CHANGE"),
          ("password-expired", "dave", "The password is older than the domain allows", 23, "KDC_ERR_KEY_EXPIRED",
           "STATUS_PASSWORD_EXPIRED"),
          ("logon-hours", "frank", "The account may not log on at this hour", 18, "KDC_ERR_CLIENT_REVOKED",
           "STATUS_INVALID_LOGON_HOURS"),
      )),
    kerberos("cname-fallback-to-ntlm", "The server is called by an alias without SPN, with the DNS answer that says "
             "so; the client falls back to NTLM, and that works.",
             (with_kerberos(server="files.lab.example", required="desired"),),
             (CNAME, S_PRINCIPAL_UNKNOWN, NTLM, SESSION, TREE), "kerberos-missing-spn-for-cname",
             remark="as warning, with `kerberos-fallback-to-ntlm`", before=(add_dns_alias,)),
    kerberos("kdc-unreachable", "Everything to and from port 88 is swallowed. The client asks for a minute at most, "
             "and then uses NTLM.", (with_kerberos(required="desired"),),
             (NO_KDC_ANSWER, Sight("tcp.dstport == 88 && tcp.flags.syn == 1 || udp.dstport == 88", "unanswered"), NTLM,
              SESSION),
             "kerberos-kdc-unreachable", remark="with `kerberos-fallback-to-ntlm`",
             middlebox=("tcp-88.drop", "udp-88.drop")),
    kerberos("kdc-unreachable-required", "As `kerberos-kdc-unreachable`, but Kerberos is required: the client leaves.",
             (with_kerberos(),), (NO_KDC_ANSWER, absent("smb2.cmd == 1"), CLIENT_FIN), "kerberos-kdc-unreachable",
             middlebox=("tcp-88.drop", "udp-88.drop")),
    kerberos("kdc-refused", "No KDC runs on the domain controller that the client knows: port 88 is closed.",
             (with_kerberos(),),
             (NO_KDC_ANSWER, Sight("tcp.srcport == 88 && tcp.flags.reset == 1 || icmp.type == 3", "refused"),
              absent("smb2.cmd == 1")),
             "kerberos-kdc-unreachable", recorded=KDC_SMB_ICMP,
             before=(firewall("server", "tcp dport 88 reject with tcp reset; udp dport 88 reject"),)),
    kerberos("response-too-big", "kinit over UDP: the answer is too big for a datagram, and the client asks again "
             "over TCP. Then the share is connected.",
             (kinit, with_ticket()), (error(52, "KRB_ERR_RESPONSE_TOO_BIG"), AS_REP, TGS_REP, KERBEROS_TICKET, TREE),
             remark="this is normal"),
    kerberos("response-too-big-tcp-blocked", "kinit over UDP: the answer is too big for a datagram, and TCP port 88 is "
             "swallowed on the way.", (kinit,),
             (error(52, "KRB_ERR_RESPONSE_TOO_BIG"), Sight("tcp.dstport == 88 && tcp.flags.syn == 1", "SYN to 88"),
              absent("kerberos.msg_type == 11")),
             "kerberos-response-too-big", client="kinit", middlebox=("tcp-88.drop",)),
    kerberos("etype-rc4-only", "The client knows RC4 only, and the account is a protected user, who has no RC4 key.",
             (kinit_as("peggy"),), (error(14, "KDC_ERR_ETYPE_NOSUPP"), NO_TICKET), "kerberos-etype", client="kinit",
             krb5_conf=RC4_ONLY),
    kerberos("etype-unknown", "The client knows Camellia only, of which the KDC has never heard.",
             (kinit,), (error(14, "KDC_ERR_ETYPE_NOSUPP"), NO_TICKET), "kerberos-etype", client="kinit",
             krb5_conf="[libdefaults]\npermitted_enctypes = camellia256-cts-cmac"),
    kerberos("preauth-not-followed", "The KDC asks for pre-authentication, and the client never comes back: it has no "
             "password to give.", (on("client", "kinit", "-k", "-t", "/nonexistent", "alice"), pause(8),
                                   on("client", "getent", "ahostsv4", DC_NAME)),
             (PREAUTH_REQUIRED, absent("kerberos.msg_type == 11")), "kerberos-preauth-not-followed", client="kinit"),
    Scenario("kerberos-first-ticket-unused",
             "A wrong password in a realm of MIT Kerberos, whose KDC demands no pre-authentication by default: kinit cannot decrypt "
             "the answer, and the client has no ticket for the share.",
             (kinit_as("alice", "wrong"),
              smbclient("SMB3_11", "--use-kerberos=required", "-I", SERVER, server="fs01.lab.example", user=None)),
             (AS_REP, absent("kerberos.error_code == 25"), absent("kerberos.msg_type == 12"), absent("smb2.cmd == 1"), CLIENT_FIN),
             "kerberos-first-ticket-unused", recorded=KDC_AND_SMB, server=None,
             answers="MIT krb5kdc and smbd", before=(lambda lab: start_mit(lab, "aes256-cts-hmac-sha1-96", {}),)),
    kerberos("wrong-realm", "The user names a realm that this KDC does not serve.",
             (kinit_as("alice@OTHER.EXAMPLE"),),
             (Sight("kerberos.msg_type == 30", "the KDC's error"), NO_TICKET), "kerberos-client-unknown",
             client="kinit", krb5_conf=f"[realms]\nOTHER.EXAMPLE = {{\n kdc = {DC}\n}}"),
    kerberos("ticket-for-wrong-realm", "The server's name belongs to another realm: the KDC has no referral for it.",
             (kinit,
              on("client", "kvno", "cifs/fs.other.example@LAB.EXAMPLE")),
             (AS_REP, S_PRINCIPAL_UNKNOWN), "kerberos-spn-not-found", client="kinit"),
    kerberos("dns-name-not-found", "The server's name does not exist in DNS: no connection is even tried.",
             (with_kerberos(server="nosuch.lab.example"),),
             (Sight("dns.flags.rcode == 3", "NXDOMAIN"), absent("tcp.dstport == 445")), "dns-name-not-found"),
    kerberos("dns-server-error", "A name of another zone, which this DNS server can get from no other one: SERVFAIL.",
             (with_kerberos(server="fs01.elsewhere.example"),),
             (Sight("dns.flags.rcode == 2", "SERVFAIL"), absent("tcp.dstport == 445")), "dns-server-error", remark="as warning",
             server={"dns forwarder": "127.0.0.1:9"}, before=(PATIENT_RESOLVER,)),
    kerberos("kdc-not-found", "The realm of the user is misspelled, and DNS has no KDC for it: the client leaves after NEGOTIATE.",
             (with_kerberos(user=f"alice@LAP.EXAMPLE%{PASSWORD}"),),
             (Sight("dns.flags.response == 1 && dns.flags.rcode == 3", "DNS: no such name"), absent("kerberos"),
              absent("smb2.cmd == 1"), CLIENT_FIN), "kerberos-kdc-not-found"),
    kerberos("dns-unanswered", "The DNS server does not answer: no connection is even tried.",
             (with_kerberos(),),
             (Sight("dns.flags.response == 0", "the question"), absent("dns.flags.response == 1"),
              absent("tcp.dstport == 445")),
             "dns-unanswered", middlebox=("udp-53.drop",), before=(PATIENT_RESOLVER,)),
    kerberos("not-possible-ip-literal", "The server is called by its address: no Kerberos name for that, hence NTLM.",
             (with_kerberos(server=DC, required="desired"),),
             (NTLM, SESSION, TREE, absent("kerberos.msg_type == 13")),
             "kerberos-not-possible-ip-literal", remark="as info"),
    kerberos("stale-machine-password", "The domain gave the server's account another password, which the server does "
             "not have: it cannot read the tickets made for it. Samba says STATUS_LOGON_FAILURE.",
             (with_kerberos(),),
             (TGS_REP, KERBEROS_TICKET, Sight(message(1, RESPONSE, "smb2.nt_status == 0xc000006d"),
                                              "STATUS_LOGON_FAILURE")),
             "auth-logon-failure", remark="a key of the server that is out of date is one of its causes",
             before=(on("server", "samba-tool", "user", "setpassword", "DC01$", "--newpassword=Another-Horse-8",
                        "-s", "{conf}"),)),
    kerberos("ap-bad-integrity", "The file server's keytab does not fit the ticket: KRB_AP_ERR_BAD_INTEGRITY inside "
             "SESSION_SETUP.", (kinit, with_ticket()),
             (TGS_REP, KERBEROS_TICKET, Sight("smb2.cmd == 1 && kerberos.error_code == 31",
                                              "KRB_AP_ERR_BAD_INTEGRITY")),
             "kerberos-ap-modified", answers=STUB, server=NO_SMBD, before=(stub("gss", "wrong-key"),)),
    kerberos("ap-modified", "As `kerberos-ap-bad-integrity`, but the stub changed the error to what Windows says: "
             "KRB_AP_ERR_MODIFIED.", (kinit, with_ticket()),
             (TGS_REP, KERBEROS_TICKET, Sight("smb2.cmd == 1 && kerberos.error_code == 41", "KRB_AP_ERR_MODIFIED")),
             "kerberos-ap-modified", answers=STUB, server=NO_SMBD, before=(stub("gss", "windows-wrong-key"),)),
    kerberos("ap-clock-skew", "The file server's clock is an hour fast: KRB_AP_ERR_SKEW inside SESSION_SETUP.",
             (kinit, with_ticket()),
             (TGS_REP, KERBEROS_TICKET, Sight("smb2.cmd == 1 && kerberos.error_code == 37", "KRB_AP_ERR_SKEW")),
             "kerberos-clock-skew", answers=STUB, server=NO_SMBD, before=(stub("gss", "right-key", clock="+1h"),)),
    kerberos("duplicate-spn", "Two accounts hold the SPN of the server.",
             (kinit, on("client", "kvno", "cifs/twice.lab.example@LAB.EXAMPLE")),
             (AS_REP, Sight("kerberos.msg_type == 30 && tcp", "the KDC's error"), absent("kerberos.msg_type == 13")),
             "kerberos-spn-not-found", client="kinit", remark="a duplicate is one of its causes",
             before=(SPN_TWICE,)),
    kerberos("tkt-expired", "The TGT lives 25 s, and Samba's KDC takes none that has less than two minutes left: it "
             "calls it expired.", (kinit_as("-l 25s alice"), with_ticket()),
             (AS_REP, error(32, "KRB_AP_ERR_TKT_EXPIRED"), absent("kerberos.msg_type == 13")), "kerberos-tkt-expired"),
    kerberos("session-expired", "The ticket lives 130 s, and the session is used after that: "
             "STATUS_NETWORK_SESSION_EXPIRED.",
             (kinit_as("-l 130s alice"),
              on("client", "sh", "-c", "(echo ls; sleep 133; echo ls) | smbclient //dc01.lab.example/data "
                 "-s {work}/client.conf --use-kerberos=required --use-krb5-ccache={work}/tickets")),
             (KERBEROS_TICKET, SESSION, Sight("smb2.nt_status == 0xc000035c", "STATUS_NETWORK_SESSION_EXPIRED")),
             "session-expired"),
    *(kerberos(name, f"The middlebox wrote {code_name} into the KDC's answer about an unknown service.",
               (add_dns_alias, with_kerberos(server="files.lab.example")),
               (AS_REP, error(code, code_name), absent("smb2.cmd == 1")), f"kerberos-{diagnosis}",
               recorded="tcp port 445 or port 88", middlebox=(f"krb-error.code=7:{code}",))
      for name, diagnosis, code, code_name in (
          ("principal-not-unique", "duplicate-spn", 8, "KDC_ERR_PRINCIPAL_NOT_UNIQUE"),
          *((each, each, code, code_name) for each, code, code_name in (
              ("policy", 12, "KDC_ERR_POLICY"), ("u2u-required", 27, "KDC_ERR_MUST_USE_USER2USER"),
              ("ap-badmatch", 36, "KRB_AP_ERR_BADMATCH"), ("kdc-certificate", 62, "KDC_ERR_CLIENT_NOT_TRUSTED"),
              ("other-error", 9, "KDC_ERR_NULL_KEY"))))),
    kerberos("not-attempted", "The client uses NTLM only, and calls the server by a name without dots.",
             (smbclient("SMB3_11", "--use-kerberos=off", "-I", DC, user=f"LAB/alice%{PASSWORD}", server="dc01"),),
             (NTLM, SESSION, TREE), "kerberos-not-attempted", recorded="tcp port 445"),
]
