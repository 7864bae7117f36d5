"""Captures: storing them as pcapng, and looking into them with tshark."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

VNI = "smb2.ioctl.function == 0x00140204"

# What VALIDATE_NEGOTIATE_INFO repeats, as tshark names it.
REQUEST_FIELDS = {"dialects": "smb2.dialect", "capabilities": "smb2.capabilities",
                  "guid": "smb2.client_guid", "security-mode": "smb2.sec_mode"}
RESPONSE_FIELDS = {"dialect": "smb2.dialect", "capabilities": "smb2.capabilities",
                   "guid": "smb2.server_guid", "security-mode": "smb2.sec_mode"}

NANOSECOND_PCAP = 0xA1B23C4D


def store(recording: Path, stored: Path) -> None:
    """Rewrites tcpdump's nanosecond pcap as pcapng without names of machines and programs."""
    data = recording.read_bytes()
    magic, _, _, _, _, snaplen, link_type = struct.unpack_from("<IHHiIII", data)
    assert magic == NANOSECOND_PCAP
    resolution = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)  # if_tsresol: 10^-9 s
    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
              block(1, struct.pack("<HHI", link_type, 0, snaplen) + resolution)]
    offset = 24
    while offset < len(data):
        seconds, nanoseconds, captured, original = struct.unpack_from("<IIII", data, offset)
        time = seconds * 10**9 + nanoseconds
        header = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, captured, original)
        offset += 16
        blocks.append(block(6, header + data[offset:offset + captured]))
        offset += captured
    stored.write_bytes(b"".join(blocks))


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
    command = ["tshark", "-n", "-2", "-r", str(capture), "-Y", display_filter, "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode:
        raise RuntimeError(f"tshark: {process.stderr.strip()}")
    return [line.split("\t") for line in process.stdout.splitlines()]
