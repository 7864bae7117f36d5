"""The command `smbdx-fleet`."""

import argparse
import os
import shutil
import sys
from pathlib import Path

import ray

from . import run
from .plan import Plan, PlanError, captures
from .tasks import version_of

DESCRIPTION = """Judges an archive of packet captures with smbdx on all nodes of a Ray cluster: makes each capture slim, judges
the clients in shards, and joins the shards to one report. A second run with the same arguments goes on where the first one
stopped."""

EPILOG = """All nodes need smbdx, Ray, and the captures and --work under the same paths, such as a network mount.

Exit status: that of smbdx merge (0: nothing at or above the --fail-on severity; 1: findings), or 2 if there is no report."""


def parser() -> argparse.ArgumentParser:
    it = argparse.ArgumentParser(
        prog="smbdx-fleet", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("inputs", nargs="*", metavar="capture", help="capture files, or directories with captures in them and below")
    it.add_argument("--list", action="append", default=[], metavar="file", help="a file with one path of a capture in each line")
    it.add_argument("--work", required=True, metavar="directory", help="where results of the steps are kept; all nodes must reach it")
    it.add_argument("--shards", type=int, metavar="count", help="shares of the clients; the default is one for each core of the cluster")
    it.add_argument("--no-slim", action="store_true", help="judge the captures themselves")
    it.add_argument("--smbdx", default="smbdx", metavar="path", help="the program, on all nodes; the default is smbdx")
    it.add_argument("--address", metavar="address", help="a Ray cluster: auto, or host:port; without it one on this computer")
    it.add_argument("--tries", type=int, default=2, metavar="count", help="how often a file or shard is tried; the default is 2")
    it.add_argument("--cores", type=float, default=1, metavar="count", help="cores that one shard takes; the default is 1")
    it.add_argument("--option", action="append", default=[], metavar="option", help="an option of smbdx analyze for all shards, such as --option=--checksums")
    it.add_argument("--format", default="text", help="format of the report, as of smbdx merge")
    it.add_argument("-o", "--output", metavar="file", help="write the report to this file")
    it.add_argument("--fail-on", metavar="severity", help="as of smbdx merge")
    return it


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return work(options)
    except PlanError as error:
        print(f"smbdx-fleet: {error}", file=sys.stderr)
        return 2


def work(options: argparse.Namespace) -> int:
    found, missing = captures(options.inputs, options.list)
    if not found:
        run.tell_failures(missing)
        raise PlanError("there is no capture to read")
    smbdx = shutil.which(options.smbdx)
    if smbdx is None:
        raise PlanError(f"cannot find {options.smbdx}; install smbdx, or name it with --smbdx")
    try:
        version = version_of(smbdx)
    except OSError as error:
        raise PlanError(str(error)) from None
    connect(options.address)
    shards = options.shards or max(1, int(ray.cluster_resources().get("CPU", 1) // options.cores))
    plan = Plan(
        Path(os.path.abspath(options.work)), found, os.path.abspath(smbdx), version, options.option, shards, not options.no_slim)
    failed = missing + run.slim(plan, options.tries)
    if not plan.usable:
        run.tell_failures(failed)
        raise PlanError("no capture can be read")
    outcomes = run.judge(plan, options.tries, options.cores)
    run.write_failures(plan, failed, outcomes)
    run.tell_failures(failed)
    bad = [one for one in outcomes if not one.ok]
    if bad:
        for one in bad[:5]:
            print(f"{os.path.basename(one.target)}: {one.why} (on {one.node or 'a node that died'})", file=sys.stderr)
        raise PlanError(f"{len(bad)} of {shards} shards failed, so there is no report; run the same command again to go on")
    form = ["--format", options.format]
    form += ["-o", options.output] if options.output else []
    form += ["--fail-on", options.fail_on] if options.fail_on else []
    return run.merge(plan, form)


def connect(address: str | None) -> None:
    if ray.is_initialized():
        return
    if address is None:
        # Nothing of this computer is open to others.
        ray.init(address="local", include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    else:
        ray.init(address=address, log_to_driver=False)


if __name__ == "__main__":
    sys.exit(main())
