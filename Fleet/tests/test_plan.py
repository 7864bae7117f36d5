import io
import os

import pytest

from smbdx_fleet.plan import Plan, PlanError, captures
from smbdx_fleet.progress import Progress, size_text
from smbdx_fleet.tasks import Command, Outcome, make, version_of


def test_finds_captures_of_directories_and_lists_once(tmp_path):
    (tmp_path / "in/deeper").mkdir(parents=True)
    (tmp_path / "in/b.pcap").write_bytes(b"b")
    (tmp_path / "in/deeper/a.pcap").write_bytes(b"a")
    (tmp_path / "in/.hidden").write_bytes(b"h")
    (tmp_path / "in/empty.pcap").write_bytes(b"")
    (tmp_path / "list").write_text(f"# a comment\n{tmp_path}/in/b.pcap\n{tmp_path}/gone.pcap\n")
    found, missing = captures([str(tmp_path / "in")], [str(tmp_path / "list")])
    assert [os.path.relpath(one.path, tmp_path) for one in found] == ["in/b.pcap", "in/deeper/a.pcap"]
    assert dict(missing) == {f"{tmp_path}/gone.pcap": "No such file or directory", f"{tmp_path}/in/empty.pcap": "the file is empty"}
    with pytest.raises(PlanError):
        captures([], [str(tmp_path / "no-list")])


def test_names_depend_on_what_goes_in(tmp_path):
    (tmp_path / "a.pcap").write_bytes(b"a")
    found, _ = captures([str(tmp_path)], [])

    def plan(options=(), version="1", shards=2):
        return Plan(tmp_path / "work", found, "smbdx", version, list(options), shards, True, usable=found)

    assert plan().key == plan().key
    assert len({plan().key, plan(["--checksums"]).key, plan(version="2").key, plan(shards=3).key}) == 4
    name = plan().slim_path(found[0])
    (tmp_path / "a.pcap").write_bytes(b"changed")
    changed, _ = captures([str(tmp_path)], [])
    assert plan().slim_path(changed[0]) != name


def test_links_with_equal_names_get_different_ones(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ring.pcap").write_bytes(folder.encode())
    found, _ = captures([str(tmp_path / "one"), str(tmp_path / "two")], [])
    plan = Plan(tmp_path / "work", found, "smbdx", "1", [], 1, False, usable=found)
    plan.link()
    plan.link()
    assert sorted(path.read_bytes() for path in plan.recording.iterdir()) == [b"one", b"two"]


def test_makes_files_whole_or_not_at_all(tmp_path, smbdx, ring):
    version = version_of(str(smbdx))
    target = tmp_path / "out/1.shard"
    command = Command(str(smbdx), version, ["analyze", "--shard", "1/2"], [str(ring)], str(target))
    assert make(command).ok and target.exists()
    before = target.stat().st_mtime_ns
    assert make(command).kept and target.stat().st_mtime_ns == before
    bad = Command(str(smbdx), version, ["analyze", "--shard", "3/2"], [str(ring)], str(tmp_path / "out/3.shard"))
    assert not make(bad).ok and not (tmp_path / "out/3.shard").exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["1.shard"]
    other = make(Command(str(smbdx), "0", [], [], str(tmp_path / "out/4.shard")))
    assert f"this node has smbdx {version}, and the driver has 0" in other.why
    gone = make(Command(str(tmp_path / "no-smbdx"), "0", [], [], str(tmp_path / "out/5.shard")))
    assert "No such file" in gone.why


def test_progress_tells_what_failed_and_how_long_it_takes():
    out = io.StringIO()
    progress = Progress("slim", 4, 4000, out)
    progress.take(Outcome("a", ok=True, bytes_in=1000))
    progress.take(Outcome("b", ok=False, bytes_in=1000))
    progress.take(Outcome("c", ok=True, bytes_in=1000, kept=True))
    progress.started -= 60
    progress.end()
    assert out.getvalue() == "slim: 3 of 4, 1 kept from before, 1 failed, 33 B/s, 1 min left\n"
    assert size_text(1_500_000) == "1.5 MB"
