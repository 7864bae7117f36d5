// Writes a capture as an event trace of Windows: trace KIND < CAPTURE > TRACE. Standard error gets the size of its buffers,
// unpacked. See README.md.
//
// KIND is packet-capture (what netsh trace writes: one event for each packet, buffers of 64 KiB), pktmon (six appearances of
// each packet, packed buffers) or pktmon-unnumbered (the same without numbers, as build 26100 and later). The capture is pcap
// with nanoseconds in this machine's byte order. Every third packet goes to the next of four processors.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { processors = 4, header_size = 72, event_size = 80, plain_buffer = 64 << 10, packed_buffer = 1 << 20, first_buffer = 1024 };

static const uint64_t epoch = 116444736000000000ULL, first_ticks = 2612963192268ULL;
static const uint8_t packet_capture[16] = {0x6e, 0, 0xd6, 0x2e, 0x29, 0x47, 9, 0x46, 0xb4, 0x23, 0x3e, 0xe7, 0xbc, 0xd6, 0x78, 0xef};
static const uint8_t pktmon[16] = {0xd9, 0x80, 0x4f, 0x4d, 0xbd, 0xc8, 0x73, 0x4d, 0xbb, 0x5b, 0x19, 0xc9, 4, 2, 0xc5, 0xac};

struct stream {
  uint8_t bytes[packed_buffer];
  size_t count;
  uint64_t sequence, group;
};

static struct stream streams[processors];
static bool is_packed;
static uint64_t start, unpacked;

static void put16(uint8_t *to, uint16_t value) { memcpy(to, &value, 2); }
static void put32(uint8_t *to, uint32_t value) { memcpy(to, &value, 4); }
static void put64(uint8_t *to, uint64_t value) { memcpy(to, &value, 8); }

static void emit(const void *bytes, size_t count) {
  if (fwrite(bytes, 1, count, stdout) != count) {
    perror("trace");
    exit(1);
  }
}

// Plain LZ77, greedy: matches of 3 to 9 bytes within 8 KiB.
static size_t pack(const uint8_t *in, size_t count, uint8_t *out) {
  static uint32_t seen[1 << 16];
  memset(seen, 0xff, sizeof seen);
  size_t at = 0, end = 0;
  while (at < count) {
    size_t flags_at = end;
    uint32_t flags = 0;
    end += 4;
    for (int token = 31; token >= 0; token--) {
      if (at >= count) {
        flags |= 1u << token;
        continue;
      }
      size_t match = 0, distance = 0;
      if (at + 3 <= count) {
        uint32_t key = (in[at] | in[at + 1] << 8 | in[at + 2] << 16) * 2654435761u >> 16;
        uint32_t place = seen[key];
        seen[key] = at;
        if (place != UINT32_MAX && at - place <= 8192 && memcmp(in + place, in + at, 3) == 0) {
          distance = at - place;
          for (match = 3; match < 9 && at + match < count && in[place + match] == in[at + match];) match++;
        }
      }
      if (match == 0) {
        out[end++] = in[at++];
        continue;
      }
      flags |= 1u << token;
      put16(out + end, (distance - 1) << 3 | (match - 3));
      end += 2;
      at += match;
    }
    put32(out + flags_at, flags);
  }
  return end;
}

static void write_buffer(const uint8_t *events, size_t count, size_t size, int processor, uint64_t sequence, uint16_t type) {
  static uint8_t packed[2 * packed_buffer], filler[plain_buffer];
  const uint8_t *content = events;
  size_t length = count;
  bool packs = is_packed && type == 0;
  unpacked += header_size + count;
  if (packs) {
    length = pack(events, count, packed);
    content = packed;
    size = header_size + length;
  }
  uint8_t header[header_size] = {0};
  put32(header, size);
  put32(header + 4, header_size + count);
  put64(header + 24, sequence);
  put16(header + 40, processor);
  put16(header + 44, 3);
  put32(header + 48, header_size + count);
  put16(header + 52, packs ? 0x60 : 0x20);
  put16(header + 54, type);
  emit(header, header_size);
  emit(content, length);
  memset(filler, 0xff, sizeof filler);
  emit(filler, size - header_size - length);
}

static void flush(int processor) {
  struct stream *stream = &streams[processor];
  if (stream->count == 0) return;
  write_buffer(stream->bytes, stream->count, plain_buffer, processor, ++stream->sequence, 0);
  stream->count = 0;
}

static void write_first(void) {
  uint8_t bytes[first_buffer] = {0}, *body = bytes + 32, *times = body + 72 + 176;
  size_t size = 32 + 72 + 176 + 32 + 4;
  put16(bytes, 2);
  bytes[2] = 2;
  bytes[3] = 0xc0;
  put16(bytes + 4, size);
  put64(bytes + 16, first_ticks);
  put32(body, is_packed ? 16 << 20 : plain_buffer);
  body[4] = 10;
  put32(body + 8, 19044);
  put32(body + 12, processors);
  // LogFileMode; how many buffers there are is not known yet, as in a trace that goes on.
  put32(body + 32, is_packed ? 0x4010001 : 0x10001);
  put32(body + 40, 1);
  put32(body + 44, 8);
  put64(times + 8, 10000000);
  put64(times + 16, start);
  put32(times + 24, 1);
  write_buffer(bytes, (size + 7) & ~7u, is_packed ? first_buffer : plain_buffer, 0, 0, 4);
}

static void add_event(int processor, const uint8_t *provider, uint16_t id, uint64_t keyword, uint64_t ticks, const uint8_t *head,
                      size_t head_size, const uint8_t *bytes, size_t count, size_t tail) {
  struct stream *stream = &streams[processor];
  size_t size = event_size + head_size + count + tail, padded = (size + 7) & ~(size_t)7;
  if (header_size + stream->count + padded > (is_packed ? packed_buffer : plain_buffer)) flush(processor);
  uint8_t *event = stream->bytes + stream->count;
  memset(event, 0, event_size);
  memset(event + size - tail, 0, tail + padded - size);
  put16(event, size);
  event[2] = 19;
  event[3] = 0xc0;
  put32(event + 8, 100);
  put32(event + 12, 4);
  put64(event + 16, ticks);
  memcpy(event + 24, provider, 16);
  put16(event + 40, id);
  put64(event + 48, keyword);
  memcpy(event + event_size, head, head_size);
  memcpy(event + event_size + head_size, bytes, count);
  stream->count += padded;
}

static void add_captured(int processor, uint64_t ticks, const uint8_t *bytes, size_t count) {
  uint8_t head[12];
  put32(head, 8);
  put32(head + 4, 8);
  put32(head + 8, count);
  add_event(processor, packet_capture, 1001, 0x80000601c0000001ULL, ticks, head, sizeof head, bytes, count, 16);
}

static void add_monitored(int processor, uint64_t ticks, const uint8_t *bytes, size_t count, bool is_numbered) {
  static const uint16_t path[6][2] = {{11, 1}, {33, 2}, {33, 1}, {37, 2}, {37, 1}, {84, 1}};
  for (int step = 0; step < 6; step++) {
    uint8_t head[34] = {0};
    if (step == 0 || !is_numbered) streams[processor].group++;
    put64(head, (uint64_t)processor << 48 | streams[processor].group);
    put16(head + 8, 1);
    put16(head + 10, is_numbered ? step + 1 : 0);
    put16(head + 12, 3);
    put16(head + 14, 1);
    put16(head + 16, path[step][0]);
    put16(head + 18, path[step][1]);
    put16(head + 30, count);
    put16(head + 32, count);
    add_event(processor, pktmon, 160, 0x10, ticks + 20 * step, head, sizeof head, bytes, count, 0);
  }
}

// The adapter, two filters and TCP/IP above it.
static void add_components(uint64_t ticks) {
  static const uint16_t components[4][3] = {{11, 2, 1}, {33, 3, 2}, {37, 3, 2}, {84, 4, 2}};
  for (int index = 0; index < 4; index++) {
    uint8_t body[12] = {0};
    put16(body, components[index][0]);
    put16(body + 2, components[index][1]);
    add_event(0, pktmon, 20, 2, ticks, body, 8, body + 8, 0, 0);
    put16(body + 2, components[index][2]);
    put32(body + 4, 16);
    add_event(0, pktmon, 30, 2, ticks, body, 8, body + 8, 0, 0);
  }
}

int main(int count, char **arguments) {
  uint8_t file_header[24], bytes[1 << 18];
  uint32_t record[4];
  if (count != 2 || fread(file_header, 1, 24, stdin) != 24) {
    fprintf(stderr, "usage: trace packet-capture|pktmon|pktmon-unnumbered < CAPTURE > TRACE\n");
    return 2;
  }
  is_packed = strncmp(arguments[1], "pktmon", 6) == 0;
  bool is_numbered = strcmp(arguments[1], "pktmon") == 0;
  uint64_t ticks = 0;
  for (uint64_t frame = 0; fread(record, 1, 16, stdin) == 16; frame++) {
    if (record[2] > 60000 || fread(bytes, 1, record[2], stdin) != record[2]) {
      fprintf(stderr, "trace: frame %llu does not fit into an event\n", (unsigned long long)frame + 1);
      return 1;
    }
    uint64_t now = record[0] * 10000000ULL + record[1] / 100 + epoch;
    if (frame == 0) {
      start = now - 5000000;
      write_first();
    }
    ticks = first_ticks + now - start;
    int processor = frame / 3 % processors;
    if (is_packed) add_monitored(processor, ticks, bytes, record[2], is_numbered);
    else add_captured(processor, ticks, bytes, record[2]);
  }
  if (is_packed) add_components(ticks + 1000000);
  for (int processor = 0; processor < processors; processor++) flush(processor);
  fprintf(stderr, "%llu\n", (unsigned long long)unpacked);
  return 0;
}
