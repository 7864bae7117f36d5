"""Which files there are, and what everything made of them is called. Names depend on what goes in and on nothing else, so
a second run finds what a first one made."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from .tasks import Command


@dataclass(frozen=True)
class Capture:
    path: str
    size: int
    modified: int

    @property
    def key(self) -> str:
        return digest([self.path, self.size, self.modified])


class PlanError(Exception):
    """Why nothing can be done, as a sentence."""


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def captures(inputs: list[str], lists: list[str]) -> tuple[list[Capture], list[tuple[str, str]]]:
    """The files of all inputs, each once, in the order of their paths; and what is not there, with the reason.

    A directory stands for all files in it and below it, those with a name that begins with a dot left out.
    """
    paths = list(inputs)
    for name in lists:
        try:
            paths += [line.strip() for line in Path(name).read_text().splitlines() if line.strip() and not line.startswith("#")]
        except OSError as error:
            raise PlanError(f"cannot read the list {name}: {error.strerror}") from None
    found: dict[str, Capture] = {}
    missing: list[tuple[str, str]] = []
    for given in paths:
        top = os.path.abspath(given)
        if os.path.isdir(top):
            for folder, folders, names in os.walk(top):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in sorted(names):
                    if not name.startswith("."):
                        take(os.path.join(folder, name), found, missing)
        else:
            take(top, found, missing)
    return sorted(found.values(), key=lambda one: one.path), missing


def take(path: str, found: dict[str, Capture], missing: list[tuple[str, str]]) -> None:
    try:
        status = os.stat(path)
    except OSError as error:
        missing.append((path, error.strerror or str(error)))
        return
    if status.st_size == 0:
        missing.append((path, "the file is empty"))
        return
    found[path] = Capture(path, status.st_size, status.st_mtime_ns)


@dataclass
class Plan:
    """A run: its captures, its options and its folders."""

    work: Path
    captures: list[Capture]
    smbdx: str
    version: str
    # Of `smbdx analyze`, for every shard.
    options: list[str]
    shards: int
    slims: bool
    # Those that can be judged; known once they are slim.
    usable: list[Capture] = field(default_factory=list)

    @property
    def key(self) -> str:
        return digest([[one.key for one in self.usable], self.version, self.options, self.shards, self.slims])

    @property
    def folder(self) -> Path:
        return self.work / "runs" / self.key

    @property
    def recording(self) -> Path:
        """A folder with links to all captures of the run, which is what smbdx reads."""
        return self.folder / "captures"

    def slim_path(self, capture: Capture) -> Path:
        # Kept for other runs with the same capture.
        return self.work / "slim" / self.version / f"{capture.key}-{os.path.basename(capture.path)}.pcapng.zst"

    def slim(self, capture: Capture) -> Command:
        return Command(
            self.smbdx, self.version, ["slim"], [capture.path], str(self.slim_path(capture)), bytes_in=capture.size)

    def shard_path(self, number: int) -> Path:
        return self.folder / "shards" / f"{number}-of-{self.shards}.shard"

    def shard(self, number: int, size: int) -> Command:
        return Command(
            self.smbdx, self.version, ["analyze", "--shard", f"{number}/{self.shards}", *self.options],
            [str(self.recording)], str(self.shard_path(number)), bytes_in=size)

    def link(self) -> None:
        """Makes ``recording`` anew. Captures keep their names as long as no two have the same."""
        self.recording.mkdir(parents=True, exist_ok=True)
        for old in self.recording.iterdir():
            old.unlink()
        for capture in self.usable:
            target = self.slim_path(capture) if self.slims else Path(capture.path)
            name = os.path.basename(capture.path) + (".pcapng.zst" if self.slims else "")
            link = self.recording / name
            if link.is_symlink():
                link = self.recording / f"{capture.key}-{name}"
            link.symlink_to(target)
