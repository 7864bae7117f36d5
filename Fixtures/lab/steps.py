"""What a scenario can do: the clients it can run, and what can befall the server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping

from lab import DC, HERE, PASSWORD, SERVER, Lab, in_namespace, wait_for
from servers import listening, start_standalone

Step = Callable[[Lab], None]

ALICE = f"alice%{PASSWORD}"


def smbclient(dialect: str = "SMB3_11", *options: str, server: str = SERVER, share: str = "data",
              user: str | None = ALICE, command: str = "get readme.txt /dev/null",
              clock: str | None = None, background: bool = False, pauses: tuple[float, ...] = ()) -> Step:
    """Connects to a share with `dialect` as the highest, and reads a small file; no user: kinit's ticket.

    With pauses, in seconds, the command is given before each of them.
    """

    def step(lab: Lab) -> None:
        identity = ["-U", user] if user else [f"--use-krb5-ccache={lab.work / 'tickets'}"]
        arguments = [*lab.samba("smbclient", f"//{server}/{share}", "-s", str(lab.work / "client.conf"),
                                f"--option=client max protocol={dialect}", *identity, *options)]
        if pauses:
            commands = "; ".join(f"echo '{command}'; sleep {pause}" for pause in pauses)
            arguments = ["sh", "-c", f'({commands}) | "$@"', "sh", *arguments]
        else:
            arguments += ["-c", command]
        if clock:
            arguments = ["faketime", "-f", clock, *arguments]
        if background:
            lab.start("client", *arguments)
        else:
            lab.run("client", *arguments, timeout=150 + sum(pauses))

    return step


def script(name: str, *arguments: str, background: bool = False) -> Step:
    """Runs one of the programs in clients/."""

    def step(lab: Lab) -> None:
        command = (lab.python, str(HERE / "clients" / name), *arguments)
        if background:
            lab.start("client", *command)
        else:
            lab.run("client", *command)

    return step


def session(*options: str, background: bool = False) -> Step:
    return script("smb2_session.py", "--user", "alice", "--password", PASSWORD, *options, SERVER,
                  background=background)


def impacket(*options: str) -> Step:
    return script("impacket_session.py", "--user", "alice", "--password", PASSWORD, *options, SERVER)


def probe(kind: str, background: bool = False) -> Step:
    return script("probe.py", kind, SERVER, background=background)


def kinit_as(principal: str, secret: str = PASSWORD, env: Mapping[str, str] | None = None) -> Step:
    """Fetches a TGT."""

    def step(lab: Lab) -> None:
        password = lab.work / "password"
        password.write_text(f"{secret}\n")
        lab.run("client", "sh", "-c", f"kinit {principal} < {password}", env=env)

    return step


kinit = kinit_as("alice")


def on(side: str, *command: str) -> Step:
    """Runs a command on a side."""
    return lambda lab: lab.run(side, *(part.format(conf=lab.server_conf, work=lab.work) for part in command))


def export_keytab(name: str = "server", principal: str = "") -> Step:
    """Writes the keys of the domain controller's account, as the domain has them now, to NAME.keytab."""

    def step(lab: Lab) -> None:
        lab.run("server", "samba-tool", "domain", "exportkeytab", str(lab.work / f"{name}.keytab"),
                f"--principal={principal or 'DC01$'}", "-s", str(lab.server_conf))

    return step


def write_keytab(name: str, principal: str, kvno: int, etype: str, secret: str) -> Step:
    """Writes a keytab with MIT's ktutil."""
    lines = [f"addent -password -p {principal} -k {kvno} -e {etype}", secret]

    def step(lab: Lab) -> None:
        text = "\\n".join([*lines, f"wkt {lab.work / f'{name}.keytab'}", "quit"])
        lab.run("client", "sh", "-c", f"printf '{text}\\n' | ktutil")

    return step


def firewall(side: str, rule: str) -> Step:
    """Adds a rule to what the kernel of a side lets in."""
    ruleset = f"table ip smbdx {{ chain input {{ type filter hook input priority 0; {rule}; }}; }}"
    return lambda lab: lab.run(side, "nft", ruleset)


def add_dns_alias(lab: Lab) -> None:
    """Makes files.lab.example a CNAME of dc01.lab.example; this stays inside the server's namespace."""
    lab.run("server", "samba-tool", "dns", "add", DC, "lab.example", "files", "CNAME", "dc01.lab.example",
            "-U", f"administrator%{PASSWORD}", "-s", str(lab.server_conf))


def connected(lab: Lab) -> None:
    """Waits until a client has connected, however slowly it starts."""
    wait_for(lambda: bool(connections()), "a client")


def pause(seconds: float) -> Step:
    return lambda lab: time.sleep(seconds)


def freeze_server_processes(lab: Lab) -> None:
    """Stops the smbd processes that serve connections."""
    signal_server_processes(signal.SIGSTOP)


def thaw_server_processes(lab: Lab) -> None:
    signal_server_processes(signal.SIGCONT)


def freeze_server(lab: Lab) -> None:
    """Stops the smbd process that listens: the kernel still accepts connections, but nobody serves them."""
    signal_server_processes(signal.SIGSTOP, "-l")


def kill_server(lab: Lab) -> None:
    signal_server_processes(signal.SIGKILL, "-l")


def start_server(lab: Lab) -> None:
    start_standalone(lab, {})


def thaw_server(lab: Lab) -> None:
    signal_server_processes(signal.SIGCONT, "-l")


def kill_server_processes(lab: Lab) -> None:
    """Kills the smbd processes that serve connections, and leaves the one that listens."""
    signal_server_processes(signal.SIGKILL)


def connections(*which: str) -> str:
    """The server's sockets on port 445 as ss shows them: those connected, or with `-l` those that listen."""
    return subprocess.run([*in_namespace("server"), "ss", "-Htnp", *which, "sport = :445"],
                          capture_output=True, text=True, check=True).stdout


def signal_server_processes(number: signal.Signals, *which: str) -> None:
    for pid in re.findall(r"pid=(\d+)", connections(*which)):
        os.kill(int(pid), number)


def stub(*arguments: str, port: str = "445", clock: str | None = None) -> Step:
    """Starts stub_server.py on the server's side, in place of Samba."""

    def step(lab: Lab) -> None:
        # Debian's own Python has Debian's python3-gssapi.
        command = ["/usr/bin/python3", str(HERE / "stub_server.py"), "--port", port, *arguments]
        if clock:
            command = ["faketime", "-f", clock, *command]
        lab.start("server", *command, env={"SMBDX_CONF": str(lab.server_conf)})
        wait_for(lambda: listening(port), "the stub")

    return step
