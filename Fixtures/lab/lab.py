"""The laboratory: three network namespaces in a row (client, middlebox, server) and what runs in them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

CLIENT, SERVER, DC = "10.77.0.10", "10.77.0.20", "10.77.0.30"
ABSENT = "10.77.0.99"  # nobody
REALM, DOMAIN = "LAB.EXAMPLE", "LAB"
PASSWORD = "Correct-Horse-7"

SIDES = ("client", "middlebox", "server")
NAMESPACES: dict[str, str] = {}
HOST_NAMES = {"client": "ws01", "middlebox": "middlebox", "server": "fs01"}
# The middlebox's own addresses, where it is a router.
ROUTER = {"client": "10.77.0.1", "server": "10.77.0.2"}
PROXY_PORT = 4450
MACS = {"client": "02:00:0a:4d:00:0a", "server": "02:00:0a:4d:00:14"}


def name_namespaces(number: int) -> None:
    """Gives this process namespaces of its own, so that several labs can run at once."""
    NAMESPACES.update({side: f"smbdx-{side}-{number}" for side in SIDES})


@dataclass(frozen=True)
class Router:
    """What stands between the two sides in place of the middlebox: the kernel forwards, and lowers the TTL."""

    #: Chains of nftables, in which the interfaces are called `client` and `server`.
    chains: str = ""
    #: Bytes of a packet that the link towards the server takes.
    mtu: int = 1500
    #: Options of proxy.py, to which a chain redirects connections; none without it.
    proxy: tuple[str, ...] | None = None


class Lab:
    """A context: entering builds the network, leaving kills and removes everything."""

    def __init__(self, python: str, server_address: str, dc_state: Path) -> None:
        self.python = python
        self.addresses = {"client": CLIENT, "server": server_address}
        self.dc_state = dc_state
        self.work = Path(tempfile.mkdtemp(prefix="smbdx-lab-"))
        self.server_conf = self.work / "server.conf"
        #: Debian's release that Samba comes from; none for the machine's own.
        self.release = ""
        self.recorders: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Lab:
        try:
            self._build_network()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._remove_network()
        shutil.rmtree(self.work)

    def _build_network(self) -> None:
        self._remove_network()
        for namespace in NAMESPACES.values():
            sh("ip", "netns", "add", namespace)
            sh("ip", "netns", "exec", namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        for side in ("client", "server"):
            self._cable(side)
        self._write_etc()

    def _cable(self, side: str) -> None:
        """A veth pair: eth0 in the side's namespace, an interface named for the side in the middlebox."""
        host, middle = NAMESPACES[side], NAMESPACES["middlebox"]
        sh("ip", "-n", host, "link", "add", "eth0", "address", MACS[side],
           "type", "veth", "peer", "name", side, "netns", middle)
        sh("ip", "-n", host, "address", "add", f"{self.addresses[side]}/24", "dev", "eth0")
        for namespace, interface in ((host, "eth0"), (host, "lo"), (middle, side)):
            sh("ip", "-n", namespace, "link", "set", interface, "up")
        for namespace, interface in ((host, "eth0"), (middle, side)):
            # Frames of real size, with real checksums.
            sh("ip", "netns", "exec", namespace, "ethtool", "-K", interface,
               "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off")

    def _write_etc(self) -> None:
        """Files that `ip netns exec` shows instead of the machine's own."""
        for side in ("client", "server"):
            etc = Path("/etc/netns") / NAMESPACES[side]
            etc.mkdir(parents=True, exist_ok=True)
            (etc / "resolv.conf").write_text(f"nameserver {DC}\noptions timeout:1 attempts:1\n")
            (etc / "hosts").write_text(f"127.0.0.1 localhost\n{self.addresses[side]} {HOST_NAMES[side]}\n")
            (etc / "passwd").write_text(
                Path("/etc/passwd").read_text() + "alice:x:7001:7001::/nonexistent:/usr/sbin/nologin\n")
            (etc / "group").write_text(Path("/etc/group").read_text() + "alice:x:7001:\n")

    def _remove_network(self) -> None:
        existing = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout.split()
        for namespace in NAMESPACES.values():
            if namespace in existing:
                for pid in pids(namespace):
                    kill(pid)
                sh("ip", "netns", "delete", namespace)
            shutil.rmtree(Path("/etc/netns") / namespace, ignore_errors=True)

    # Running things

    def samba(self, *command: str) -> tuple[str, ...]:
        """A program of Samba, from the release that the scenario asks for."""
        if not self.release:
            return command
        root = release_root(self.release)
        # The mounts are those of the namespace, and go with it.
        mounts = " && ".join(f"mount --bind {path} {root}{path}" for path in ("/tmp", "/dev", "/etc/passwd", "/etc/group"))
        return ("sh", "-c", f'{mounts} && exec chroot {root} "$@"', "sh", *command)

    def start(self, side: str, *command: str, env: Mapping[str, str] | None = None,
              log: str = "log", stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Starts a command in a namespace; its output goes to a file that is shown on failure."""
        with open(self.work / f"{side}-{log}.txt", "ab") as output:
            return subprocess.Popen(
                [*in_namespace(side), *command], cwd=self.work,
                env={**os.environ, **self.environment, **(env or {})},
                stdin=subprocess.DEVNULL, stdout=stdout or output, stderr=output)

    def run(self, side: str, *command: str, env: Mapping[str, str] | None = None, timeout: float = 150) -> None:
        """Runs a command to its end; it may fail, since the capture is what counts."""
        process = self.start(side, *command, env=env)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            kill(process.pid)

    @property
    def environment(self) -> dict[str, str]:
        return {"KRB5_CONFIG": str(self.work / "krb5.conf"), "KRB5CCNAME": str(self.work / "tickets"),
                "PYTHONDONTWRITEBYTECODE": "1"}

    def logs(self) -> str:
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}"
                         for path in sorted(self.work.glob("*.txt")))

    # The middlebox and the recorders

    def start_middlebox(self, arguments: Sequence[str]) -> None:
        self._wait_for_line("middlebox.py", "client", "server", *arguments)

    def _wait_for_line(self, program: str, *arguments: str) -> None:
        """Starts a program between the sides, which says when it is ready."""
        process = self.start("middlebox", "python3", str(HERE / program), *arguments, stdout=subprocess.PIPE)
        assert process.stdout
        if not process.stdout.readline():
            raise RuntimeError(f"{program} did not start")

    def start_router(self, router: Router) -> None:
        """Forwards by routes to single hosts: each side takes the other for a neighbour, as behind the bridge."""
        middle = NAMESPACES["middlebox"]
        for side in ("client", "server"):
            sh("ip", "-n", middle, "address", "add", f"{ROUTER[side]}/32", "dev", side)
            mtu = ("mtu", "lock", str(router.mtu)) if side == "server" else ()
            sh("ip", "-n", middle, "route", "add", self.addresses[side], "dev", side, *mtu)
            sh("ip", "netns", "exec", middle, "sysctl", "-qw", f"net.ipv4.conf.{side}.proxy_arp=1",
               f"net.ipv4.neigh.{side}.proxy_delay=0")
        sh("ip", "netns", "exec", middle, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        if router.proxy is not None:
            self._wait_for_line("proxy.py", *router.proxy, str(PROXY_PORT))
        rules = self.work / "router.nft"
        rules.write_text(f"table ip smbdx {{\n{router.chains}\n}}\n")
        sh("ip", "netns", "exec", middle, "nft", "-f", str(rules))

    def start_recording(self, bpf: str) -> None:
        """Records at both ends, as client.pcap and server.pcap."""
        for side in ("client", "server"):
            recorder = self.start(
                side, "tcpdump", "-i", "eth0", "-s", "0", "-U", "-Z", "root", "--immediate-mode",
                "--time-stamp-precision=nano", "-w", str(self.recording(side)), bpf, log="tcpdump")
            self.recorders.append(recorder)
        wait_for(self._is_recording, "tcpdump")

    def _is_recording(self) -> bool:
        return all("listening on" in (self.work / f"{side}-tcpdump.txt").read_text() for side in ("client", "server"))

    def stop_recording(self) -> None:
        time.sleep(0.3)
        for recorder in self.recorders:
            recorder.send_signal(signal.SIGINT)
            recorder.wait()

    def recording(self, side: str) -> Path:
        return self.work / f"{side}.pcap"


def release_root(release: str) -> Path:
    """Where another release of Debian is, with Samba and no more."""
    return Path(os.environ.get("SMBDX_LAB_RELEASES", "/var/tmp/smbdx-lab-releases")) / release


def fetch_release(release: str) -> None:
    root = release_root(release)
    if not root.exists():
        sh("debootstrap", "--variant=minbase", "--include=samba,smbclient", release, str(root))


def in_namespace(side: str) -> list[str]:
    """What goes before a command to run it on that side, under an invented host name."""
    return ["ip", "netns", "exec", NAMESPACES[side], "unshare", "--uts",
            "sh", "-c", 'hostname "$0" && exec "$@"', HOST_NAMES[side]]


def sh(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def pids(namespace: str) -> list[int]:
    output = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid in output.split()]


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)
