"""How far a step has come, on standard error: a line that is written over on a terminal, else one every half minute."""

import sys
import time

from .tasks import Outcome


def size_text(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return ""


class Progress:
    def __init__(self, step: str, count: int, total_bytes: int, out=sys.stderr, interval: float = 30.0) -> None:
        self.step, self.count, self.total_bytes, self.out = step, count, total_bytes, out
        self.is_terminal = out.isatty()
        self.interval = 0.2 if self.is_terminal else interval
        self.started = self.shown = time.monotonic()
        self.done = self.failed = self.kept = self.bytes_in = self.worked = 0

    def take(self, outcome: Outcome) -> None:
        self.done += 1
        self.failed += not outcome.ok
        self.kept += outcome.kept
        self.bytes_in += outcome.bytes_in
        self.worked += 0 if outcome.kept else outcome.bytes_in
        if time.monotonic() - self.shown >= self.interval:
            self.show()

    def line(self) -> str:
        elapsed = max(time.monotonic() - self.started, 0.001)
        rate = self.worked / elapsed
        text = f"{self.step}: {self.done} of {self.count}"
        if self.kept:
            text += f", {self.kept} kept from before"
        if self.failed:
            text += f", {self.failed} failed"
        if rate > 0:
            text += f", {size_text(rate)}/s"
            rest = self.total_bytes - self.bytes_in
            if rest > 0:
                text += f", {rest / rate / 60:.0f} min left"
        return text

    def show(self) -> None:
        self.shown = time.monotonic()
        self.out.write(f"\r\033[K{self.line()}" if self.is_terminal else f"{self.line()}\n")
        self.out.flush()

    def end(self) -> None:
        self.show()
        if self.is_terminal:
            self.out.write("\n")
