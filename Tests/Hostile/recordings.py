"""Recordings made to do harm: each shows one thing as often as it is told to."""

import gzip
import importlib.machinery
import importlib.util
import lzma
import random
import struct
from pathlib import Path

CLIENT, SERVER = 0x0A000001, 0xC0A80001
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
SESSION = 0x1122334455667788


# Packets


def ipv4(transport, payload, source=CLIENT, destination=SERVER, number=0, fragment=0x4000):
    return struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(payload), number, fragment, 64, transport, 0, source, destination) + payload


def tcp(source, port, destination, to_port, sequence, acknowledgment, flags, payload=b""):
    header = struct.pack(
        ">HHIIBBHHH", port, to_port, sequence & 0xFFFFFFFF, acknowledgment & 0xFFFFFFFF, 0x50, flags, 0xFFFF, 0, 0)
    return ipv4(6, header + payload, source, destination)


def udp(source, port, destination, to_port, payload):
    return ipv4(17, struct.pack(">HHHH", port, to_port, 8 + len(payload), 0) + payload, source, destination)


class Recording:
    """A pcap file of raw IP packets, a microsecond apart."""

    def __init__(self, file):
        self.file = file
        self.frames = 0
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))

    def add(self, packet, length=None):
        seconds, rest = divmod(self.frames, 1_000_000)
        self.frames += 1
        self.file.write(struct.pack("<IIII", 1_700_000_000 + seconds, rest, len(packet), length or len(packet)) + packet)


class Connection:
    """What two hosts say to each other, in segments of at most 60,000 bytes."""

    def __init__(self, recording, client=CLIENT, port=50_000, to_port=445):
        self.recording = recording
        self.ends = [(client, port, SERVER, to_port), (SERVER, to_port, client, port)]
        self.next = [1, 1]
        self.segment(0, SYN)
        self.segment(1, SYN | ACK)
        self.segment(0, ACK)

    def segment(self, side, flags=ACK, payload=b"", is_captured=True):
        if is_captured:
            self.recording.add(tcp(*self.ends[side], self.next[side], self.next[1 - side], flags, payload))
        self.next[side] += len(payload) + (1 if flags & (SYN | FIN) else 0)

    def send(self, side, payload):
        for start in range(0, len(payload), 60_000):
            self.segment(side, ACK, payload[start : start + 60_000])

    def negotiate(self):
        """NEGOTIATE of SMB 3.0.2."""
        guid = bytes(range(16))
        self.send(0, nbss(smb2(0, 0, struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0x7F, guid, 0, 0x0302))))
        self.send(1, nbss(smb2(0, 0, negotiate_response(guid), is_response=True)))

    def establish(self):
        """With a SESSION_SETUP that is granted."""
        self.negotiate()
        self.send(0, nbss(smb2(1, 1, session_setup(b"\x60"))))
        self.send(1, nbss(smb2(1, 1, struct.pack("<HHHH", 9, 0, 72, 0), is_response=True)))
        return self

    def close(self):
        self.segment(0, FIN | ACK)
        self.segment(1, FIN | ACK)


# Messages


def nbss(message, length=None, kind=0):
    return struct.pack(">I", kind << 24 | (len(message) if length is None else length)) + message


def smb2(command, message_id, body, is_response=False, status=0, following=0, session=SESSION):
    return (
        struct.pack(
            "<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 1, 1 if is_response else 0, following,
            message_id & 0xFFFFFFFFFFFFFFFF, 0, 5, session, bytes(16))
        + body
    )


def negotiate_response(guid):
    return struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x0302, 0, guid, 0x7F, 1 << 20, 1 << 20, 1 << 20, 133_000_000_000_000_000, 0, 128, 0, 0)


def session_setup(token, previous=0):
    return struct.pack("<HBBIIHHQ", 25, 0, 1, 1, 0, 88, len(token) & 0xFFFF, previous) + token


def authenticate(user):
    """An AUTHENTICATE message of NTLM with the name of a user alone: MS-NLMP 2.2.1.3."""
    name = user.encode("utf-16-le")
    fields = [(0, 88), (0, 88), (0, 88), (len(name), 88), (0, 88), (0, 88)]
    head = b"NTLMSSP\0" + struct.pack("<I", 3) + b"".join(struct.pack("<HHI", size, size, start) for size, start in fields)
    return (head + struct.pack("<I", 1)).ljust(88, b"\0") + name


def tree_connect(path):
    name = path.encode("utf-16-le")
    return struct.pack("<HHHH", 9, 0, 72, len(name)) + name


ECHO = b"\x04\x00\x00\x00"
# A TREE_CONNECT response: MS-SMB2 2.2.10.
GRANTED = struct.pack("<HBBIII", 16, 1, 0, 0x30, 0, 0x1F01FF)


def tlv(tag, content):
    """A BER element."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def nested(depth):
    """Sequences in sequences, without copying what is inside for each of them."""
    heads, size = [], 0
    for _ in range(depth):
        heads.append(tlv(0x30, bytes(size))[: -size or None])
        size += len(heads[-1])
    return b"".join(reversed(heads))


# One connection


def message_ids(recording, count):
    """TREE_CONNECT requests that nobody answers, all over the 2^64 MessageIds."""
    connection = Connection(recording).establish()
    body = tree_connect("\\\\fs01\\data")
    for index in range(count):
        connection.send(0, nbss(smb2(3, 2 + (index << 44), body)))


def shares(recording, count):
    """As many shares as requests, all granted."""
    connection = Connection(recording).establish()
    for index in range(count // 2):
        connection.send(0, nbss(smb2(3, 2 + index, tree_connect(f"\\\\fs01\\share{index}"))))
        connection.send(1, nbss(smb2(3, 2 + index, GRANTED, is_response=True)))


def sessions(recording, count):
    """SESSION_SETUP requests one after the other, each for another session, and refused."""
    connection = Connection(recording).establish()
    body, error = session_setup(b"NTLMSSP\0" + bytes(32)), struct.pack("<HHIB", 9, 0, 0, 0)
    for index in range(count // 2):
        connection.send(0, nbss(smb2(1, 2 + index, body, session=0)))
        connection.send(1, nbss(smb2(1, 2 + index, error, is_response=True, status=0xC000006D, session=index + 1)))


def replies(recording, count):
    """Answers to nothing, with tokens."""
    connection = Connection(recording).establish()
    for index in range(count):
        connection.send(1, nbss(smb2(1, index * 977 + 5, struct.pack("<HHHH", 9, 0, 72, 500) + bytes(500), is_response=True)))


def chains(recording, count):
    """Compounds whose NextCommand points at itself, backwards, or around."""
    connection = Connection(recording).establish()
    for index in range(count):
        following = (1, 8, 63, 0x7FFFFFFF, 0x80000000, 0xFFFFFFC0, 0xFFFFFFF8, 0xFFFFFFFF)[index % 8]
        connection.send(0, nbss(smb2(13, index, ECHO, following=following) + bytes(64)))


def members(recording, count):
    """Compounds of as many members as fit into a packet."""
    connection = Connection(recording).establish()
    done = 0
    while done < count:
        size = min(count - done, 200_000)
        connection.send(0, nbss(b"".join(smb2(13, done + index, ECHO + bytes(4), following=72 if index + 1 < size else 0) for index in range(size))))
        done += size


def holes(recording, count):
    """A hole before every segment."""
    connection = Connection(recording).establish()
    for _ in range(count):
        connection.segment(0, payload=b"x", is_captured=False)
        connection.segment(0, payload=b"yy")


def overlaps(recording, count):
    """Segments behind one hole, over each other, each contradicting the one before."""
    connection = Connection(recording).establish()
    connection.segment(0, payload=b"x", is_captured=False)
    start = connection.next[0]
    for index in range(count):
        connection.next[0] = start + index * 7 % 600
        connection.segment(0, payload=bytes([index & 0xFF]) * (1 + index * 13 % 300))


def lying_lengths(recording, count):
    """NBSS lengths of 16 MiB before messages that are short."""
    connection = Connection(recording).establish()
    for index in range(count):
        connection.send(0, nbss(smb2(3, index, tree_connect("\\\\a\\b")), length=0xFFFFFF))


def empty_packets(recording, count):
    """NBSS packets without content, three hundred in a segment."""
    connection = Connection(recording).establish()
    for index in range(count):
        connection.send(0, nbss(b"", kind=0x85 if index & 1 else 0) * 300)


def single_bytes(recording, count):
    """Messages of 64 kB in segments of one byte: each byte is held, and none copied twice."""
    connection = Connection(recording).establish()
    packet = nbss(smb2(1, 2, session_setup(bytes(60_000))))
    for index in range(count):
        connection.segment(0, payload=packet[index % len(packet) : index % len(packet) + 1])


def deep_tokens(recording, count):
    """Security buffers nested ten thousand levels deep."""
    connection = Connection(recording).establish()
    deep = nested(10_000)
    spnego = tlv(0x60, tlv(0x06, bytes.fromhex("2b0601050502")) + tlv(0xA0, tlv(0x30, tlv(0xA2, deep))))
    packets = [nbss(smb2(1, 0, session_setup(token[:65_535]))) for token in (deep, spnego, tlv(0xA1, deep))]
    for index in range(count):
        connection.send(0, packets[index % 3])


def long_names(recording, count):
    """Paths of 64 kB, each another one."""
    connection = Connection(recording).establish()
    for index in range(count):
        connection.send(0, nbss(smb2(3, index, tree_connect(f"\\\\{index}\\" + "\u4e2d" * 32_700))))


def ntlm_fields(recording, count):
    """AUTHENTICATE messages of 60 kB whose every field is all of it."""
    connection = Connection(recording).establish()
    field = struct.pack("<HHI", 60_000, 60_000, 0)
    token = b"NTLMSSP\0" + struct.pack("<I", 3) + field * 6 + struct.pack("<I", 1)
    packet = nbss(smb2(1, 2, session_setup(token.ljust(60_000, b"\x01"))))
    for _ in range(count):
        connection.send(0, packet)


def compressed(recording, count):
    """SMB2 compression: eight bytes that announce 256 KiB."""
    connection = Connection(recording).establish()
    pattern = struct.pack("<4sIHHIB3xI", b"\xfcSMB", 256 * 1024, 4, 1, 8, 0x55, 256 * 1024)
    for _ in range(count):
        connection.send(0, nbss(pattern))


# Many connections


def syns(recording, count):
    """Connections of one segment, to port 445."""
    for index in range(count):
        recording.add(tcp(CLIENT + index, 50_000, SERVER, 445, 1, 0, SYN))


def first_messages(recording, count):
    """Connections of one segment with a NEGOTIATE, to any port."""
    packet = nbss(smb2(0, 0, struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0x7F, bytes(16), 0, 0x0302)))
    for index in range(count):
        recording.add(tcp(CLIENT + index, 50_000, SERVER, 1024 + index % 60_000, 1, 1, ACK, packet))


def foreign(recording, count):
    """Connections of one segment that are none of ours."""
    for index in range(count):
        recording.add(tcp(CLIENT + index, 50_000, SERVER, 80, 1, 1, ACK, b"GET / HTTP/1.1\r\n\r\n"))


def failures(recording, count):
    """Connections that are refused."""
    for index in range(count // 2):
        recording.add(tcp(CLIENT + index, 50_000, SERVER, 445, 1, 0, SYN))
        recording.add(tcp(SERVER, 445, CLIENT + index, 50_000, 0, 2, RST | ACK))


def returns(recording, count):
    """Connections of one client, each of which wants an earlier session back and is refused."""
    error = struct.pack("<HHIB", 9, 0, 0, 0)
    for index in range(count):
        connection = Connection(recording, port=1024 + index % 64_000)
        connection.negotiate()
        connection.send(0, nbss(smb2(1, 1, session_setup(b"NTLMSSP\0" + bytes(32), previous=index + 1), session=0)))
        connection.send(1, nbss(smb2(1, 1, error, is_response=True, status=0xC000006D)))
        connection.close()


def further_users(recording, count):
    """Connections with seven further users each, and as many behind them on which the last of these is refused."""

    def ask(connection, message_id, command, request, answer, session, status=0):
        connection.send(0, nbss(smb2(command, message_id, request, session=session)))
        connection.send(1, nbss(smb2(command, message_id, answer, is_response=True, status=status, session=session)))

    granted, refused = struct.pack("<HHHH", 9, 0, 72, 0), struct.pack("<HHIB", 9, 0, 0, 0)
    for index in range(count):
        connection = Connection(recording, port=1024 + index % 64_000)
        connection.negotiate()
        if index < count // 2:
            for user in range(8):
                ask(connection, 1 + user, 1, session_setup(authenticate("bob" if user else "alice")), granted, 8 * index + user + 1)
            ask(connection, 9, 3, tree_connect("\\\\fs01\\data"), GRANTED, 8 * index + 8)
            ask(connection, 10, 2, ECHO, ECHO, 8 * index + 8)
        else:
            ask(connection, 1, 1, session_setup(authenticate("bob")), refused, 8 * index + 1, status=0xC000006D)
        connection.close()


def half_messages(recording, count):
    """Connections with a message of 64 kB that never ends."""
    packet = nbss(smb2(1, 2, session_setup(bytes(60_000))))[:1_200]
    for index in range(count):
        recording.add(tcp(CLIENT + index, 50_000, SERVER, 445, 1, 1, ACK, packet))


def far_ahead(recording, count):
    """Connections with bytes that wait behind a hole."""
    for index in range(count // 2):
        recording.add(tcp(CLIENT + index, 50_000, SERVER, 445, 1, 1, ACK, nbss(smb2(13, 0, ECHO))))
        recording.add(tcp(CLIENT + index, 50_000, SERVER, 445, 10_000, 1, ACK, bytes(1_000)))


# No connection


def fragments(recording, count):
    """First fragments of packets that never come whole."""
    for index in range(count):
        recording.add(ipv4(6, bytes(1_400), CLIENT + index // 60_000, number=index % 65_536, fragment=0x2000))


def crumbs(recording, count):
    """Fragments of eight bytes, in any order, of a few packets that never come whole."""
    for index in range(count):
        recording.add(ipv4(6, bytes(8), number=index % 300, fragment=0x2000 | (index * 977 + 1) % 8_000 or 1))


def names(recording, count):
    """DNS queries that nobody answers, each for another name."""
    for index in range(count):
        label = b"host%07d" % index
        query = struct.pack(">HHHHHH", index % 65_536, 0x0100, 1, 0, 0, 0) + bytes([len(label)]) + label + b"\3lab\0" + b"\0\1\0\1"
        recording.add(udp(CLIENT + index % 4096, 40_000 + index % 20_000, SERVER, 53, query))


def name_loops(recording, count):
    """DNS answers whose names point at each other."""
    record = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, 2) + b"\xc0\x0e"
    answer = struct.pack(">HHHHHH", 7, 0x8180, 1, 60_000, 0, 0) + b"\xc0\x0e\xc0\x0c" + b"\0\1\0\1" + record * 80
    for _ in range(count):
        recording.add(udp(SERVER, 53, CLIENT, 40_000, answer))


def tickets(recording, count):
    """Kerberos requests that nobody answers, each of another user."""
    for index in range(count):
        name = tlv(0x30, tlv(0xA0, b"\2\1\1") + tlv(0xA1, tlv(0x30, tlv(0x1B, b"user%07d" % index))))
        body = tlv(0x30, tlv(0xA0, b"\3\5\0\0\0\0\0") + tlv(0xA1, name) + tlv(0xA2, tlv(0x1B, b"LAB")) + tlv(0xA5, tlv(0x18, b"20370913024805Z"))
            + tlv(0xA7, b"\2\1\7") + tlv(0xA8, tlv(0x30, b"\2\1\x12")))
        request = tlv(0x6A, tlv(0x30, tlv(0xA1, b"\2\1\5") + tlv(0xA2, b"\2\1\x0a") + tlv(0xA4, body)))
        recording.add(udp(CLIENT + index % 65_536, 40_000 + index % 20_000, SERVER, 88, request))


def icmp_errors(recording, count):
    """ICMP errors about connections, four for each."""
    for index in range(count):
        about = CLIENT + index // 4
        if index % 4 == 0:
            recording.add(tcp(about, 50_000, SERVER, 445, 1, 0, SYN))
        quoted = tcp(about, 50_000, SERVER, 445, 1, 0, SYN)[:28]
        recording.add(ipv4(1, struct.pack(">BBHI", 3, 1, 0, 0) + quoted, SERVER + 1, about))


# Files


def block(kind, body, length=None):
    body += bytes(-len(body) % 4)
    total = struct.pack("<I", 12 + len(body) if length is None else length)
    return struct.pack("<I", kind) + total + body + total


SECTION = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
INTERFACE = block(1, struct.pack("<HHI", 101, 0, 0))


def interfaces(file, count):
    """pcapng: a packet, and interfaces without one."""
    file.write(SECTION + INTERFACE + block(6, struct.pack("<IIIII", 0, 0, 0, 20, 20) + ipv4(6, b"")))
    for _ in range(count // 1000):
        file.write(INTERFACE * 1000)


def sections(file, count):
    """pcapng: sections, each with an interface and statistics of it."""
    one = SECTION + INTERFACE + block(5, struct.pack("<III", 0, 0, 0) + struct.pack("<HHQ", 5, 8, 1 << 63))
    for _ in range(count // 100):
        file.write(one * 100)


def lying_blocks(file, count):
    """pcapng: packets that are shorter than they say, and options without end."""
    file.write(SECTION + INTERFACE)
    lie = struct.pack("<IIIII", 0, 0, 0, 0xFFFFFFF0, 64) + struct.pack("<HH", 1, 0xFFFF)
    honest = block(6, struct.pack("<IIIII", 0, 0, 0, 20, 20) + ipv4(6, b"") + struct.pack("<HH", 4, 0xFFFF))
    for _ in range(count // 100):
        file.write(honest * 100)
    file.write(block(6, lie))


def torn_text(file, count):
    """Hex dumps of which each second line is missing, and interfaces of which each has another name."""
    for number in range(count // 10):
        file.write(b"%d.5 port%d in 10.0.0.1.1 -> 10.0.0.2.445: syn 1\n" % (number, number))
        file.write(b"0x0000   4500 0028 0001 0000 4006 0000 0a00 0001\n0x0020   5010 ffff 0000 0000\n")


def endless_lines(file, count):
    """A packet of text, then a line without an end, and a packet that only grows."""
    packet = b"1.5 port1 in 10.0.0.1.1 -> 10.0.0.2.445: syn 1\n0x0000   4500 0028 0001 0000 4006 0000 0a00 0001\n"
    file.write(packet + b"x" * (16 * count) + b"\n" + packet)
    for number in range(1, count // 4):
        file.write(b"0x%04x   0000 0000 0000 0000 0000 0000 0000 0000\n" % (16 * number))


# Event traces of Windows


PACKET_CAPTURE = bytes.fromhex("6e00d62e29470946b4233ee7bcd678ef")
PKTMON = bytes.fromhex("d9804f4dbdc8734dbb5b19c90402c5ac")


def event(provider, number, time, body, keyword=0x10, thread=1):
    event = struct.pack("<HBBHHIIq", 80 + len(body), 19, 0xC0, 0, 0, thread, 1, time) + provider
    event += struct.pack("<HIHQ24x", number, 0, 0, keyword) + body
    return event + bytes(-len(event) % 8)


def trace_buffer(events, processor=0, number=1, kind=0, packed=None):
    """With `packed`, the events are what these bytes unpack to."""
    content = events if packed is None else packed
    return struct.pack(
        "<I20xQ8xHHHHIHH16x", 72 + len(content), number, processor, 0, 3, 0, 72 + len(events), 0x20 if packed is None else 0x60, kind) + content


def begin_trace(file):
    body = struct.pack("<IIIIQIIIIIIII", 65_536, 10, 19_044, 4, 0, 1, 0, 2, 0, 1, 8, 0, 2_400) + bytes(16 + 176)
    body += struct.pack("<QQQII", 0, 10_000_000, 133_000_000_000_000_000, 1, 0) + bytes(4)
    first = struct.pack("<HBBHHIIqII", 2, 2, 0xC0, 32 + len(body), 0, 0, 0, 0, 0, 0) + body
    file.write(trace_buffer(first + b"\xff" * (1_024 - 72 - len(first)), kind=4, number=0))


def monitored(group, component, packet):
    return struct.pack("<QHHHHHHHIIHH", group, 1, 0, 3, 1, component, 1, 0, 0, 0, len(packet), len(packet)) + packet


def trace_bomb(file, count):
    """Buffers of 200 bytes that unpack to 16 MiB: the same event again and again."""
    begin_trace(file)
    one = event(PKTMON, 170, 1, monitored(1, 1, bytes(46)))
    size = 16 * 2**20 - 72
    flags = struct.pack("<I", 0)
    packed = b"".join(flags + one[start : start + 32] for start in range(0, len(one), 32))
    packed += struct.pack("<IHBBHI", 1 << 31, (len(one) - 1) << 3 | 7, 15, 255, 0, size - len(one) - 3)
    for number in range(count):
        file.write(trace_buffer(bytes(size), number=number + 1, packed=packed))


def trace_processors(file, count):
    """Packets of as many processors as are read."""
    begin_trace(file)
    packet = bytes(12) + b"\x08\0" + ipv4(6, bytes(20))
    body = struct.pack("<III", 1, 1, len(packet)) + packet
    for number in range(count):
        file.write(trace_buffer(event(PACKET_CAPTURE, 1001, number, body, 0xC0000001), number % 512, number))


def trace_components(file, count):
    """pktmon: packets and descriptions, each of another component and at another place."""
    begin_trace(file)
    packet = bytes(12) + b"\x08\0" + ipv4(6, bytes(20))
    for number in range(count // 100):
        events = b""
        for one in range(number * 100, number * 100 + 100):
            events += event(PKTMON, 160, one, monitored(one, one & 0xFFFF, packet))
            events += event(PKTMON, 20, one, struct.pack("<HH", one & 0xFFFF, 2) + "\u4e00".encode("utf-16-le") * 400 + bytes(4))
            events += event(PKTMON, 30, one, struct.pack("<HHI", one & 0xFFFF, 2, one + 1))
        file.write(trace_buffer(events, number=number + 1))


def trace_parts(file, count):
    """Beginnings of packets that never end, each of another thread."""
    begin_trace(file)
    body = struct.pack("<III", 1, 1, 1_000) + bytes(1_000)
    for number in range(count):
        file.write(trace_buffer(event(PACKET_CAPTURE, 1001, number, body, 0x40000001, thread=number), number=number + 1))


def trace_copies(file, count):
    """pktmon: packets at the same time, each of which may be a copy of another."""
    begin_trace(file)
    for number in range(count // 100):
        events = b"".join(
            event(PKTMON, 160 if one % 2 else 170, 1, monitored(one, one % 7, bytes(12) + b"\x08\0" + ipv4(6, bytes(20), one)))
            for one in range(number * 100, number * 100 + 100))
        file.write(trace_buffer(events, number=number + 1))


def trace_buffers(file, count):
    """Buffers with nothing in them, behind a packet."""
    trace_processors(file, 1)
    for start in range(2, count, 1_000):
        file.write(b"".join(trace_buffer(b"", number=number) for number in range(start, start + 1_000)))


def bomb(file, count, compress):
    """Frames of zeros, fifty in each of the files that make this one up."""
    record = struct.pack("<IIII", 1, 1, 200_000, 200_000) + bytes(200_000)
    many = compress(record * 50)
    file.write(compress(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101)))
    for _ in range(count // 50):
        file.write(many)


def gzip_bomb(file, count):
    bomb(file, count, gzip.compress)


def xz_bomb(file, count):
    bomb(file, count, lzma.compress)


def replayed(fixture):
    """What a fixture shows, again and again, between the same client and server."""

    def make(file, count):
        loader = importlib.machinery.SourceFileLoader("incident", str(Path(__file__).resolve().parents[2] / "Benchmarks" / "incident"))
        incident = importlib.util.module_from_spec(importlib.util.spec_from_loader("incident", loader))
        loader.exec_module(incident)
        scenario, chance = incident.Scenario(fixture), random.Random(1)
        frames = (
            frame for index in range(count)
            for frame in scenario.play(incident.START + index * 100_000_000, incident.CLIENT, incident.SERVER[3], incident.USER, chance))
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        for time, frame in sorted(frames, key=lambda frame: frame[0]):
            file.write(struct.pack("<IIII", time // 10**9, time % 10**9, len(frame), len(frame)) + frame)

    make.__name__ = fixture
    return make
