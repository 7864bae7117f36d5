"""Whole runs on Ray clusters of this computer: two nodes, of which one dies."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import ray
from conftest import report_of
from ray.cluster_utils import Cluster

from smbdx_fleet import cli


# Ray takes 127.0.0.1 for the address of the network card.
LOOPBACK = "127.0.0.2"
# Of its own, so that this program joins the other node, which it needs to the end.
SECOND = "127.0.0.3"


# The first test takes one of its nodes.
@pytest.fixture(scope="module")
def cluster():
    it = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "node_ip_address": LOOPBACK, "include_dashboard": False})
    it.second = it.add_node(num_cpus=2, node_ip_address=SECOND)
    ray.init(address=it.address, log_to_driver=False, _node_ip_address=LOOPBACK)
    yield it
    ray.shutdown()
    it.shutdown()


def run(ring: Path, work: Path, smbdx: Path, *more: str) -> tuple[int, bytes]:
    out = work / "report"
    status = cli.main([str(ring), "--work", str(work), "--smbdx", str(smbdx), "--format", "json", "-o", str(out), *more])
    return status, out.read_bytes() if out.exists() else b""


def alive_in_the_end(seconds: float = 60) -> int:
    """Nodes of the cluster, once it has noticed that one is gone."""
    end = time.monotonic() + seconds
    while (count := sum(node["Alive"] for node in ray.nodes())) > 1 and time.monotonic() < end:
        time.sleep(0.2)
    return count


def recording(work: Path) -> Path:
    [it] = (work / "runs").iterdir()
    return it / "captures"


def test_report_equals_that_of_one_process_although_a_node_dies(cluster, tmp_path, ring, slow_smbdx):
    work = tmp_path / "work"
    died = []

    def kill():
        # Half of the captures are slim.
        while len(list(work.glob("slim/*/*.zst"))) < 6:
            time.sleep(0.02)
        cluster.remove_node(cluster.second, allow_graceful=False)
        died.append(len(list(work.glob("slim/*/*.zst"))))

    killer = threading.Thread(target=kill)
    killer.start()
    status, report = run(ring, work, slow_smbdx, "--shards", "4")
    killer.join()
    assert died[0] < 12, "the node has to die before all is done"
    assert alive_in_the_end() == 1
    assert status == 1
    assert report == report_of(recording(work))
    assert len(json.loads(report)["connections"]) > 100
    assert json.loads((recording(work).parent / "failed.json").read_text()) == {"files": [], "shards": []}
    assert not list(work.rglob(".making-*/*"))


def test_lists_files_that_cannot_be_read_and_goes_on(cluster, tmp_path, ring, smbdx, capsys):
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    for path in sorted(ring.iterdir())[:3]:
        (mixed / path.name).write_bytes(path.read_bytes())
    (mixed / "notes.pcap").write_text("no capture at all, but words\n")
    work = tmp_path / "work"
    status, report = run(mixed, work, smbdx, "--shards", "3", "--tries", "1")
    assert status in (0, 1)
    assert json.loads(report)["capture"]["files"] and report == report_of(recording(work))
    [failed] = json.loads((recording(work).parent / "failed.json").read_text())["files"]
    assert failed["file"].endswith("notes.pcap") and failed["why"]
    assert "1 file is not in the report:" in capsys.readouterr().err


def test_tells_shards_that_fail(cluster, tmp_path, ring, smbdx, capsys):
    status, report = run(ring, tmp_path / "work", smbdx, "--no-slim", "--shards", "2", "--option=--no-such-option")
    assert (status, report) == (2, b"")
    assert "2 of 2 shards failed, so there is no report" in capsys.readouterr().err


def test_goes_on_after_the_driver_was_killed(tmp_path, ring, slow_smbdx):
    work = tmp_path / "work"
    arguments = [sys.executable, "-m", "smbdx_fleet.cli", str(ring), "--work", str(work), "--smbdx", str(slow_smbdx),
                 "--shards", "2", "--format", "ndjson", "-o", str(work / "report")]
    first = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(work.glob("slim/*/*.zst"))) < 3:
        assert first.poll() is None
        time.sleep(0.02)
    first.kill()
    first.wait()
    made = {path: path.stat().st_mtime_ns for path in work.glob("slim/*/*.zst")}
    assert 3 <= len(made) < 12 and not (work / "report").exists()
    second = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert second.returncode == 1, second.stderr
    assert {path: path.stat().st_mtime_ns for path in made} == made
    assert "kept from before" in second.stderr
    assert (work / "report").read_bytes() == report_of(recording(work), "ndjson")
    third = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert "judge: 2 of 2, 2 kept from before" in third.stderr
