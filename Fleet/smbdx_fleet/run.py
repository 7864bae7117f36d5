"""The three steps: slim on all nodes, judge by shards, merge."""

import json
import subprocess
import sys
from dataclasses import asdict

from .plan import Plan
from .pool import run_all
from .progress import Progress
from .tasks import Command, Outcome


def step(name: str, commands: list[Command], tries: int, cores: float = 1) -> list[Outcome]:
    progress = Progress(name, len(commands), sum(one.bytes_in for one in commands))
    outcomes = []
    for outcome in run_all(commands, tries, cores):
        progress.take(outcome)
        outcomes.append(outcome)
    progress.end()
    return outcomes


def slim(plan: Plan, tries: int) -> list[tuple[str, str]]:
    """Finds out which captures can be judged; the others with the reason."""
    if not plan.slims:
        plan.usable = plan.captures
        return []
    outcomes = {one.target: one for one in step("slim", [plan.slim(one) for one in plan.captures], tries)}
    plan.usable, failed = [], []
    for capture in plan.captures:
        outcome = outcomes[str(plan.slim_path(capture))]
        if outcome.ok:
            plan.usable.append(capture)
        else:
            failed.append((capture.path, outcome.why))
    return failed


def judge(plan: Plan, tries: int, cores: float = 1) -> list[Outcome]:
    """One outcome for each shard, in order."""
    size = sum(plan.slim_path(one).stat().st_size if plan.slims else one.size for one in plan.usable)
    plan.link()
    commands = [plan.shard(number, size) for number in range(1, plan.shards + 1)]
    outcomes = {one.target: one for one in step("judge", commands, tries, cores)}
    return [outcomes[command.target] for command in commands]


def merge(plan: Plan, form: list[str]) -> int:
    """The exit status of `smbdx merge`."""
    shards = [str(plan.shard_path(number)) for number in range(1, plan.shards + 1)]
    return subprocess.run([plan.smbdx, "merge", *form, *shards], check=False).returncode


def write_failures(plan: Plan, failed: list[tuple[str, str]], shards: list[Outcome]) -> None:
    """Keeps what failed for programs, in the folder of the run."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {"files": [{"file": path, "why": why} for path, why in failed], "shards": [asdict(one) for one in shards if not one.ok]},
        indent=2)
    (plan.folder / "failed.json").write_text(text + "\n")


def tell_failures(failed: list[tuple[str, str]], limit: int = 20) -> None:
    if not failed:
        return
    print(f"{len(failed)} {'file is' if len(failed) == 1 else 'files are'} not in the report:", file=sys.stderr)
    for path, why in failed[:limit]:
        print(f"  {path}: {why}", file=sys.stderr)
    if len(failed) > limit:
        print(f"  and {len(failed) - limit} more; see failed.json", file=sys.stderr)
