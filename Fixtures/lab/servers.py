"""The Samba servers: a standalone file server, and a domain controller that is KDC and file server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lab import ABSENT, DC, DOMAIN, PASSWORD, REALM, SERVER, Lab, in_namespace, wait_for

SHARES = """
[data]
  path = {share}
  read only = no
[docs]
  path = {share}
[secret]
  path = {share}
  valid users = nobody
[sealed]
  path = {share}
  server smb encrypt = required
[narrow]
  path = {share}
  max connections = 1
[closed]
  path = {share}/closed
[dfs]
  path = {share}/dfs
  msdfs root = yes
"""

STANDALONE = """
[global]
  workgroup = {domain}
  netbios name = FS01
  server string = FS01
  server role = standalone server
  disable netbios = yes
  smb ports = {ports}
  passdb backend = tdbsam
  load printers = no
  printing = bsd
  disable spoolss = yes
  log level = 1
  log file = {work}/smbd.log
  private dir = {work}/private
  lock directory = {work}/lock
  state directory = {work}/state
  cache directory = {work}/cache
  pid directory = {work}/pid
  ncalrpc dir = {work}/ncalrpc
"""

DOMAIN_CONTROLLER = """
[global]
  workgroup = {domain}
  realm = {realm}
  netbios name = DC01
  server role = active directory domain controller
  server services = s3fs, rpc, ldap, cldap, kdc, dns, winbindd
  dns forwarder =
  tls enabled = no
  disable netbios = yes
  smb ports = 445
  load printers = no
  printing = bsd
  disable spoolss = yes
  log level = 1
  log file = {work}/samba.log
  private dir = {dc}/private
  lock directory = {dc}
  state directory = {dc}/state
  cache directory = {dc}/cache
  binddns dir = {dc}/bind-dns
  pid directory = {work}
  ncalrpc dir = {work}/ncalrpc
  ntp signd socket directory = {work}/ntp
{options}
[sysvol]
  path = {dc}/state/sysvol
[netlogon]
  path = {dc}/state/sysvol/lab.example/scripts
"""

KRB5 = """
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  rdns = false
[realms]
  {realm} = {{
    kdc = {dc}
  }}
[domain_realm]
  .lab.example = {realm}
{more}
"""

#: Users of the domain who may not log on, and why.
RESTRICTED = {
    "bob": "disabled", "erin": "expired", "mallory": "must change the password", "peggy": "a protected user, no RC4",
    "carol": "locked", "dave": "password expired", "frank": "no logon hours", "grace": "another workstation only",
}

RESTRICTIONS = """
dn: CN=carol,CN=Users,DC=lab,DC=example
changetype: modify
replace: lockoutTime
lockoutTime: 134400000000000000

dn: DC=lab,DC=example
changetype: modify
replace: lockoutDuration
lockoutDuration: -9223372036854775808

dn: CN=dave,CN=Users,DC=lab,DC=example
changetype: modify
replace: pwdLastSet
pwdLastSet: 130000000000000000

dn: CN=frank,CN=Users,DC=lab,DC=example
changetype: modify
replace: logonHours
logonHours:: AAAAAAAAAAAAAAAAAAAAAAAAAAAA

dn: CN=grace,CN=Users,DC=lab,DC=example
changetype: modify
replace: userWorkstations
userWorkstations: WS99
"""

CLIENT = """
[global]
  workgroup = {domain}
  netbios name = WS01
  realm = {realm}
  name resolve order = host
  private dir = {work}/client
  lock directory = {work}/client
  state directory = {work}/client
  cache directory = {work}/client
"""


def write_client_configuration(lab: Lab, krb5_conf: str) -> None:
    (lab.work / "client").mkdir()
    (lab.work / "client.conf").write_text(CLIENT.format(work=lab.work, domain=DOMAIN, realm=REALM))
    (lab.work / "krb5.conf").write_text(KRB5.format(realm=REALM, dc=DC, more=krb5_conf))


def make_share(lab: Lab) -> Path:
    share = lab.work / "share"
    share.mkdir()
    (share / "readme.txt").write_text("hello\n")
    (share / "closed").mkdir(mode=0o700)
    (share / "dfs").mkdir()
    (share / "dfs" / "here").symlink_to(f"msdfs:{SERVER}\\data")
    (share / "dfs" / "away").symlink_to(f"msdfs:{ABSENT}\\data")
    for path in (lab.work, share, share / "dfs"):
        path.chmod(0o755)
    return share


def start_standalone(lab: Lab, options: Mapping[str, str], clock: str = "") -> None:
    """FS01, with the user alice; `clock` is how far its clock is ahead, as faketime says it."""
    ports = options.get("smb ports", "445")
    text = STANDALONE.format(work=lab.work, domain=DOMAIN, ports=ports)
    text += "".join(f"  {name} = {value}\n" for name, value in options.items())
    lab.server_conf.write_text(text + SHARES.format(share=make_share(lab)))
    for directory in ("private", "lock", "state", "cache", "pid", "ncalrpc"):
        (lab.work / directory).mkdir(mode=0o755)
    subprocess.run(
        [*in_namespace("server"), *lab.samba("smbpasswd"), "-c", lab.server_conf, "-L", "-s", "-a", "alice"],
        input=f"{PASSWORD}\n{PASSWORD}\n".encode(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    faketime = ["faketime", "-f", clock] if clock else []
    lab.start("server", *faketime, *lab.samba("smbd", "-F", "--no-process-group", "-s", str(lab.server_conf)))
    wait_for(lambda: listening(ports.split()[0]), "smbd")


def provision(state: Path) -> None:
    """Makes the domain LAB; every scenario starts from a copy of it."""
    state.mkdir(parents=True)
    (state / "empty.conf").touch()
    samba_tool(state / "empty.conf", "domain", "provision", f"--realm={REALM}", f"--domain={DOMAIN}",
               "--host-name=dc01", f"--host-ip={DC}", f"--adminpass={PASSWORD}", "--server-role=dc",
               "--dns-backend=SAMBA_INTERNAL", f"--targetdir={state}")
    conf = state / "etc" / "smb.conf"
    for user in ("alice", *RESTRICTED):
        samba_tool(conf, "user", "create", user, PASSWORD)
    samba_tool(conf, "user", "disable", "bob")
    samba_tool(conf, "user", "setexpiry", "erin", "--days=0")
    samba_tool(conf, "user", "setpassword", "mallory", f"--newpassword={PASSWORD}", "--must-change-at-next-login")
    samba_tool(conf, "group", "addmembers", "Protected Users", "peggy")
    # What the tools would compute or refuse is written past them.
    directory = state / "private" / "sam.ldb.d" / "DC=LAB,DC=EXAMPLE.ldb"
    subprocess.run(["ldbmodify", "-H", directory], input=RESTRICTIONS.encode(), check=True, capture_output=True)


def start_dc(lab: Lab, options: Mapping[str, str]) -> None:
    """DC01, with the user alice and those of `RESTRICTED`."""
    state = lab.work / "dc"
    shutil.copytree(lab.dc_state, state)
    text = DOMAIN_CONTROLLER.format(domain=DOMAIN, realm=REALM, work=lab.work, dc=state,
                                    options="".join(f"  {name} = {value}\n" for name, value in options.items()))
    lab.server_conf.write_text(text + SHARES.format(share=make_share(lab)))
    run = lab.work / "run"
    run.mkdir()
    # winbindd's clients look for it in /run/samba, whatever smb.conf says; the mount is the namespace's own.
    lab.start("server", "sh", "-c", f"mount --bind {run} /run/samba && exec samba -F --no-process-group "
                                    f"-s {lab.server_conf}")
    services = options.get("server services", "s3fs, kdc, winbindd")
    ports = ["53", *(["445"] if "s3fs" in services else []), *(["88"] if "kdc" in services else [])]
    wait_for(lambda: all(map(listening, ports)), "the domain controller")
    if "winbindd" in services:
        wait_for((run / "winbindd" / "pipe").exists, "winbindd")


def samba_tool(conf: Path, *arguments: str) -> None:
    subprocess.run(["samba-tool", *arguments, "-s", conf], check=True, capture_output=True)


def listening(port: str) -> bool:
    sockets = subprocess.run([*in_namespace("server"), "ss", "-Hltn", f"sport = :{port}"],
                             capture_output=True, text=True, check=True)
    return bool(sockets.stdout.strip())


KDC_CONF = """
[realms]
  {realm} = {{
    database_name = {kdc}/principal
    key_stash_file = {kdc}/stash
    acl_file = {kdc}/acl
    kdc_listen = {server}:88
    kdc_tcp_listen = {server}:88
    supported_enctypes = aes256-cts-hmac-sha1-96:normal
    disable_pac = true
  }}
"""


def start_mit(lab: Lab, etype: str, options: Mapping[str, str], session: str = "") -> None:
    """FS01 as a file server of a realm without Active Directory: MIT's KDC beside it, and a keytab with a key of one type."""
    kdc = lab.work / "kdc"
    kdc.mkdir()
    conf, krb5_conf = kdc / "kdc.conf", lab.work / "krb5.conf"
    conf.write_text(KDC_CONF.format(realm=REALM, kdc=kdc, server=SERVER))
    krb5_conf.write_text(krb5_conf.read_text().replace(DC, SERVER))
    environment = {"KRB5_KDC_PROFILE": str(conf)}
    keytab = lab.work / "server.keytab"
    # Clients of today do not ask for a session in RC4.
    session = session or ("aes256-cts-hmac-sha1-96" if etype == "arcfour-hmac" else etype)
    service = f"cifs/fs01.lab.example@{REALM}"
    lab.run("server", "kdb5_util", "create", "-r", REALM, "-s", "-P", PASSWORD, env=environment)
    for query in (f"addprinc -pw {PASSWORD} alice", f"addprinc -randkey -e {etype}:normal {service}",
                  f"setstr {service} session_enctypes {session}",
                  f"ktadd -norandkey -k {keytab} {service}"):
        lab.run("server", "kadmin.local", "-r", REALM, "-q", query, env=environment)
    lab.start("server", "krb5kdc", "-n", "-r", REALM, env=environment)
    wait_for(lambda: listening("88"), "krb5kdc")
    start_standalone(lab, {"realm": REALM, "kerberos method": "dedicated keytab", "dedicated keytab file": str(keytab),
                           **options})
