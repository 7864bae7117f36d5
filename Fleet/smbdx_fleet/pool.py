"""Runs commands on all nodes of a Ray cluster, with a bounded number of them under way."""

from collections.abc import Callable, Iterable, Iterator

import ray
from ray import cloudpickle

from . import tasks
from .tasks import Command, Outcome

# The nodes get the functions themselves: they need not have this package.
cloudpickle.register_pickle_by_value(tasks)

# Times that a task is started again because its node or its process died.
RESTARTS = 5


def run_all(commands: Iterable[Command], tries: int = 2, cores: float = 1) -> Iterator[Outcome]:
    """Outcomes as they come, one for each command. A command that fails is tried again, elsewhere where that is possible."""
    remote = ray.remote(num_cpus=cores, max_retries=RESTARTS, scheduling_strategy="SPREAD")(tasks.make)
    waiting = iter(commands)
    under_way: dict[ray.ObjectRef, tuple[Command, int]] = {}
    is_exhausted = False
    while True:
        while not is_exhausted and len(under_way) < most_under_way():
            command = next(waiting, None)
            if command is None:
                is_exhausted = True
            else:
                under_way[remote.remote(command)] = (command, 1)
        if not under_way:
            return
        done, _ = ray.wait(list(under_way), num_returns=1, timeout=1.0)
        for reference in done:
            command, count = under_way.pop(reference)
            outcome = outcome_of(reference, command)
            if outcome.ok or count >= tries:
                yield outcome
            else:
                under_way[remote.remote(command)] = (command, count + 1)


def outcome_of(reference: "ray.ObjectRef", command: Command) -> Outcome:
    try:
        return ray.get(reference)
    except (ray.exceptions.RayTaskError, ray.exceptions.RaySystemError, ray.exceptions.WorkerCrashedError,
            ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError, ray.exceptions.ObjectLostError) as error:
        return Outcome(command.target, ok=False, why=tasks.last_line(str(error)), bytes_in=command.bytes_in)


def most_under_way() -> int:
    """Two for each core: the next task is there when one ends, and a million files take no memory in the cluster."""
    return max(4, int(2 * ray.cluster_resources().get("CPU", 1)))
