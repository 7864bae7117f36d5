"""What runs on the nodes: smbdx, as a subprocess. Only the standard library, and no state: every task may run twice.

Ray sends these functions to the nodes, which need Python, Ray and smbdx, and not this package.
"""

import os
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What came of one task."""

    target: str
    ok: bool
    node: str = ""
    why: str = ""
    bytes_in: int = 0
    bytes_out: int = 0
    # It was there already.
    kept: bool = False
    seconds: float = 0.0


@dataclass
class Command:
    """One run of smbdx that makes one file."""

    smbdx: str
    version: str
    # Before the inputs.
    arguments: list[str]
    inputs: list[str]
    target: str
    bytes_in: int = 0
    # Statuses of smbdx that mean that the file was made.
    good: tuple[int, ...] = (0,)
    environment: dict[str, str] = field(default_factory=dict)


def version_of(smbdx: str) -> str:
    """`0.1.0`; raises OSError where smbdx is not there."""
    run = subprocess.run([smbdx, "--version"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise OSError(f"{smbdx} --version ended with status {run.returncode}")
    return run.stdout.strip()


def last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def make(command: Command) -> Outcome:
    """Makes the file of a command, whole or not at all. A file that is there already stays."""
    import time

    started = time.monotonic()
    outcome = Outcome(command.target, ok=False, node=socket.gethostname(), bytes_in=command.bytes_in)
    if os.path.exists(command.target):
        outcome.ok = outcome.kept = True
        outcome.bytes_out = os.path.getsize(command.target)
        return outcome
    folder = os.path.dirname(command.target)
    try:
        found = version_of(command.smbdx)
        if found != command.version:
            outcome.why = f"this node has smbdx {found}, and the driver has {command.version}"
            return outcome
        os.makedirs(folder, exist_ok=True)
        # Beside the target, so that the last step is one rename; another try has another name.
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as place:
            made = os.path.join(place, os.path.basename(command.target))
            run = subprocess.run(
                [command.smbdx, *command.arguments, *command.inputs, "-o", made],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                env={**os.environ, **command.environment},
            )
            if run.returncode not in command.good or not os.path.exists(made):
                outcome.why = last_line(run.stderr) or f"smbdx ended with status {run.returncode}"
                return outcome
            outcome.bytes_out = os.path.getsize(made)
            os.replace(made, command.target)
    except OSError as error:
        outcome.why = str(error)
        return outcome
    outcome.ok = True
    outcome.seconds = time.monotonic() - started
    return outcome
