"""Captures: storing them as pcapng, and looking into them with tshark."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

VNI = "smb2.ioctl.function == 0x00140204"

# What VALIDATE_NEGOTIATE_INFO repeats, as tshark names it.
REQUEST_FIELDS = {"dialects": "smb2.dialect", "capabilities": "smb2.capabilities",
                  "guid": "smb2.client_guid", "security-mode": "smb2.sec_mode"}
RESPONSE_FIELDS = {"dialect": "smb2.dialect", "capabilities": "smb2.capabilities",
                   "guid": "smb2.server_guid", "security-mode": "smb2.sec_mode"}

ALTERNATIVE_PORT = 4455  # where tshark does not expect SMB

NANOSECOND_PCAP, PCAP_HEADER = 0xA1B23C4D, 24


@dataclass(frozen=True)
class Frame:
    time: int  # ns since 1970
    data: bytes
    length: int  # on the wire


@dataclass(frozen=True)
class Clock:
    """That of a recorder, against the one by which it recorded."""

    ahead: int = 0  # ns
    drift: int = 0  # ppm

    def time(self, true: int, start: int) -> int:
        return true + self.ahead + (true - start) * self.drift // 10**6


@dataclass(frozen=True)
class Edit:
    """Something done to a recording; it can ask tshark which frames are meant."""

    note: str
    apply: Callable[[Path, list[Frame]], list[Frame]]


def read(recording: Path) -> tuple[bytes, list[Frame]]:
    """The header and the packets of tcpdump's nanosecond pcap."""
    data = recording.read_bytes()
    assert struct.unpack_from("<I", data)[0] == NANOSECOND_PCAP
    packets = []
    offset = PCAP_HEADER
    while offset < len(data):
        seconds, nanoseconds, captured, original = struct.unpack_from("<IIII", data, offset)
        offset += 16
        packets.append(Frame(seconds * 10**9 + nanoseconds, data[offset:offset + captured], original))
        offset += captured
    return data[:PCAP_HEADER], packets


def set_clock(recording: Path, stored: Path, clock: Clock) -> None:
    """Rewrites tcpdump's nanosecond pcap as a recorder with another clock would have."""
    header, packets = read(recording)
    parts = [header]
    for packet in packets:
        seconds, nanoseconds = divmod(clock.time(packet.time, packets[0].time), 10**9)
        parts += [struct.pack("<IIII", seconds, nanoseconds, len(packet.data), packet.length), packet.data]
    stored.write_bytes(b"".join(parts))


def store(recording: Path, stored: Path, edits: tuple[Edit, ...] = ()) -> None:
    """Rewrites tcpdump's nanosecond pcap as pcapng without names of machines and programs."""
    header, packets = read(recording)
    snaplen, link_type = struct.unpack_from("<II", header, 16)
    resolution = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)  # if_tsresol: 10^-9 s
    start = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
             block(1, struct.pack("<HHI", link_type, 0, snaplen) + resolution)]
    stored.write_bytes(b"".join([*start, *map(packet_block, packets)]))
    for edit in edits:
        packets = edit.apply(stored, packets)
        stored.write_bytes(b"".join([*start, *map(packet_block, packets)]))


def packet_block(packet: Frame) -> bytes:
    header = struct.pack("<IIIII", 0, packet.time >> 32, packet.time & 0xFFFFFFFF, len(packet.data), packet.length)
    return block(6, header + packet.data)


def remove(display_filter: str, what: str) -> Edit:
    def apply(capture: Path, packets: list[Frame]) -> list[Frame]:
        gone = frames(capture, display_filter)
        return [packet for number, packet in enumerate(packets, 1) if number not in gone]

    return Edit(f"{what} removed", apply)


def start_with(display_filter: str, what: str) -> Edit:
    return Edit(f"everything before {what} removed",
                lambda capture, packets: packets[frames(capture, display_filter)[0] - 1:])


def end_after(seconds: float, display_filter: str, what: str) -> Edit:
    def apply(capture: Path, packets: list[Frame]) -> list[Frame]:
        last = packets[frames(capture, display_filter)[0] - 1].time + int(seconds * 10**9)
        return [packet for packet in packets if packet.time <= last]

    return Edit(f"everything later than {seconds:g} s after {what} removed", apply)


def snap(length: int) -> Edit:
    return Edit(f"every frame cut to {length} bytes",
                lambda _, packets: [replace(packet, data=packet.data[:length]) for packet in packets])


def repeat(nanoseconds: int) -> Edit:
    return Edit(f"every frame repeated {nanoseconds // 1000} µs later, as a mirror port of two VLANs does",
                lambda _, packets: sorted(
                    [*packets, *(replace(packet, time=packet.time + nanoseconds) for packet in packets)],
                    key=lambda packet: packet.time))


def set_back(display_filter: str, what: str, milliseconds: int) -> Edit:
    def apply(capture: Path, packets: list[Frame]) -> list[Frame]:
        number = frames(capture, display_filter)[0]
        return [replace(packet, time=packet.time - milliseconds * 10**6) if n == number else packet
                for n, packet in enumerate(packets, 1)]

    return Edit(f"the time of {what} set back by {milliseconds} ms", apply)


def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def frames(capture: Path, display_filter: str) -> list[int]:
    return [int(number) for (number,) in rows(capture, display_filter, ["frame.number"])]


def vni_differences(capture: Path) -> set[str]:
    """The fields in which a VNI differs from the NEGOTIATE of its connection: `request.dialects`, …"""
    return (differences(capture, "request", 0, REQUEST_FIELDS)
            | differences(capture, "response", 1, RESPONSE_FIELDS))


def differences(capture: Path, which: str, is_response: int, fields: dict[str, str]) -> set[str]:
    messages = f"(smb2.cmd == 0 || {VNI}) && smb2.flags.response == {is_response}"
    if is_response:
        # 0x02FF is provisional; an error repeats nothing.
        messages += " && smb2.nt_status == 0 && smb2.dialect != 0x02ff"
    negotiated: dict[str, list[str]] = {}
    differing = set()
    for stream, command, *values in rows(capture, messages, ["tcp.stream", "smb2.cmd", *fields.values()]):
        if command == "0":
            negotiated[stream] = values
        elif stream in negotiated:
            differing |= {f"{which}.{name}" for name, before, now in
                          zip(fields, negotiated[stream], values, strict=True) if before != now}
    return differing


def rows(capture: Path, display_filter: str, fields: list[str]) -> list[list[str]]:
    command = ["tshark", "-n", "-2", "-o", "tcp.check_checksum:TRUE", "-d", f"tcp.port=={ALTERNATIVE_PORT},nbss", "-r", str(capture),
               "-Y", display_filter, "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode:
        raise RuntimeError(f"tshark: {process.stderr.strip()}")
    return [line.split("\t") for line in process.stdout.splitlines()]
