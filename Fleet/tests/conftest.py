"""Captures and clusters for all tests."""

import os
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SMBDX = os.environ.get("SMBDX", str(ROOT / ".build/release/smbdx"))

# Slow enough that a node can die in the middle of a task. Where smbdx has no slim, a copy is its own slim capture.
WRAPPER = """#!/bin/sh
case "$1" in
  slim) sleep {pause}
    {slim} ;;
  analyze) sleep {pause}; exec {smbdx} "$@" ;;
  *) exec {smbdx} "$@" ;;
esac
"""


def has_slim() -> bool:
    return subprocess.run([SMBDX, "slim", "--help"], capture_output=True, check=False).returncode == 0 and \
        "smbdx slim" in subprocess.run([SMBDX, "slim", "--help"], capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="session")
def ring(tmp_path_factory) -> Path:
    """A busy morning in 12 ring-buffer files."""
    folder = tmp_path_factory.mktemp("ring")
    whole = tmp_path_factory.mktemp("whole") / "incident.pcap"
    subprocess.run([sys.executable, str(ROOT / "Benchmarks/incident"), str(whole), "--connections", "120"], check=True)
    data = whole.read_bytes()
    frames, offset = [], 24
    while offset < len(data):
        length = 16 + struct.unpack_from("<I", data, offset + 8)[0]
        frames.append(data[offset:offset + length])
        offset += length
    part = len(frames) // 12 + 1
    for number in range(12):
        (folder / f"ring-{number:02}.pcap").write_bytes(data[:24] + b"".join(frames[number * part:(number + 1) * part]))
    return folder


@pytest.fixture
def smbdx(tmp_path) -> Path:
    return wrapper(tmp_path / "smbdx", pause=0)


@pytest.fixture
def slow_smbdx(tmp_path) -> Path:
    return wrapper(tmp_path / "slow-smbdx", pause=0.4)


def wrapper(path: Path, pause: float) -> Path:
    # slim FILE -o TARGET
    slim = f'exec {SMBDX} "$@"' if has_slim() else f'{SMBDX} messages "$2" >/dev/null && cp "$2" "$4"'
    path.write_text(WRAPPER.format(smbdx=SMBDX, pause=pause, slim=slim))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def report_of(path: Path, form: str = "json") -> bytes:
    """What one process says of it."""
    run = subprocess.run([SMBDX, str(path), "--format", form, "--fail-on", "never"], capture_output=True, check=True)
    return run.stdout
