#!/usr/bin/env python3
"""Plays scenarios in the lab, checks what was recorded, and stores it with its README.

Started by `make`, which sees to the tools.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import capture
import servers
from lab import DC, HERE, SERVER, Lab, fetch_release, name_namespaces
from scenarios import SCENARIOS, Scenario
from scenarios.vocabulary import Sight

FIXTURES = HERE.parent
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def play(scenario: Scenario, lab: Lab) -> Path:
    """Plays one scenario; the recording of the side it is about."""
    lab.release = scenario.release
    servers.write_client_configuration(lab, scenario.krb5_conf)
    if scenario.router:
        lab.start_router(scenario.router)
    else:
        lab.start_middlebox(scenario.middlebox)
    if scenario.dc:
        servers.start_dc(lab, scenario.server or {})
    elif scenario.server is not None:
        servers.start_standalone(lab, scenario.server, scenario.server_clock)
    for step in scenario.before:
        step(lab)
    lab.start_recording(scenario.recorded)
    for step in scenario.steps:
        step(lab)
    lab.stop_recording()
    return lab.recording(scenario.side)


def check(scenario: Scenario, stored: Path) -> list[tuple[str, list[int]]]:
    """The frames of each sight; an error if the capture does not show what it should."""
    sights = look_for(scenario.sights, stored)
    differing = capture.vni_differences(stored)
    if differing != set(scenario.differs):
        raise AssertionError(f"NEGOTIATE and VNI differ in {differing or 'nothing'}")
    return sights


def look_for(wanted: Sequence[Sight], stored: Path) -> list[tuple[str, list[int]]]:
    sights = []
    for sight in wanted:
        found = capture.frames(stored, sight.filter)
        if bool(found) != sight.present:
            raise AssertionError(f"{sight.filter!r} matches frames {found}")
        if sight.present:
            sights.append((sight.note, found))
    sights.sort(key=lambda sight: sight[1])
    return sights


def keep_pair(scenario: Scenario, lab: Lab) -> None:
    """Stores what both sides recorded, each by its own clock."""
    directory = FIXTURES.parent / scenario.place / scenario.name
    directory.mkdir(exist_ok=True)
    for side, clock in (("client", capture.Clock()), ("server", capture.Clock(ahead=3_700_000_000, drift=50))):
        capture.set_clock(lab.recording(side), directory / f"{side}.pcap", clock)


def version(package: str) -> str:
    query = ["dpkg-query", "-W", "-f", "${Version}", package]
    return subprocess.run(query, check=True, capture_output=True, text=True).stdout.split(":")[-1]


def peers(scenario: Scenario) -> str:
    samba = version("samba").split("+")[0]
    server = scenario.answers or (f"Samba AD DC {samba}" if scenario.dc else f"smbd {samba}")
    libraries = dict(line.split("==") for line in (HERE / "requirements.txt").read_text().split())
    client = scenario.client
    if client in libraries:
        client += f" {libraries[client]}"
    elif client == "smbclient":
        client += f" {samba}"
    elif client == "kinit":
        client = f"MIT kinit {version('krb5-user')}"
    return f"{client} → {server} (Debian 12)"


def readme(scenario: Scenario, sights: list[tuple[str, list[int]]]) -> str:
    lines = [f"# {scenario.name}", "", scenario.shows, ""]
    if scenario.diagnosis:
        conclusion = f"`{scenario.diagnosis}`" + (f"; {scenario.remark}" if scenario.remark else "")
    else:
        conclusion = f"none: {scenario.remark or 'healthy'}"
    lines.append(f"- Diagnosis: {conclusion}")
    lines.append(f"- Captured on the {scenario.side} side; {peers(scenario)}")
    if scenario.middlebox:
        lines.append(f"- Middlebox: `{' '.join(scenario.middlebox)}`")
    for edit in scenario.edits:
        lines.append(f"- Edited: {edit.note}")
    lines.append(f"- Made by `Fixtures/lab/make {scenario.name}`")
    for note, found in sights:
        shown = ", ".join(map(str, found[:6])) + (", …" if len(found) > 6 else "")
        lines.append(f"- Frame{'s' if len(found) > 1 else ''} {shown}: {note}")
    return "\n".join(lines) + "\n"


def make(scenario: Scenario, python: str, dc_state: Path) -> float:
    """Makes one fixture; the seconds it took."""
    started = time.monotonic()
    with Lab(python, DC if scenario.dc else SERVER, dc_state) as lab:
        stored = lab.work / "capture.pcapng"
        try:
            recording = play(scenario, lab)
            capture.store(recording, stored, scenario.edits)
            sights = check(scenario, stored)
            look_for(scenario.elsewhere, lab.recording("client" if scenario.side == "server" else "server"))
        except Exception:
            print(lab.logs(), file=sys.stderr)
            raise
        if scenario.is_pair:
            keep_pair(scenario, lab)
            return time.monotonic() - started
        if scenario.place:
            directory = FIXTURES.parent / scenario.place
            directory.mkdir(exist_ok=True)
            shutil.copyfile(stored, directory / f"{scenario.name}.pcapng")
            for keytab in scenario.keytabs:
                name = scenario.name if len(scenario.keytabs) == 1 else f"{scenario.name}-{keytab}"
                shutil.copyfile(lab.work / f"{keytab}.keytab", directory / f"{name}.keytab")
            return time.monotonic() - started
        directory = FIXTURES / scenario.name
        directory.mkdir(exist_ok=True)
        shutil.copyfile(stored, directory / "capture.pcapng")
        (directory / "README.md").write_text(readme(scenario, sights))
    return time.monotonic() - started


def prepare(numbers: multiprocessing.Queue[int]) -> None:
    """Makes a process of the pool ready to play scenarios."""
    # Ends as an interrupt does, so that everything is torn down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    name_namespaces(numbers.get())


def attempt(job: tuple[str, str, Path]) -> tuple[str, float, str]:
    """What `make` comes to: the scenario's name, the seconds, and why it failed if it did."""
    name, python, dc_state = job
    try:
        return name, make(BY_NAME[name], python, dc_state), ""
    except Exception:
        return name, 0, traceback.format_exc(limit=-1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("--jobs", type=int, default=4, metavar="N", help="scenarios at a time; most of them only wait")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the client libraries")
    parser.add_argument("--domain", type=Path, metavar="DIR", help="keep the provisioned domain there, for later runs")
    options = parser.parse_args()
    if options.list:
        print("\n".join(BY_NAME))
        return 0
    if unknown := [name for name in options.names if name not in BY_NAME]:
        parser.error(f"no such scenario: {', '.join(unknown)}")

    names = options.names or list(BY_NAME)
    numbers: multiprocessing.Queue[int] = multiprocessing.Queue()
    for number in range(1, options.jobs + 1):
        numbers.put(number)
    failed = []
    with tempfile.TemporaryDirectory(prefix="smbdx-dc-") as temporary:
        dc_state = options.domain or Path(temporary) / "dc"
        if any(BY_NAME[name].dc for name in names) and not dc_state.exists():
            servers.provision(dc_state)
        for release in {BY_NAME[name].release for name in names} - {""}:
            fetch_release(release)
        jobs = [(name, options.python, dc_state) for name in names]
        with multiprocessing.Pool(min(options.jobs, len(jobs)), prepare, (numbers,)) as pool:
            for name, seconds, error in pool.imap_unordered(attempt, jobs):
                print(f"{name}: {error or f'{seconds:.1f} s'}", flush=True)
                if error:
                    failed.append(name)
            pool.close()
            pool.join()
    if failed:
        print(f"not made: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
