#!/usr/bin/env python3
"""Bridge two Ethernet interfaces and tamper with the SMB2 messages that pass.

usage: middlebox.py [options] CLIENT-IFACE SERVER-IFACE [ACTION ...]

An action names a message and what happens to it:

  negotiate-request.capabilities=0x7f    overwrite a field (little-endian number)
  negotiate-request.dialects=0302:0300   replace one dialect in the offered list
  vni-response.signature=0               any header field works on any message
  vni-request.drop                       swallow it, and its retransmissions
  create-request.reset                   swallow it and reset both ends
  session-setup-refusal.status=0xc0000072  say something else
  response.delay=30                      hold it back, in ms

Messages are COMMAND-request and COMMAND-response, and COMMAND-refusal for a
response that says no; `vni` is the IOCTL that carries VALIDATE_NEGOTIATE_INFO,
`response` is any of them. A message must start its own TCP segment and fit in
it, which holds for everything that matters before bulk data.

Packets have names too: tcp-PORT and udp-PORT (of either end), syn, syn-ack,
large (a segment from or to port 445 in a frame above 1200 bytes).

  udp-53.drop                            swallow it
  syn.drop=2                             swallow the first two only (any name)
  9-request.damage=2                     change the last byte of the first two, not the checksum
  syn.option=76                          insert a TCP option of that kind
  syn.strip=1                            overwrite all options but MSS with NOP
  syn-ack.ttl=240                        pretend another distance
  krb-error.code=7:12                    what a KDC says on port 88, in place of another error
"""

from __future__ import annotations

import argparse
import select
import socket
import struct
import time
from collections import Counter, deque
from dataclasses import dataclass

ETHERNET, NBSS, SMB2_HEADER = 14, 4, 64
LARGE_FRAME = 1200  # bytes
CLIENT_ADDRESS = bytes([10, 77, 0, 10])
FSCTL_VALIDATE_NEGOTIATE_INFO = 0x00140204
SERVER_TO_REDIR = 0x00000001
TCP_SYN, TCP_RST, TCP_ACK = 0x02, 0x04, 0x10
SEVERITY_ERROR, MORE_PROCESSING_REQUIRED = 0xC0000000, 0xC0000016
# The error-code field of a KRB-ERROR (RFC 4120 5.9.1), up to its last byte.
ERROR_CODE = bytes([0xA6, 3, 2, 1])

COMMANDS = {0: "negotiate", 1: "session-setup", 2: "logoff", 3: "tree-connect",
            5: "create", 11: "ioctl", 14: "query-directory"}

# MS-SMB2: offset from the SMB2 header, and size.
HEADER_FIELDS = {"status": (8, 4), "credits": (14, 2), "flags": (16, 4), "signature": (48, 16)}
BODY_FIELDS = {
    "negotiate-request": {"dialect-count": (66, 2), "security-mode": (68, 2), "capabilities": (72, 4), "guid": (76, 16),
                          "context-count": (96, 2), "reserved": (70, 2)},
    "negotiate-response": {"security-mode": (66, 2), "dialect": (68, 2), "context-count": (70, 2), "guid": (72, 16),
                           "capabilities": (88, 4), "max-transact": (92, 4), "max-read": (96, 4), "max-write": (100, 4),
                           "system-time": (104, 1), "start-time": (112, 8), "context-offset": (124, 4)},
    "session-setup-request": {"security-mode": (67, 1), "capabilities": (68, 4)},
    "tree-connect-request": {"flags2": (66, 2)},
    "vni-response": {"output-count": (100, 4)},
    "tree-connect-response": {"maximal-access": (76, 4)},
}
DIALECT_COUNT, DIALECTS = 66, 100


class Frame:
    """One Ethernet frame, and the TCP segment and SMB2 message in it if there are any."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self.is_tcp = (len(data) >= ETHERNET + 20 and data[12:14] == b"\x08\x00"
                       and data[ETHERNET + 9] == socket.IPPROTO_TCP)
        if not self.is_tcp:
            return
        self.tcp = ETHERNET + (data[ETHERNET] & 0x0F) * 4
        self.payload = self.tcp + (data[self.tcp + 12] >> 4) * 4
        self.end = ETHERNET + self.u16be(ETHERNET + 2)

    def u16be(self, offset: int) -> int:
        return struct.unpack_from(">H", self.data, offset)[0]

    def u32be(self, offset: int) -> int:
        return struct.unpack_from(">I", self.data, offset)[0]

    def u32le(self, offset: int) -> int:
        return struct.unpack_from("<I", self.data, offset)[0]

    @property
    def endpoints(self) -> tuple[bytes, int, bytes, int]:
        """Source address and port, destination address and port."""
        return (bytes(self.data[26:30]), self.u16be(self.tcp), bytes(self.data[30:34]), self.u16be(self.tcp + 2))

    @property
    def starts_connection(self) -> bool:
        return self.data[self.tcp + 13] & (TCP_SYN | TCP_ACK) == TCP_SYN

    @property
    def smb2(self) -> int | None:
        """Where the SMB2 header starts."""
        if not self.is_tcp:
            return None
        start = self.payload + NBSS
        found = self.end - start >= SMB2_HEADER and self.data[start:start + 4] == b"\xfeSMB"
        return start if found else None

    def replace_kerberos_error(self, old: int, new: int) -> None:
        found = self.data.find(ERROR_CODE + bytes([old]), ETHERNET + 28)
        if found >= 0:
            self.write(found + len(ERROR_CODE), bytes([new]))

    @property
    def names(self) -> list[str]:
        """What the packet is called, apart from the SMB2 message in it."""
        protocol = self.data[ETHERNET + 9] if self.data[12:14] == b"\x08\x00" else 0
        transport = {socket.IPPROTO_TCP: "tcp", socket.IPPROTO_UDP: "udp"}.get(protocol)
        if transport is None:
            return []
        ports = ETHERNET + (self.data[ETHERNET] & 0x0F) * 4
        names = [f"{transport}-{self.u16be(ports)}", f"{transport}-{self.u16be(ports + 2)}"]
        if self.u16be(ports) == 88:
            names.append("krb-error")
        if self.is_tcp:
            flags = self.data[self.tcp + 13]
            match flags & (TCP_SYN | TCP_ACK | TCP_RST):
                case 0x02:
                    names.append("syn")
                case 0x12:
                    names.append("syn-ack")
            if len(self.data) > LARGE_FRAME and "tcp-445" in names:
                names.append("large")
        return names

    def insert_option(self, kind: int) -> None:
        """Puts a TCP option of 8 bytes, and padding, behind those that the packet has."""
        option = bytes([kind, 8, 1, 1, *CLIENT_ADDRESS])
        padded = option + b"\x01" * (-len(option) % 4)
        self.data[self.payload:self.payload] = padded
        self.payload += len(padded)
        self.end += len(padded)
        struct.pack_into(">H", self.data, ETHERNET + 2, self.end - ETHERNET)
        struct.pack_into(">H", self.data, ETHERNET + 10, 0)
        struct.pack_into(">H", self.data, ETHERNET + 10, internet_checksum(bytes(self.data[ETHERNET:self.tcp])))
        self.write(self.tcp + 12, bytes([(self.payload - self.tcp) // 4 << 4]))

    def strip_options(self) -> None:
        """Leaves the MSS option and overwrites the others with NOP."""
        offset = self.tcp + 20
        while offset < self.payload and self.data[offset] != 0:
            length = 1 if self.data[offset] == 1 else self.data[offset + 1]
            if self.data[offset] != 2:
                self.write(offset, b"\x01" * length)
            offset += length

    def set_ttl(self, ttl: int) -> None:
        self.data[ETHERNET + 8] = ttl
        self.data[ETHERNET + 10:ETHERNET + 12] = bytes(2)
        struct.pack_into(">H", self.data, ETHERNET + 10, internet_checksum(bytes(self.data[ETHERNET:self.tcp])))

    def write(self, offset: int, value: bytes) -> None:
        """Overwrites bytes and makes the TCP checksum right again; UDP goes without."""
        self.data[offset:offset + len(value)] = value
        if not self.is_tcp:
            udp = ETHERNET + (self.data[ETHERNET] & 0x0F) * 4
            self.data[udp + 6:udp + 8] = bytes(2)
            return
        checksum = self.tcp + 16
        struct.pack_into(">H", self.data, checksum, 0)
        segment = bytes(self.data[self.tcp:self.end])
        struct.pack_into(">H", self.data, checksum, tcp_checksum(bytes(self.data[26:34]), segment))


def internet_checksum(data: bytes) -> int:
    padded = data + b"\x00" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def tcp_checksum(addresses: bytes, segment: bytes) -> int:
    return internet_checksum(addresses + struct.pack(">HH", socket.IPPROTO_TCP, len(segment)) + segment)


@dataclass(frozen=True)
class Forger:
    """Makes resets that name a host as their source but come from here."""

    ttl: int
    ip_id: int
    mac: bytes | None

    def resets(self, cause: Frame) -> tuple[bytes, bytes]:
        """A reset for the sender of `cause`, then one for its receiver."""
        source, source_port, destination, destination_port = cause.endpoints
        seq, ack = cause.u32be(cause.tcp + 4), cause.u32be(cause.tcp + 8)
        after = (seq + cause.end - cause.payload) & 0xFFFFFFFF
        to_receiver = bytes(cause.data[0:6]), bytes(cause.data[6:12])
        to_sender = to_receiver[::-1]
        return (self.reset(to_sender, destination, source, destination_port, source_port, ack, after),
                self.reset(to_receiver, source, destination, source_port, destination_port, seq, ack))

    def reset(self, macs: tuple[bytes, bytes], source: bytes, destination: bytes,
              source_port: int, destination_port: int, seq: int, ack: int) -> bytes:
        tcp = bytearray(struct.pack(">HHIIBBHHH", source_port, destination_port, seq, ack,
                                    5 << 4, TCP_RST | TCP_ACK, 0, 0, 0))
        struct.pack_into(">H", tcp, 16, tcp_checksum(source + destination, bytes(tcp)))
        ip = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), self.ip_id, 0,
                                   self.ttl, socket.IPPROTO_TCP, 0, source, destination))
        struct.pack_into(">H", ip, 10, internet_checksum(bytes(ip)))
        return macs[0] + (self.mac or macs[1]) + b"\x08\x00" + bytes(ip) + bytes(tcp)


@dataclass(frozen=True)
class Action:
    message: str
    what: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Action:
        name, _, value = text.partition("=")
        message, _, what = name.partition(".")
        return cls(message, what, value)

    def rewrite(self, frame: Frame, smb2: int) -> None:
        if self.what == "dialects":
            old, new = (struct.pack("<H", int(part, 16)) for part in self.value.split(":"))
            count = struct.unpack_from("<H", frame.data, smb2 + DIALECT_COUNT)[0]
            for offset in range(smb2 + DIALECTS, smb2 + DIALECTS + 2 * count, 2):
                if frame.data[offset:offset + 2] == old:
                    frame.write(offset, new)
        else:
            offset, size = (HEADER_FIELDS | BODY_FIELDS.get(self.message, {}))[self.what]
            frame.write(smb2 + offset, int(self.value, 0).to_bytes(size, "little"))


class Middlebox:
    def __init__(self, actions: list[Action], forger: Forger, only_connection: int | None) -> None:
        self.actions = actions
        self.forger = forger
        self.only_connection = only_connection
        self.connections: list[tuple[bytes, int, bytes, int]] = []
        self.validations: set[tuple[bytes, int]] = set()
        self.swallowed: Counter[Action] = Counter()
        #: Seconds for which what `treat` returned is to be held back.
        self.delay = 0.0

    def name(self, frame: Frame, smb2: int) -> str:
        """`vni-response`, `create-request`, … ; an error reply to VNI is known by its MessageId."""
        response = bool(frame.u32le(smb2 + 16) & SERVER_TO_REDIR)
        command = struct.unpack_from("<H", frame.data, smb2 + 12)[0]
        source, source_port, destination, destination_port = frame.endpoints
        message_id = bytes(frame.data[smb2 + 24:smb2 + 32])
        key = message_id, destination_port if response else source_port
        kind = COMMANDS.get(command, str(command))
        if kind == "ioctl" and not response and frame.u32le(smb2 + 68) == FSCTL_VALIDATE_NEGOTIATE_INFO:
            self.validations.add(key)
        if kind == "ioctl" and key in self.validations:
            kind = "vni"
        return f"{kind}-{'response' if response else 'request'}"

    def messages(self, frame: Frame, smb2: int) -> list[str]:
        name = self.name(frame, smb2)
        if name.endswith("-request"):
            return [name]
        status = frame.u32le(smb2 + 8)
        refuses = status >= SEVERITY_ERROR and status != MORE_PROCESSING_REQUIRED
        return [name, "response", *([name.replace("-response", "-refusal")] if refuses else [])]

    def is_target(self, frame: Frame) -> bool:
        """Whether the frame belongs to a connection that is to be tampered with."""
        if not frame.is_tcp:
            return self.only_connection is None
        if frame.starts_connection and frame.endpoints not in self.connections:
            self.connections.append(frame.endpoints)
        if self.only_connection is None:
            return True
        one_way = frame.endpoints
        ordinals = [n for n, c in enumerate(self.connections, 1) if c in (one_way, one_way[2:] + one_way[:2])]
        return self.only_connection in ordinals

    def treat(self, frame: Frame) -> tuple[list[bytes], list[bytes]]:
        """What goes on to the receiver, and what goes back to the sender."""
        self.delay = 0.0
        if not self.is_target(frame):
            return [bytes(frame.data)], []
        names = frame.names
        smb2 = frame.smb2
        if smb2 is not None:
            names += self.messages(frame, smb2)
        for action in self.actions:
            if action.message not in names:
                continue
            match action.what:
                case "drop":
                    if not action.value or self.swallowed[action] < int(action.value):
                        self.swallowed[action] += 1
                        return [], []
                case "reset":
                    back, on = self.forger.resets(frame)
                    return [on], [back]
                case "option":
                    frame.insert_option(int(action.value))
                case "damage":
                    if self.swallowed[action] < int(action.value):
                        self.swallowed[action] += 1
                        frame.data[frame.end - 1] ^= 0xFF
                case "strip":
                    frame.strip_options()
                case "ttl":
                    frame.set_ttl(int(action.value))
                case "delay":
                    self.delay = int(action.value) / 1000
                case "code":
                    frame.replace_kerberos_error(*(int(part) for part in action.value.split(":")))
                case _:
                    assert smb2 is not None
                    action.rewrite(frame, smb2)
        return [bytes(frame.data)], []


def bridge(client_side: str, server_side: str, middlebox: Middlebox) -> None:
    sides = []
    for interface in (client_side, server_side):
        side = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        side.bind((interface, 0))
        sides.append(side)
    peer = {sides[0]: sides[1], sides[1]: sides[0]}
    print("bridging", flush=True)
    held: deque[tuple[float, socket.socket, bytes]] = deque()
    while True:
        wait = max(0.0, held[0][0] - time.monotonic()) if held else None
        for side in select.select(sides, [], [], wait)[0]:
            data, address = side.recvfrom(65536)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            onward, backward = middlebox.treat(Frame(data))
            for frame in onward:
                if middlebox.delay:
                    held.append((time.monotonic() + middlebox.delay, peer[side], frame))
                else:
                    peer[side].send(frame)
            for frame in backward:
                side.send(frame)
        while held and held[0][0] <= time.monotonic():
            _, receiver, frame = held.popleft()
            receiver.send(frame)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("client_side", metavar="CLIENT-IFACE")
    parser.add_argument("server_side", metavar="SERVER-IFACE")
    parser.add_argument("actions", metavar="ACTION", nargs="*", type=Action.parse)
    parser.add_argument("--only-connection", type=int, metavar="N", help="tamper with the Nth TCP connection only")
    parser.add_argument("--forged-ttl", type=int, default=250, help="TTL of forged resets")
    parser.add_argument("--forged-ip-id", type=int, default=0x4D42, help="IP ID of forged resets")
    parser.add_argument("--forged-mac", help="source MAC of forged resets (default: that of the host they name)")
    options = parser.parse_intermixed_args()
    mac = bytes.fromhex(options.forged_mac.replace(":", "")) if options.forged_mac else None
    forger = Forger(options.forged_ttl, options.forged_ip_id, mac)
    bridge(options.client_side, options.server_side, Middlebox(options.actions, forger, options.only_connection))


if __name__ == "__main__":
    main()
