"""A second opinion on each signature of the lab's recordings.

It is Wireshark's, but for AES-GMAC: Wireshark 4.0 and 4.4 call every one of these signatures bad, although the peers took
them. There it is that of Python's `cryptography` (see gmac.py). Wireshark does not check the answer that ends a logon, or
does it with the key of another channel; SESSION_SETUP is left out.

With --corpus, recordings of a directory are compared too, each with the file NAME.keys beside it, of lines
`password …` or `session ID KEY`.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as XML
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import gmac

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Correct-Horse-7"
HEALTHY = ["2.0.2", "2.1", "3.0", "3.0.2", "3.1.1", "3.0-encrypted", "3.1.1-encrypted"]
SESSION_SETUP = 1

#: Frame, MessageId, whether it is an answer.
Message = tuple[int, int, bool]


@dataclass
class Opinion:
    good: set[Message] = field(default_factory=set)
    bad: set[Message] = field(default_factory=set)
    #: With those that are not listed one by one, such as READ.
    count: tuple[int, int] = (0, 0)


@dataclass
class Keys:
    password: str = ""
    keytab: Path | None = None
    #: SessionId and key.
    sessions: list[tuple[int, str]] = field(default_factory=list)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):  # smbdx found something
        sys.exit(f"{command[0]} ended with status {done.returncode}: {done.stderr}")
    return done.stdout


def smbdx(program: str, capture: Path, keys: Keys) -> Opinion:
    opinion = Opinion()
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        for session, key in keys.sessions:
            file.write(f'[[session]]\nid = "{session:#018x}"\nkey = "{key}"\n')
        if keys.password:
            file.write(f'[[user]]\nname = "alice"\npassword = "{keys.password}"\n')
        file.flush()
        options = ["--keytab", str(keys.keytab)] if keys.keytab else ["--keys", file.name]
        lines = run(program, "messages", "--no-config", "--format", "ndjson", *options, str(capture))
        report = json.loads(run(program, "--no-config", "--format", "json", *options, str(capture)))
    sides = [proof[side] for one in report["connections"] for proof in one.get("proofs", []) for side in ("client", "server")]
    good, bad = (sum(side[what] for side in sides) for what in ("good", "bad"))
    for line in lines.splitlines():
        message = json.loads(line)
        if message.get("protocol") != "smb2" or message.get("signature", "unknown") == "unknown":
            continue
        is_good = message["signature"] == "good"
        if message["command"] == SESSION_SETUP:
            # Of the logon of a channel only its end is counted.
            ends = message["status"] == "0x00000000"
            good, bad = good - (is_good and ends), bad - (not is_good and ends)
        else:
            (opinion.good if is_good else opinion.bad).add((message["frame"], message["messageId"], message["response"]))
    opinion.count = (good, bad)
    return opinion


class Wireshark:
    def __init__(self, command: str) -> None:
        self.command = shlex.split(command)

    def read(self, capture: Path, display_filter: str, *more: str) -> str:
        return run(*self.command, "-r", str(capture), "-Y", display_filter, *more)

    def fields(self, capture: Path, display_filter: str, *names: str, options: tuple[str, ...] = ()) -> list[list[str]]:
        wanted = [part for name in names for part in ("-e", name)]
        return [line.split("\t") for line in self.read(capture, display_filter, "-T", "fields", *wanted, *options).splitlines()]

    def chose_gmac(self, capture: Path) -> bool:
        return bool(self.fields(capture, "smb2.flags.response == 1 && smb2.negotiate_context.signing_id == 2", "frame.number"))

    def kerberos_keys(self, capture: Path, keytab: Path) -> list[tuple[int, str]]:
        """Keys of sessions as Wireshark reads them from Kerberos; it does not use them for SMB itself."""
        rows = self.fields(capture, "smb2.cmd == 1 && smb2.flags.response == 1 && kerberos.keyvalue", "smb2.sesid", "kerberos.keyvalue",
                           options=("-K", str(keytab), "-o", "kerberos.decrypt:TRUE"))
        return [(int(session.split(",")[0], 16), values.split(",")[-1].replace(":", "")) for session, values in rows]

    def opinion(self, capture: Path, keys: Keys) -> Opinion:
        options = ["-o", "smb2.verify_signatures:TRUE"]
        if keys.password:
            options += ["-o", f"ntlmssp.nt_password:{keys.password}"]
        for session, key in keys.sessions:
            identity = session.to_bytes(8, "little").hex()
            options += ["-o", f'uat:smb2_seskey_list:{identity},{key[:32]},"",""']
        opinion = Opinion()
        for packet in XML.fromstring(self.read(capture, "smb2", "-T", "pdml", *options)):
            number = next(int(one.get("show")) for one in packet.iter("field") if one.get("name") == "num")
            for protocol in packet.iter("proto"):
                for node in protocol.iter("field") if protocol.get("name") == "smb2" else ():
                    if any(child.get("name") == "smb2.msg_id" for child in node):
                        judge(node, number, opinion)
        return opinion


def judge(header: XML.Element, number: int, opinion: Opinion) -> None:
    values = {one.get("name"): one.get("show") for one in header.iter("field")}
    if int(values["smb2.cmd"]) == SESSION_SETUP:
        return
    place = (number, int(values["smb2.msg_id"]), values["smb2.flags.response"] in ("1", "True"))
    if "smb2.good_signature" in values:
        opinion.good.add(place)
    elif "smb2.bad_signature" in values:
        opinion.bad.add(place)


def opinion_on_gmac(wireshark: Wireshark, capture: Path, keys: Keys) -> Opinion:
    rows = wireshark.fields(capture, "tcp.payload && tcp.port == 445 && !tcp.analysis.retransmission", "frame.number", "tcp.srcport", "tcp.dstport", "tcp.payload")
    opinion = Opinion()
    given = [bytes.fromhex(key)[:16] for _, key in keys.sessions]
    connections: dict[frozenset[str], list[gmac.Packet]] = {}
    for number, source, target, payload in rows:
        packet = (int(number), source, bytes.fromhex(payload.replace(":", "")))
        connections.setdefault(frozenset((source, target)), []).append(packet)
    for own in connections.values():
        for place, is_good in gmac.judge(own, keys.password, given[0] if given else None):
            (opinion.good if is_good else opinion.bad).add(place)
    return opinion


def recordings(corpus: Path | None) -> Iterator[tuple[str, Path, Keys]]:
    for capture in sorted((ROOT / "Tests/EndToEndTests/Keyed").glob("*.pcapng")):
        keytab = capture.with_suffix(".keytab")
        if capture.name == "kerberos-stale.pcapng" or capture.name.startswith("smb1"):
            continue  # no session, and nothing that Wireshark says of SMB1
        yield capture.stem, capture, Keys(keytab=keytab) if keytab.exists() else Keys(password=PASSWORD)
    for name in HEALTHY:
        yield f"healthy-{name}", ROOT / f"Fixtures/healthy-{name}/capture.pcapng", Keys(password=PASSWORD)
    for notes in sorted(corpus.glob("**/*.keys")) if corpus else []:
        keys = Keys()
        for line in notes.read_text().splitlines():
            what, *rest = line.split()
            if what == "password":
                keys.password = rest[0]
            else:
                keys.sessions.append((int(rest[0], 16), rest[1]))
        yield notes.stem, next(notes.parent.glob(f"{notes.stem}.pcap*")), keys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smbdx", default=str(ROOT / ".build/release/smbdx"))
    parser.add_argument("--tshark", default="tshark", help="how to start it: another than the system's may be in a chroot")
    parser.add_argument("--corpus", type=Path)
    options = parser.parse_args()
    wireshark = Wireshark(options.tshark)
    sums = [0, 0, 0]
    for name, capture, keys in recordings(options.corpus):
        mine = smbdx(options.smbdx, capture, keys)
        if keys.keytab:
            keys.sessions = wireshark.kerberos_keys(capture, keys.keytab)
        is_gmac = wireshark.chose_gmac(capture)
        other = opinion_on_gmac(wireshark, capture, keys) if is_gmac else wireshark.opinion(capture, keys)
        against = sorted(mine.good & other.bad | mine.bad & other.good)
        alone = sorted((mine.good | mine.bad) - other.good - other.bad)
        same = mine.count == (len(other.good), len(other.bad))
        counts = [sum(mine.count) - len(against) if same else 0, len(against) if same else max(1, len(against)), len(alone)]
        sums = [one + more for one, more in zip(sums, counts)]
        print(f"{name}: {counts[0]} alike, {counts[1]} opposed, {counts[2]} that only smbdx judges"
              + (" (cryptography)" if is_gmac else "") + (f": {against + alone}" if against or alone else "")
              + ("" if same else f": {mine.count} are not {(len(other.good), len(other.bad))}"))
    print(f"in all: {sums[0]} alike, {sums[1]} opposed, {sums[2]} that only smbdx judges")
    return 1 if sums[1] or not sums[0] else 0


if __name__ == "__main__":
    sys.exit(main())
