"""SESSION_SETUP: who may log on, and how."""

from __future__ import annotations

from typing import Any

from capture import end_after
from lab import DC, PASSWORD
from scenarios.vocabulary import *
from steps import (
    Step,
    connected,
    freeze_server_processes,
    impacket,
    kill_server_processes,
    pause,
    session,
    smbclient,
    thaw_server_processes,
)


def refused(status: int, name: str) -> Sight:
    return Sight(message(1, RESPONSE, f"smb2.nt_status == {status:#x}"), name)


SESSION_REQUEST = Sight(message(1, REQUEST), "SESSION_SETUP request")
NO_SESSION = absent(message(1, RESPONSE, OK))
NO_TREE = absent(message(3))
GUEST = Sight(message(1, RESPONSE, "smb2.ses_flags.guest == 1"), "SESSION_SETUP succeeds as guest")


def domain_user(name: str, user: str, why: str, status: int, status_name: str, diagnosis: str,
                password: str = PASSWORD) -> Scenario:
    """A user of the domain who logs on with NTLM, and may not."""
    return Scenario(f"auth-{name}", f"{why}; NTLM, and the domain controller as file server.",
                    (smbclient(server=DC, user=f"LAB/{user}%{password}"),),
                    (NTLM, refused(status, status_name), NO_SESSION), diagnosis, dc=True)


def rewritten(diagnosis: str, status: int, name: str, **rest: Any) -> Scenario:
    """A status that Samba does not give: a wrong password, and the middlebox writes another answer."""
    return Scenario(diagnosis, f"The middlebox wrote {name} into the refusal of a wrong password; the client takes it "
                    "for the server's word.", (smbclient("SMB2_10", user="alice%wrong"),),
                    (NTLM, refused(status, name), NO_SESSION, NO_TREE), diagnosis,
                    middlebox=(f"session-setup-refusal.status={status:#x}",), **rest)


def hanging(name: str, shows: str, steps: tuple[Step, ...], *sights: Sight, diagnosis: str | None = None,
            **rest: Any) -> Scenario:
    """The server process stops after NEGOTIATE; `steps` say what comes then."""
    return Scenario(f"session-setup-{name}", shows, steps, (NEGOTIATE_RESPONSE, SESSION_REQUEST, *sights),
                    f"session-setup-{name}" if diagnosis is None else diagnosis, client="smbprotocol", **rest)


def setup_later(*options: str) -> Step:
    """A client that lets the server be frozen between NEGOTIATE and SESSION_SETUP."""
    return session("--pause", "session-setup=4", *options, background=True)


NO_ANSWER = absent(message(1, RESPONSE))

SESSION_SETUP = [
    Scenario("auth-logon-failure", "A wrong password.",
             (smbclient("SMB3_11", user="alice%wrong"),),
             (refused(0xC000006D, "STATUS_LOGON_FAILURE"),), "auth-logon-failure"),
    domain_user("domain-wrong-password", "alice", "A wrong password", 0xC000006D, "STATUS_LOGON_FAILURE",
                "auth-logon-failure", password="wrong"),
    domain_user("unknown-user", "nobody-here", "A user that does not exist", 0xC000006D, "STATUS_LOGON_FAILURE",
                "auth-logon-failure"),
    domain_user("account-disabled", "bob", "The account is disabled", 0xC0000072, "STATUS_ACCOUNT_DISABLED",
                "auth-account-disabled"),
    domain_user("account-locked", "carol", "The account is locked after too many wrong passwords", 0xC0000234,
                "STATUS_ACCOUNT_LOCKED_OUT", "auth-account-locked"),
    domain_user("account-expired", "erin", "The account has expired", 0xC0000193, "STATUS_ACCOUNT_EXPIRED",
                "auth-account-expired"),
    domain_user("password-expired", "dave", "The password is older than the domain allows", 0xC0000071,
                "STATUS_PASSWORD_EXPIRED", "auth-password-expired"),
    domain_user("password-must-change", "mallory", "The password must be changed at the first logon", 0xC0000224,
                "STATUS_PASSWORD_MUST_CHANGE", "auth-password-must-change"),
    domain_user("logon-hours", "frank", "The account may not log on at this hour (nor at any other)", 0xC000006F,
                "STATUS_INVALID_LOGON_HOURS", "auth-logon-hours"),
    domain_user("workstation-restriction", "grace", "The account may log on from the workstation WS99 only",
                0xC0000070, "STATUS_INVALID_WORKSTATION", "auth-workstation-restriction"),
    Scenario("auth-ntlm-blocked", "The server accepts no NTLM at all (`ntlm auth = disabled`).",
             (smbclient(),), (NTLM, refused(0xC0000418, "STATUS_NTLM_BLOCKED"), NO_SESSION),
             "auth-ntlm-blocked", server={"ntlm auth": "disabled"}),
    Scenario("auth-ntlmv1-refused", "A client that knows NTLMv1 only; the server wants NTLMv2, and calls it a wrong "
             "password.", (impacket("--ntlmv1"),),
             (Sight("ntlmssp.ntlmclientchallenge || ntlmssp.auth.ntresponse", "NTLMv1 response of 24 bytes"),
              refused(0xC000006D, "STATUS_LOGON_FAILURE"), NO_SESSION),
             "ntlmv1-used", client="impacket"),
    Scenario("auth-guest-mapped", "A user whom the server does not know becomes guest (`map to guest = Bad User`) and "
             "works as that: no key, so nothing is signed.",
             (smbclient("SMB3_02", "--option=client signing=off", user=f"nobody-here%{PASSWORD}"),),
             (NTLM, GUEST, TREE), "auth-guest-granted",
             server={"map to guest": "Bad User", "guest ok": "yes"}),
    Scenario("auth-guest-rejected-by-client", "The server makes an unknown user guest; the client wants a signed "
             "session, cannot have it as guest, and leaves.",
             (session("--password", "wrong"),), (NTLM, GUEST, NO_TREE, CLIENT_FIN), "auth-guest-rejected-by-client",
             client="smbprotocol", server={"map to guest": "Bad Password", "guest ok": "yes"}),
    Scenario("auth-anonymous", "An anonymous session (no user at all), and the shares are listed over IPC$.",
             (smbclient(user="%", share="IPC$", command="exit"),),
             (Sight(message(1, REQUEST, 'ntlmssp.auth.username == "NULL"'), "SESSION_SETUP without a user"),
              SESSION, TREE), "auth-anonymous"),
    Scenario("signing-required-by-client", "The client requires signing, the server only offers it: all is signed.",
             (smbclient("SMB3_02", "--client-protection=sign"),),
             (negotiated(0x0302, "3.0.2"), SESSION, TREE,
              Sight(message(5, RESPONSE, "smb2.flags.signature == 1"), "CREATE response, signed")),
             server={"server signing": "disabled"}),
    Scenario("signing-required-by-server", "The server requires signing; the client does not ask for it, and signs all "
             "the same.", (smbclient("SMB2_10", "--client-protection=off"),),
             (Sight(message(0, RESPONSE, "smb2.sec_mode.sign_required == 1"), "NEGOTIATE response: signing required"),
              SESSION, Sight(message(5, RESPONSE, "smb2.flags.signature == 1"), "CREATE response, signed")),
             server={"server signing": "mandatory"}),
    Scenario("signing-missing", "The server requires signing; the client logs on and sends an unsigned TREE_CONNECT.",
             (impacket("--unsigned"),),
             (Sight(message(0, RESPONSE, "smb2.sec_mode.sign_required == 1"), "NEGOTIATE response: signing required"),
              SESSION, Sight(message(3, REQUEST, "smb2.flags.signature == 0"), "TREE_CONNECT, not signed"),
              Sight(message(3, RESPONSE, "smb2.nt_status == 0xc0000022"), "STATUS_ACCESS_DENIED")),
             "signature-stripped", client="impacket", server={"server signing": "mandatory"}),
    Scenario("session-reauth-failed", "An established session is authenticated again, with a password that is wrong "
             "by now.", (session("--reauthenticate", "wrong"),),
             (SESSION, TREE, refused(0xC000006D, "STATUS_LOGON_FAILURE, on the session that exists")),
             "session-reauth-failed", client="smbprotocol"),
    Scenario("session-deleted", "A client begins with a SessionId that the server does not know (any more).",
             (session("--session-id", "0x5e55104d"),),
             (refused(0xC0000203, "STATUS_USER_SESSION_DELETED"), NO_SESSION), "session-deleted",
             client="smbprotocol"),
    Scenario("session-deleted-moved", "A client goes on with its session over another connection, as a load balancer "
             "without affinity makes it do: the server does not know the session there.",
             (session("--move-session"),),
             (SESSION, Sight(message(3, RESPONSE, "smb2.nt_status == 0xc0000203"), "STATUS_USER_SESSION_DELETED")),
             "tree-session-deleted", client="smbprotocol"),
    Scenario("session-second-channel", "Multichannel: a second connection is bound to the session.",
             (session("--dialect", "0x0302", "--bind", "signed"),),
             (Sight("smb2.ses_req_flags.session_binding == 1", "SESSION_SETUP with BINDING"),
              Sight(both("tcp.stream == 1", message(1, RESPONSE, OK)), "the second channel is bound"), TREE),
             remark="nothing is wrong", client="smbprotocol", server={"server multi channel support": "yes"}),
    Scenario("session-binding-failed", "Multichannel: a second connection asks to be bound to the session without a "
             "signature, and is refused (Samba: no such session). The first goes on.",
             (session("--dialect", "0x0302", "--bind", "unsigned"),),
             (Sight("smb2.ses_req_flags.session_binding == 1", "SESSION_SETUP with BINDING"),
              Sight(both("tcp.stream == 1", message(1, RESPONSE, "smb2.nt_status == 0xc0000203")), "refused"), TREE),
             "session-binding-failed", remark="as warning", client="smbprotocol",
             server={"server multi channel support": "yes"}),
    hanging("unanswered", "The server process hangs: its TCP acknowledges the SESSION_SETUP, but no answer comes. "
            "The client closes by RST after 60 s.",
            (setup_later("--give-up", "60", "--reset"), connected, pause(2), freeze_server_processes, pause(64)),
            NO_ANSWER, Sight(both(RST, FROM_CLIENT, "frame.time_relative > 60"), "the client's RST")),
    hanging("no-answer-yet", "The server process hangs after NEGOTIATE, and the capture ends 3 s later.",
            (setup_later(), connected, pause(2), freeze_server_processes, pause(6)),
            NO_ANSWER, absent(RST), absent(FIN), diagnosis="", remark="the capture ends too early to blame anybody",
            edits=(end_after(3, message(1), "the SESSION_SETUP"),)),
    hanging("slow", "The server takes 12 s to answer the SESSION_SETUP; then all is well.",
            (setup_later(), connected, pause(2), freeze_server_processes, pause(13), thaw_server_processes, pause(2)),
            SESSION, TREE),
    hanging("reset-by-server", "The server process dies while a SESSION_SETUP waits for it; the kernel sends RST.",
            (setup_later(), connected, pause(2), freeze_server_processes, pause(2), kill_server_processes, pause(1)),
            NO_ANSWER, Sight(both(RST, FROM_SERVER), "the server's RST")),
    hanging("reset-by-client", "The client resets the connection 2 s after its SESSION_SETUP, before the answer.",
            (setup_later("--give-up", "2", "--reset"), connected, pause(2), freeze_server_processes, pause(5)),
            NO_ANSWER, Sight(both(RST, FROM_CLIENT), "the client's RST")),
    hanging("reset-by-third-party", "The middlebox swallows the SESSION_SETUP and resets both ends. The forged RST has "
            "TTL 250 and IP ID 0x4d42; the server's own packets have TTL 64.", (session(),),
            NO_ANSWER, Sight(both(RST, FROM_SERVER, "ip.ttl == 250"), "the forged RST"),
            middlebox=("session-setup-request.reset",)),
    hanging("lost", "The middlebox swallows the SESSION_SETUP and each of its retransmissions; the server never gets "
            "it, the client gives up after 25 s.", (session("--give-up", "25", "--reset"),),
            NO_ANSWER, Sight(both("tcp.analysis.retransmission", FROM_CLIENT), "retransmissions"),
            diagnosis="session-setup-unanswered", middlebox=("session-setup-request.drop",)),
    Scenario("session-setup-many-failures-then-success", "Three logons with a wrong password, then the right one.",
             (smbclient(user="alice%wrong"),) * 3 + (smbclient(),),
             (refused(0xC000006D, "STATUS_LOGON_FAILURE"), SESSION, TREE),
             remark="the failures are over: as info at most"),
    *(rewritten(*one) for one in (
        ("auth-wrong-password-named", 0xC000006A, "STATUS_WRONG_PASSWORD"),
        ("auth-account-restriction", 0xC000006E, "STATUS_ACCOUNT_RESTRICTION"),
        ("auth-logon-type-not-granted", 0xC000015B, "STATUS_LOGON_TYPE_NOT_GRANTED"),
        ("auth-no-logon-servers", 0xC000005E, "STATUS_NO_LOGON_SERVERS"),
        ("auth-trust-failure", 0xC000018D, "STATUS_TRUSTED_RELATIONSHIP_FAILURE"),
        ("auth-netlogon-not-started", 0xC0000192, "STATUS_NETLOGON_NOT_STARTED"),
        ("auth-time-difference", 0xC0000133, "STATUS_TIME_DIFFERENCE_AT_DC"),
        ("auth-trust-account", 0xC0000199, "STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT"),
        ("auth-authentication-firewall", 0xC0000413, "STATUS_AUTHENTICATION_FIREWALL_FAILED"),
        ("auth-downgrade-detected", 0xC0000388, "STATUS_DOWNGRADE_DETECTED"),
        ("auth-too-many-sessions", 0xC00000CE, "STATUS_TOO_MANY_SESSIONS"),
        ("auth-insufficient-resources", 0xC0000205, "STATUS_INSUFF_SERVER_RESOURCES"),
        ("auth-protocol-error", 0xC000000D, "STATUS_INVALID_PARAMETER"),
        ("session-setup-other-status", 0xC0000382, "STATUS_SMARTCARD_NO_CARD"))),
    Scenario("auth-wrong-identity-sent", "The client sends a local account of its own, and the server belongs to a "
             "domain.", (smbclient("SMB3_11", "--option=netbios name=WS01", user="WS01/alice%wrong", server=DC),),
             (NTLM, refused(0xC000006D, "STATUS_LOGON_FAILURE"), NO_SESSION), "auth-wrong-identity-sent", dc=True),
    Scenario("signing-required-server-silent", "The server requires signing, and the middlebox takes the signatures "
             "off its answers; the client does not look.", (impacket(),),
             (Sight(message(0, RESPONSE, "smb2.sec_mode.sign_required == 1"), "NEGOTIATE response: signing required"),
              SESSION, Sight(message(3, REQUEST, "smb2.flags.signature == 1"), "TREE_CONNECT request, signed"),
              Sight(message(3, RESPONSE, OK, "smb2.flags.signature == 0"), "TREE_CONNECT response, not signed")),
             "signing-required-server-silent", client="impacket", server={"server signing": "mandatory"},
             middlebox=("response.flags=1", "response.signature=0")),
]
