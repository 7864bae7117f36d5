"""Signatures of AES-GMAC on SMB 3.1.1, checked by Python's `cryptography`: MS-SMB2 3.1.4.1, 3.1.4.2."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator

from Cryptodome.Cipher import ARC4
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from impacket import ntlm

NEGOTIATE, SESSION_SETUP, CANCEL = 0, 1, 12
RESPONSE, SIGNED = 1, 8
NBSS = 4


class Message:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.status, self.command = struct.unpack_from("<IH", data, 8)
        self.flags, self.next, self.id = struct.unpack_from("<IIQ", data, 16)

    @property
    def ends_logon(self) -> bool:
        return self.command == SESSION_SETUP and bool(self.flags & RESPONSE) and self.status == 0

    def is_signed_with(self, key: bytes) -> bool:
        blank = self.data[:48] + bytes(16) + self.data[64:]
        role = self.flags & RESPONSE | (2 if self.command == CANCEL else 0)
        return AESGCM(key).encrypt(struct.pack("<QI", self.id, role), b"", blank) == self.data[48:64]


#: Frame, sending port, payload.
Packet = tuple[int, str, bytes]


def messages(packets: list[Packet]) -> Iterator[tuple[int, Message]]:
    """Each with its last frame; compounds in their parts. Nothing is lost or out of order."""
    streams: dict[str, bytes] = {}
    for number, sender, payload in packets:
        stream = streams.get(sender, b"") + payload
        while len(stream) >= NBSS and len(stream) >= NBSS + int.from_bytes(stream[1:NBSS], "big"):
            end = NBSS + int.from_bytes(stream[1:NBSS], "big")
            for part in parts(stream[NBSS:end]):
                yield number, part
            stream = stream[end:]
        streams[sender] = stream


def parts(data: bytes) -> Iterator[Message]:
    while data[:4] == b"\xfeSMB":
        end = struct.unpack_from("<I", data, 20)[0] or len(data)
        yield Message(data[:end])
        data = data[end:]


def judge(packets: list[Packet], password: str, key: bytes | None) -> Iterator[tuple[tuple[int, int, bool], bool]]:
    """What is to be said of each signed message behind the logon of a connection."""
    found = list(messages(packets))
    logon: list[Message] = []
    for place, (_, message) in enumerate(found):
        if message.ends_logon:
            break
        if message.command in (NEGOTIATE, SESSION_SETUP):
            logon.append(message)
    else:
        return
    preauth = bytes(64)
    for message in logon:
        preauth = hashlib.sha512(preauth + message.data).digest()
    key = key or session_key([message.data for message in logon], password)
    signing = hmac.new(key, b"\0\0\0\1SMBSigningKey\0\0" + preauth + b"\0\0\0\x80", "sha256").digest()[:16]
    for number, message in found[place + 1:]:
        if message.flags & SIGNED and message.command != SESSION_SETUP:
            yield (number, message.id, bool(message.flags & RESPONSE)), message.is_signed_with(signing)


def session_key(logon: list[bytes], password: str) -> bytes:
    """Of NTLMv2, with an exchanged key: MS-NLMP 3.3.2."""
    challenge, answer = (next(data[data.index(mark):] for data in reversed(logon) if mark in data)
                         for mark in (b"NTLMSSP\0\2\0\0\0", b"NTLMSSP\0\3\0\0\0"))

    def part(at: int) -> bytes:
        length, _, start = struct.unpack_from("<HHI", answer, at)
        return answer[start:start + length]

    response, domain, user, exchanged = part(20), part(28), part(36).decode("utf-16le"), part(52)
    owner = hmac.new(ntlm.compute_nthash(password), user.upper().encode("utf-16le") + domain, "md5").digest()
    proof = hmac.new(owner, challenge[24:32] + response[16:], "md5").digest()
    if proof != response[:16]:
        raise ValueError("the password is another one")
    return ARC4.new(hmac.new(owner, proof, "md5").digest()).encrypt(exchanged)
