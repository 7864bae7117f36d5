// Writes one benchmark input to standard output, as pcap with nanoseconds and Ethernet:
//
//   generate NAME COUNT > FILE
//
// The same arguments give the same bytes. Lengths, sequence numbers and checksums are right,
// every connection starts with its handshake, and nothing is lost, so that a reader has no
// reason to leave its fast path. Signatures are non-zero bytes, not real ones.
//
// One function writes one frame (large READ replies excepted); a script is a list of them.

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t frames;                               // written so far
static uint64_t now = 1767225600ull * 1000000000ull;  // 2026-01-01T00:00:00Z, in nanoseconds

enum {
  FRAME_INTERVAL = 1200,  // ns: a 1460-byte segment at about 10 Gbit/s
  MSS = 1460,
  ACK_INTERVAL = 46,  // segments; what a recording of a bulk transfer between two Linux hosts shows
  HEADERS = 14 + 20 + 20,
  HTTP_PORT = 80,
  SMB_PORT = 445,
};

static uint32_t next_random(void) {
  static uint32_t state = 2463534242u;  // xorshift32
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

// MARK: Frames

enum side { CLIENT, SERVER };
enum { FIN = 0x01, SYN = 0x02, PSH = 0x08, ACK = 0x10 };

struct connection {
  uint32_t number;
  uint16_t server_port;
  uint16_t packet_id[2];  // of the last packet, by side
  uint32_t sequence[2];   // of the next byte, by side
  uint32_t tree;          // 0 before TREE_CONNECT
  uint64_t session;       // 0 before SESSION_SETUP
  uint64_t message_id;    // of the next request, or of the one not yet answered
  uint64_t file;          // the one left open
  uint64_t read_offset;
};

static struct connection new_connection(uint16_t server_port) {
  static uint32_t number;
  uint32_t n = number++;
  return (struct connection){
      .number = n,
      .server_port = server_port,
      .sequence = {n * 2654435761u, n * 2246822519u + 1},
  };
}

enum { FIRST_PORT = 49152, PORTS = 16384 };
static uint32_t hosts = 20000;  // clients that take turns
static uint32_t host(const struct connection *c) { return c->number % hosts; }
static uint16_t client_port(const struct connection *c) { return (uint16_t)(FIRST_PORT + c->number / hosts % PORTS); }

static void be16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static void be32(uint8_t *at, uint32_t value) {
  be16(at, (uint16_t)(value >> 16));
  be16(at + 2, (uint16_t)value);
}

/// The Internet checksum (RFC 1071) of `count` bytes, added to `sum`.
static uint16_t checksum(const uint8_t *bytes, size_t count, uint64_t sum) {
  for (; count >= 2; bytes += 2, count -= 2) sum += (uint32_t)bytes[0] << 8 | bytes[1];
  if (count) sum += (uint32_t)bytes[0] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

/// Writes one segment; it acknowledges everything the other side has sent.
static void send_segment(struct connection *c, enum side from, uint8_t flags, const uint8_t *payload, size_t count) {
  static const uint8_t syn_options[] = {2, 4, MSS >> 8, MSS & 0xff, 1, 3, 3, 8, 1, 1, 4, 2};  // MSS, scale, SACK
  static uint8_t frame[HEADERS + sizeof syn_options + MSS];
  size_t options = flags & SYN ? sizeof syn_options : 0;
  size_t tcp_length = 20 + options + count;

  uint32_t address[] = {0x0a400001 + host(c), c->server_port == SMB_PORT ? 0x0a4d0014 : 0x0a4d0050};
  uint16_t port[] = {client_port(c), c->server_port};

  uint8_t *ethernet = frame, *ip = frame + 14, *tcp = frame + 34;
  be16(ethernet, 0x0200);
  be32(ethernet + 2, address[!from]);
  be16(ethernet + 6, 0x0200);
  be32(ethernet + 8, address[from]);
  be16(ethernet + 12, 0x0800);

  be16(ip, 0x4500);
  be16(ip + 2, (uint16_t)(20 + tcp_length));
  be16(ip + 4, ++c->packet_id[from]);
  be16(ip + 6, 0x4000);  // do not fragment
  be16(ip + 8, 128 << 8 | 6);
  be16(ip + 10, 0);
  be32(ip + 12, address[from]);
  be32(ip + 16, address[!from]);
  be16(ip + 10, checksum(ip, 20, 0));

  be16(tcp, port[from]);
  be16(tcp + 2, port[!from]);
  be32(tcp + 4, c->sequence[from]);
  be32(tcp + 8, flags & ACK ? c->sequence[!from] : 0);
  be16(tcp + 12, (uint16_t)((20 + options) / 4 << 12 | flags));
  be16(tcp + 14, flags & SYN ? 64240 : 2052);  // scaled by 256 after the handshake
  be32(tcp + 16, 0);
  memcpy(tcp + 20, syn_options, options);
  if (count) memcpy(tcp + 20 + options, payload, count);
  uint64_t pseudo_header = (address[0] >> 16) + (address[0] & 0xffff) + (address[1] >> 16) + (address[1] & 0xffff) + 6 + tcp_length;
  be16(tcp + 16, checksum(tcp, tcp_length, pseudo_header));

  uint32_t length = (uint32_t)(34 + tcp_length);
  uint32_t record[] = {(uint32_t)(now / 1000000000), (uint32_t)(now % 1000000000), length, length};
  fwrite(record, sizeof record, 1, stdout);
  fwrite(frame, length, 1, stdout);

  c->sequence[from] += (uint32_t)count + (flags & (SYN | FIN) ? 1 : 0);
  now += FRAME_INTERVAL;
  frames++;
}

static void syn(struct connection *c) { send_segment(c, CLIENT, SYN, NULL, 0); }
static void syn_ack(struct connection *c) { send_segment(c, SERVER, SYN | ACK, NULL, 0); }
static void client_ack(struct connection *c) { send_segment(c, CLIENT, ACK, NULL, 0); }
static void client_fin(struct connection *c) { send_segment(c, CLIENT, FIN | ACK, NULL, 0); }
static void server_fin(struct connection *c) { send_segment(c, SERVER, FIN | ACK, NULL, 0); }

// MARK: The message under construction

enum { NBSS = 4, MIB = 1 << 20, LARGE_READ = 8 * MIB };

static struct {
  uint8_t bytes[NBSS + 256 + LARGE_READ];
  size_t count;
  size_t header;     // where the last SMB2 header starts; offsets in bodies count from here
  uint64_t members;  // SMB2 messages in it: more than one is a compound
} message = {.count = NBSS};

static void set_le(size_t at, uint64_t value, size_t width) {
  for (size_t i = 0; i < width; i++) message.bytes[at + i] = (uint8_t)(value >> 8 * i);
}

static void put_le(uint64_t value, size_t width) {
  set_le(message.count, value, width);
  message.count += width;
}

static void put8(uint8_t value) { put_le(value, 1); }
static void put16(uint16_t value) { put_le(value, 2); }
static void put32(uint32_t value) { put_le(value, 4); }
static void put64(uint64_t value) { put_le(value, 8); }

static void put_bytes(const void *bytes, size_t count) {
  memcpy(message.bytes + message.count, bytes, count);
  message.count += count;
}

static void put_utf16(const char *text) {
  while (*text) put16((uint8_t)*text++);
}

static void put_zeros(size_t count) {
  memset(message.bytes + message.count, 0, count);
  message.count += count;
}

/// Sends the message, cut into segments; the other side acknowledges one in `ACK_INTERVAL`, but not the last.
static void send_message(struct connection *c, enum side from) {
  be32(message.bytes, (uint32_t)(message.count - NBSS));
  size_t segments = 0;
  for (size_t at = 0; at < message.count; at += MSS) {
    size_t left = message.count - at;
    bool last = left <= MSS;
    send_segment(c, from, last ? PSH | ACK : ACK, message.bytes + at, last ? left : MSS);
    if (!last && ++segments % ACK_INTERVAL == 0) send_segment(c, !from, ACK, NULL, 0);
  }
  message.count = NBSS;
  message.members = 0;
}

// MARK: SMB2 (MS-SMB2 2.2)

enum command {
  NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT, CREATE, CLOSE,
  READ = 8, WRITE, IOCTL = 11, QUERY_DIRECTORY = 14, QUERY_INFO = 16,
};
enum { RESPONSE = 1, RELATED = 4, SIGNED = 8 };
enum {
  STATUS_SUCCESS = 0,
  STATUS_MORE_PROCESSING_REQUIRED = (int)0xc0000016,
  STATUS_LOGON_FAILURE = (int)0xc000006d,
};
enum { FSCTL_VALIDATE_NEGOTIATE_INFO = 0x00140204 };

static const uint16_t dialects[] = {0x0202, 0x0210, 0x0300, 0x0302};
enum { DIALECTS = sizeof dialects / sizeof *dialects, CHOSEN_DIALECT = 0x0302 };
enum { SIGNING_ENABLED = 1, CLIENT_CAPABILITIES = 0x7f, SERVER_CAPABILITIES = 0x6f };

static uint64_t filetime(void) { return now / 100 + 116444736000000000ull; }

/// Starts an SMB2 message; a second one before sending makes a compound.
static void put_header(struct connection *c, enum command command, uint32_t flags, uint32_t status, uint16_t charge) {
  if (message.members) {
    put_zeros(-(message.count - NBSS) % 8);
    set_le(message.header + 20, message.count - message.header, 4);  // NextCommand
  }
  message.header = message.count;
  put_bytes("\xfeSMB", 4);
  put16(64);
  put16(charge);
  put32(status);
  put16((uint16_t)command);
  put16(command <= TREE_CONNECT ? LARGE_READ >> 16 : charge);  // credits: some to start with, then as many as were used
  put32(flags);
  put32(0);
  put64(c->message_id + message.members++);
  put32(0xfeff);
  put32(c->tree);
  put64(c->session);
  put64(flags & SIGNED ? 0x9e3779b97f4a7c15u ^ c->session : 0);
  put64(flags & SIGNED ? 0xc2b2ae3d27d4eb4fu ^ c->message_id : 0);
}

static void put_request(struct connection *c, enum command command) { put_header(c, command, 0, 0, 1); }
static void put_response(struct connection *c, enum command command) { put_header(c, command, RESPONSE, STATUS_SUCCESS, 1); }
static void send_request(struct connection *c) { send_message(c, CLIENT); }

static void send_response(struct connection *c, uint16_t charge) {
  send_message(c, SERVER);
  c->message_id += charge;
}

static size_t offset_from_header(void) { return message.count - message.header; }

static void put_client_guid(const struct connection *c) {
  put64(0x11e7a5c0deadbeefu);
  put64(0x9b5a000000000000u + host(c));
}

static void put_server_guid(void) {
  put64(0x4b1c9f2e77aa1234u);
  put64(0x8c3d5f60a1b2c3d4u);
}

// SPNEGO (RFC 4178): object identifiers with tag and length.
static const uint8_t spnego_oid[] = {0x06, 6, 0x2b, 6, 1, 5, 5, 2};
static const uint8_t ntlm_oid[] = {0x06, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10};

/// Puts a DER tag and length in front of the bytes from `start` on.
static void wrap(size_t start, uint8_t tag) {
  size_t count = message.count - start;
  uint8_t head[] = {tag, 0x82, (uint8_t)(count >> 8), (uint8_t)count};
  size_t head_count = count < 0x80 ? 2 : count < 0x100 ? 3 : 4;
  if (head_count == 2) head[1] = (uint8_t)count;
  if (head_count == 3) head[1] = 0x81, head[2] = (uint8_t)count;
  memmove(message.bytes + start + head_count, message.bytes + start, count);
  memcpy(message.bytes + start, head, head_count);
  message.count += head_count;
}

static void put_mech_types(void) {
  size_t start = message.count;
  put_bytes(ntlm_oid, sizeof ntlm_oid);
  wrap(start, 0x30);
  wrap(start, 0xa0);
}

/// Closes a NegTokenInit whose fields start at `fields`, inside the token that starts at `token`.
static void wrap_init_token(size_t token, size_t fields) {
  wrap(fields, 0x30);
  wrap(fields, 0xa0);
  wrap(token, 0x60);
}

static void put_neg_state(uint8_t state) {
  size_t start = message.count;
  put8(state);
  wrap(start, 0x0a);
  wrap(start, 0xa0);
}

static void wrap_octets(size_t start) {
  wrap(start, 0x04);
  wrap(start, 0xa2);
}

static void wrap_response_token(size_t token) {
  wrap(token, 0x30);
  wrap(token, 0xa1);
}

// NTLM (MS-NLMP 2.2.1). The fields of variable length are named by their place in the message.

static void put_ntlm_signature(uint32_t type) {
  put_bytes("NTLMSSP", 8);
  put32(type);
}

static void put_windows_version(void) { put_bytes("\x0a\x00\x7c\x4f\x00\x00\x00\x0f", 8); }

static void set_ntlm_field(size_t ntlm, size_t at, size_t start) {
  set_le(ntlm + at, message.count - start, 2);
  set_le(ntlm + at + 2, message.count - start, 2);
  set_le(ntlm + at + 4, start - ntlm, 4);
}

static void put_ntlm_text(size_t ntlm, size_t at, const char *text) {
  size_t start = message.count;
  put_utf16(text);
  set_ntlm_field(ntlm, at, start);
}

static void put_av_text(uint16_t id, const char *text) {
  put16(id);
  put16((uint16_t)(2 * strlen(text)));
  put_utf16(text);
}

static void put_target_info(enum side by) {
  put_av_text(2, "LAB");
  put_av_text(1, "FS01");
  put_av_text(4, "lab.example");
  put_av_text(3, "fs01.lab.example");
  put16(7);  // MsvAvTimestamp
  put16(8);
  put64(filetime());
  if (by == CLIENT) {
    put16(6);  // MsvAvFlags: a MIC is present
    put16(4);
    put32(2);
    put16(10);  // MsvAvChannelBindings: none
    put16(16);
    put_zeros(16);
    put_av_text(9, "cifs/fs01");
  }
  put32(0);
}

static void put_ntlm_negotiate(void) {
  put_ntlm_signature(1);
  put32(0xe2088297);
  put_zeros(16);
  put_windows_version();
}

static void put_ntlm_challenge(const struct connection *c) {
  size_t ntlm = message.count;
  put_ntlm_signature(2);
  put_zeros(8);
  put32(0xe2898215);
  put64(0x0123456789abcdefu + c->number);
  put_zeros(16);
  put_windows_version();
  put_ntlm_text(ntlm, 12, "LAB");
  size_t target_info = message.count;
  put_target_info(SERVER);
  set_ntlm_field(ntlm, 40, target_info);
}

static void put_ntlm_authenticate(const struct connection *c) {
  size_t ntlm = message.count;
  char workstation[16];
  snprintf(workstation, sizeof workstation, "WS%05u", host(c));
  put_ntlm_signature(3);
  put_zeros(48);
  put32(0xe2888215);
  put_windows_version();
  put64(0x5555aaaa5555aaaau);  // MIC
  put64(0x1234123412341234u);
  put_ntlm_text(ntlm, 28, "LAB");
  put_ntlm_text(ntlm, 36, "alice");
  put_ntlm_text(ntlm, 44, workstation);
  size_t lm_response = message.count;
  put_zeros(24);
  set_ntlm_field(ntlm, 12, lm_response);
  size_t nt_response = message.count;
  put64(0x7711223344556677u);  // NTProofStr
  put64(0x8899aabbccddeeffu);
  put64(0x0101);
  put64(filetime());
  put64(0x0badcafe00000000u + c->number);
  put32(0);
  put_target_info(CLIENT);
  put32(0);
  set_ntlm_field(ntlm, 20, nt_response);
  size_t session_key = message.count;
  put64(0x1020304050607080u);
  put64(0x90a0b0c0d0e0f001u);
  set_ntlm_field(ntlm, 52, session_key);
}

// Establishment

static void negotiate_request(struct connection *c) {
  put_request(c, NEGOTIATE);
  put16(36);
  put16(DIALECTS);
  put16(SIGNING_ENABLED);
  put16(0);
  put32(CLIENT_CAPABILITIES);
  put_client_guid(c);
  put64(0);
  for (size_t i = 0; i < DIALECTS; i++) put16(dialects[i]);
  send_request(c);
}

static void negotiate_response(struct connection *c) {
  put_response(c, NEGOTIATE);
  put16(65);
  put16(SIGNING_ENABLED);
  put16(CHOSEN_DIALECT);
  put16(0);
  put_server_guid();
  put32(SERVER_CAPABILITIES);
  put32(LARGE_READ);
  put32(LARGE_READ);
  put32(LARGE_READ);
  put64(filetime());
  put64(0);
  size_t buffer = message.count;
  put16((uint16_t)(offset_from_header() + 8));
  put16(0);
  put32(0);
  size_t token = message.count;
  put_bytes(spnego_oid, sizeof spnego_oid);
  size_t fields = message.count;
  put_mech_types();
  size_t hints = message.count;
  put_bytes("not_defined_in_RFC4178@please_ignore", 36);
  wrap(hints, 0x1b);
  wrap(hints, 0xa0);
  wrap(hints, 0x30);
  wrap(hints, 0xa3);
  wrap_init_token(token, fields);
  set_le(buffer + 2, message.count - token, 2);
  send_response(c, 1);
}

/// Puts a SESSION_SETUP request up to its token, and returns where the token starts.
static size_t put_session_setup_request(struct connection *c) {
  put_request(c, SESSION_SETUP);
  put16(25);
  put8(0);
  put8(SIGNING_ENABLED);
  put32(1);
  put32(0);
  put16((uint16_t)(offset_from_header() + 12));
  put16(0);
  put64(0);
  return message.count;
}

static void send_session_setup_request(struct connection *c, size_t token) {
  set_le(token - 10, message.count - token, 2);
  send_request(c);
}

static size_t put_session_setup_response(struct connection *c, uint32_t flags, uint32_t status) {
  put_header(c, SESSION_SETUP, RESPONSE | flags, status, 1);
  put16(9);
  put16(0);
  put16((uint16_t)(offset_from_header() + 4));
  put16(0);
  return message.count;
}

static void send_session_setup_response(struct connection *c, size_t token) {
  set_le(token - 2, message.count - token, 2);
  send_response(c, 1);
}

static void session_negotiate(struct connection *c) {
  size_t token = put_session_setup_request(c);
  put_bytes(spnego_oid, sizeof spnego_oid);
  size_t fields = message.count;
  put_mech_types();
  size_t ntlm = message.count;
  put_ntlm_negotiate();
  wrap_octets(ntlm);
  wrap_init_token(token, fields);
  send_session_setup_request(c, token);
}

static void session_challenge(struct connection *c) {
  c->session = 0x0000040000000001u + 4 * (uint64_t)c->number;
  size_t token = put_session_setup_response(c, 0, (uint32_t)STATUS_MORE_PROCESSING_REQUIRED);
  put_neg_state(1);  // accept-incomplete
  size_t mechanism = message.count;
  put_bytes(ntlm_oid, sizeof ntlm_oid);
  wrap(mechanism, 0xa1);
  size_t ntlm = message.count;
  put_ntlm_challenge(c);
  wrap_octets(ntlm);
  wrap_response_token(token);
  send_session_setup_response(c, token);
}

static void session_authenticate(struct connection *c) {
  size_t token = put_session_setup_request(c);
  put_ntlm_authenticate(c);
  wrap_octets(token);
  wrap_response_token(token);
  send_session_setup_request(c, token);
}

static void session_accept(struct connection *c) {
  size_t token = put_session_setup_response(c, SIGNED, STATUS_SUCCESS);
  put_neg_state(0);  // accept-completed
  wrap_response_token(token);
  send_session_setup_response(c, token);
}

static void session_refuse(struct connection *c) {
  put_header(c, SESSION_SETUP, RESPONSE, (uint32_t)STATUS_LOGON_FAILURE, 1);
  put16(9);  // an error response: MS-SMB2 2.2.2
  put16(0);
  put32(0);
  put8(0);
  send_response(c, 1);
}

static void tree_connect_request(struct connection *c) {
  put_request(c, TREE_CONNECT);
  put16(9);
  put16(0);
  put16((uint16_t)(offset_from_header() + 4));
  put16(2 * 11);
  put_utf16("\\\\fs01\\data");
  send_request(c);
}

static void tree_connect_response(struct connection *c) {
  c->tree = 1;
  put_response(c, TREE_CONNECT);
  put16(16);
  put16(1);  // disk
  put32(0x800);
  put32(0);
  put32(0x001f01ff);
  send_response(c, 1);
}

static void validate_request(struct connection *c) {
  put_header(c, IOCTL, SIGNED, 0, 1);
  put16(57);
  put16(0);
  put32(FSCTL_VALIDATE_NEGOTIATE_INFO);
  put64(UINT64_MAX);
  put64(UINT64_MAX);
  put32(64 + 56);
  put32(24 + 2 * DIALECTS);
  put32(0);
  put32(0);
  put32(0);
  put32(24);
  put32(1);  // FSCTL
  put32(0);
  put32(CLIENT_CAPABILITIES);
  put_client_guid(c);
  put16(SIGNING_ENABLED);
  put16(DIALECTS);
  for (size_t i = 0; i < DIALECTS; i++) put16(dialects[i]);
  send_request(c);
}

static void validate_response(struct connection *c) {
  put_header(c, IOCTL, RESPONSE | SIGNED, STATUS_SUCCESS, 1);
  put16(49);
  put16(0);
  put32(FSCTL_VALIDATE_NEGOTIATE_INFO);
  put64(UINT64_MAX);
  put64(UINT64_MAX);
  put32(64 + 48);
  put32(0);
  put32(64 + 48);
  put32(24);
  put64(0);
  put32(SERVER_CAPABILITIES);
  put_server_guid();
  put16(SIGNING_ENABLED);
  put16(CHOSEN_DIALECT);
  send_response(c, 1);
}

// Files

enum { FILE_SIZE = 1 << 30, SMALL_IO = 512 };

/// A server gives every open its own FileId.
static uint64_t new_file(void) {
  static uint64_t opened;
  return ++opened;
}

static void put_file_id(uint64_t file) {
  put64(file);
  put64(file | 1ull << 32);
}

static void put_previous_file_id(void) {
  put64(UINT64_MAX);
  put64(UINT64_MAX);
}

static void put_file_times(void) {
  for (int i = 0; i < 4; i++) put64(134115912000000000u);
}

static void put_create_body(const char *name, uint32_t options) {
  put16(57);
  put8(0);
  put8(0);
  put32(2);  // impersonation
  put_zeros(16);
  put32(0x0012019f);  // read and write
  put32(0);
  put32(7);
  put32(1);  // open, do not create
  put32(options);
  put16((uint16_t)(offset_from_header() + 12));
  put16((uint16_t)(2 * strlen(name)));
  put64(0);
  put_utf16(name);
}

static void put_create_reply_body(uint64_t file, uint32_t attributes) {
  put16(89);
  put16(0);
  put32(1);  // opened
  put_file_times();
  put64(FILE_SIZE);
  put64(FILE_SIZE);
  put32(attributes);
  put32(0);
  put_file_id(file);
  put64(0);
}

static void put_close_body(void) {
  put16(24);
  put16(0);
  put32(0);
}

static void put_close_reply_body(void) {
  put16(60);
  put_zeros(58);
}

static void create_request(struct connection *c) {
  put_request(c, CREATE);
  put_create_body("archive\\disk.img", 0x40);
  send_request(c);
}

static void create_response(struct connection *c) {
  c->file = new_file();
  put_response(c, CREATE);
  put_create_reply_body(c->file, 0x20);
  send_response(c, 1);
}

static void close_request(struct connection *c) {
  put_request(c, CLOSE);
  put_close_body();
  put_file_id(c->file);
  send_request(c);
}

static void close_response(struct connection *c) {
  put_response(c, CLOSE);
  put_close_reply_body();
  send_response(c, 1);
}

static void send_read_request(struct connection *c, uint32_t count, uint16_t charge) {
  put_header(c, READ, 0, 0, charge);
  put16(49);
  put16(0x50);
  put32(count);
  put64(c->read_offset);
  put_file_id(c->file);
  put_zeros(17);
  send_request(c);
}

static void send_read_response(struct connection *c, uint32_t count, uint16_t charge) {
  static uint8_t data[LARGE_READ];
  if (!data[0]) {
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(next_random() | 1);
  }
  put_header(c, READ, RESPONSE, STATUS_SUCCESS, charge);
  put16(17);
  put16((uint16_t)(offset_from_header() + 14));
  put32(count);
  put64(0);
  put_bytes(data, count);
  send_response(c, charge);
  c->read_offset = (c->read_offset + count) % FILE_SIZE;
}

static void read_request(struct connection *c) { send_read_request(c, SMALL_IO, 1); }
static void read_response(struct connection *c) { send_read_response(c, SMALL_IO, 1); }
static void large_read_request(struct connection *c) { send_read_request(c, LARGE_READ, LARGE_READ >> 16); }
static void large_read_response(struct connection *c) { send_read_response(c, LARGE_READ, LARGE_READ >> 16); }

static void write_request(struct connection *c) {
  put_request(c, WRITE);
  put16(49);
  put16(64 + 48);
  put32(SMALL_IO);
  put64(c->read_offset);
  put_file_id(c->file);
  put_zeros(16);
  put_zeros(SMALL_IO);
  send_request(c);
}

static void write_response(struct connection *c) {
  put_response(c, WRITE);
  put16(17);
  put16(0);
  put32(SMALL_IO);
  put64(0);
  send_response(c, 1);
}

static void query_info_request(struct connection *c) {
  put_request(c, CREATE);
  put_create_body("reports\\2026\\january.txt", 0x40);
  put_header(c, QUERY_INFO, RELATED, 0, 1);
  put16(41);
  put16(0x0501);  // FileStandardInformation of a file
  put32(24);
  put_zeros(16);
  put_previous_file_id();
  put_header(c, CLOSE, RELATED, 0, 1);
  put_close_body();
  put_previous_file_id();
  send_request(c);
}

static void query_info_response(struct connection *c) {
  put_response(c, CREATE);
  put_create_reply_body(new_file(), 0x20);
  put_header(c, QUERY_INFO, RESPONSE | RELATED, STATUS_SUCCESS, 1);
  put16(9);
  put16(64 + 8);
  put32(24);
  put64(FILE_SIZE);
  put64(FILE_SIZE);
  put32(1);
  put32(0);
  put_header(c, CLOSE, RESPONSE | RELATED, STATUS_SUCCESS, 1);
  put_close_reply_body();
  send_response(c, 3);
}

static void query_directory_request(struct connection *c) {
  put_request(c, CREATE);
  put_create_body("reports\\2026", 0x01);
  put_header(c, QUERY_DIRECTORY, RELATED, 0, 1);
  put16(33);
  put16(0x0c);  // FileNamesInformation
  put32(0);
  put_previous_file_id();
  put16(64 + 32);
  put16(2);
  put32(65536);
  put_utf16("*");
  put_header(c, CLOSE, RELATED, 0, 1);
  put_close_body();
  put_previous_file_id();
  send_request(c);
}

static void query_directory_response(struct connection *c) {
  enum { ENTRIES = 16, ENTRY = 12 + 2 * 14 };
  put_response(c, CREATE);
  put_create_reply_body(new_file(), 0x10);
  put_header(c, QUERY_DIRECTORY, RESPONSE | RELATED, STATUS_SUCCESS, 1);
  put16(9);
  put16(64 + 8);
  put32(ENTRIES * ENTRY);
  for (uint32_t i = 0; i < ENTRIES; i++) {
    char name[] = "january-00.txt";
    name[8] += (char)(i / 10);
    name[9] += (char)(i % 10);
    put32(i + 1 < ENTRIES ? ENTRY : 0);
    put32(0);
    put32(2 * 14);
    put_utf16(name);
  }
  put_header(c, CLOSE, RESPONSE | RELATED, STATUS_SUCCESS, 1);
  put_close_reply_body();
  send_response(c, 3);
}

// The end

static void tree_disconnect_request(struct connection *c) {
  put_request(c, TREE_DISCONNECT);
  put32(4);
  send_request(c);
}

static void tree_disconnect_response(struct connection *c) {
  put_response(c, TREE_DISCONNECT);
  put32(4);
  send_response(c, 1);
}

static void logoff_request(struct connection *c) {
  put_request(c, LOGOFF);
  put32(4);
  send_request(c);
}

static void logoff_response(struct connection *c) {
  put_response(c, LOGOFF);
  put32(4);
  send_response(c, 1);
}

// MARK: HTTP

static void send_text(struct connection *c, enum side from, const char *text) {
  send_segment(c, from, PSH | ACK, (const uint8_t *)text, strlen(text));
}

static void http_request(struct connection *c) {
  send_text(c, CLIENT, "GET /index.html HTTP/1.1\r\nHost: www.lab.example\r\nAccept: */*\r\n\r\n");
}

static void http_response(struct connection *c) {
  send_text(c, SERVER, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nHello there\n");
}

// MARK: Scripts

typedef void (*step)(struct connection *);

// A session, a tree, a validated negotiation and one open file.
static const step establish[] = {
    syn, syn_ack, client_ack,
    negotiate_request, negotiate_response,
    session_negotiate, session_challenge, session_authenticate, session_accept,
    tree_connect_request, tree_connect_response,
    validate_request, validate_response,
    create_request, create_response, client_ack,
    NULL,
};
static const step close_file[] = {close_request, close_response, client_ack, NULL};
static const step leave[] = {
    close_request, close_response, tree_disconnect_request, tree_disconnect_response,
    logoff_request, logoff_response, client_fin, server_fin, client_ack,
    NULL,
};
static const step large_read[] = {large_read_request, large_read_response, client_ack, NULL};
static const step work[][4] = {
    {query_info_request, query_info_response, client_ack, NULL},
    {query_directory_request, query_directory_response, client_ack, NULL},
    {read_request, read_response, client_ack, NULL},
    {write_request, write_response, client_ack, NULL},
};
enum { KINDS_OF_WORK = sizeof work / sizeof *work };

// A logon with the wrong password.
static const step be_refused[] = {
    syn, syn_ack, client_ack,
    negotiate_request, negotiate_response,
    session_negotiate, session_challenge, session_authenticate, session_refuse,
    client_fin, server_fin, client_ack,
    NULL,
};

static const step fetch[] = {syn, syn_ack, client_ack, http_request, http_response, client_ack, NULL};
static const step hang_up[] = {client_fin, server_fin, client_ack, NULL};

static void play(struct connection *c, const step *script) {
  while (*script) (*script++)(c);
}

/// All connections take a step before any takes the next.
static void play_together(struct connection *connections, size_t count, const step *script) {
  for (; *script; script++) {
    for (size_t i = 0; i < count; i++) (*script)(&connections[i]);
  }
}

// MARK: Inputs

static struct connection *new_connections(size_t count, uint16_t server_port) {
  struct connection *connections = calloc(count, sizeof *connections);
  if (!connections) exit(1);
  for (size_t i = 0; i < count; i++) connections[i] = new_connection(server_port);
  return connections;
}

/// One connection from SYN to FIN, `count` times.
static void tiny(size_t count) {
  while (count--) {
    struct connection c = new_connection(SMB_PORT);
    play(&c, establish);
    play(&c, leave);
  }
}

/// Four connections that read `count` MiB between them, taking turns.
static void bulk(size_t count) {
  enum { READERS = 4 };
  struct connection *readers = new_connections(READERS, SMB_PORT);
  play_together(readers, READERS, establish);
  for (size_t i = 0; i < count * MIB / LARGE_READ; i++) play(&readers[i % READERS], large_read);
  play_together(readers, READERS, leave);
}

/// `count` SMB connections that are all left open.
static void concurrent(size_t count) {
  struct connection *connections = new_connections(count, SMB_PORT);
  play_together(connections, count, establish);
  play_together(connections, count, close_file);
}

/// `count` HTTP connections that are all left open.
static void foreign(size_t count) { play_together(new_connections(count, HTTP_PORT), count, fetch); }

/// A connection's life: a start, some units of work, an end.
struct life {
  struct connection connection;
  const step *next;
  size_t units;  // of work still to do
  bool ending;
};

static struct life new_life(uint16_t server_port, size_t units) {
  return (struct life){new_connection(server_port), server_port == SMB_PORT ? establish : fetch, units, false};
}

/// Plays one frame, and ends the connection early once `limit` frames are written; false when it has ended.
static bool live(struct life *life, size_t limit) {
  (*life->next++)(&life->connection);
  if (*life->next) return true;
  if (life->ending) return false;
  if (life->units && frames < limit) {
    life->units--;
    life->next = work[next_random() % KINDS_OF_WORK];
  } else {
    life->ending = true;
    life->next = life->connection.server_port == SMB_PORT ? leave : hang_up;
  }
  return true;
}

/// 200 connections at a time, frames in random order, those that end replaced until `count` frames are written.
static void crowd(size_t count, struct life (*replacement)(void)) {
  struct life lives[200];
  size_t alive = sizeof lives / sizeof *lives;
  for (size_t i = 0; i < alive; i++) lives[i] = replacement();
  while (alive) {
    size_t i = next_random() % alive;
    if (live(&lives[i], count)) continue;
    lives[i] = frames < count ? replacement() : lives[--alive];
  }
}

static struct life busy_life(void) { return new_life(SMB_PORT, 100 + next_random() % 800); }

static struct life short_life(void) {
  static bool smb;
  smb = !smb;
  return new_life(smb ? SMB_PORT : HTTP_PORT, 0);
}

/// About `count` frames of small requests and replies.
static void small(size_t count) { crowd(count, busy_life); }

/// About `count` frames of connections that come and go, half of them HTTP.
static void churn(size_t count) { crowd(count, short_life); }

/// `count` connections one after the other; the logon of one in eight is refused, and the next one makes up for it.
static void attempts(size_t count, uint32_t clients) {
  hosts = clients;
  for (size_t i = 0; i < count; i++) {
    struct connection c = new_connection(SMB_PORT);
    if (i % 8 == 3) {
      play(&c, be_refused);
    } else {
      play(&c, establish);
      play(&c, leave);
    }
  }
}

/// All of one client.
static void retries(size_t count) { attempts(count, 1); }

/// Each of another client, so that what is refused stays so.
static void clients(size_t count) { attempts(count, (uint32_t)count); }

/// `count` connections of one client whose logons are all refused: as many findings of one rule.
static void refusals(size_t count) {
  hosts = 1;
  while (count--) {
    struct connection c = new_connection(SMB_PORT);
    play(&c, be_refused);
  }
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*write)(size_t count);
  } inputs[] = {
      {"tiny", tiny}, {"bulk", bulk}, {"small", small}, {"concurrent", concurrent}, {"foreign", foreign}, {"churn", churn},
      {"retries", retries}, {"clients", clients}, {"refusals", refusals},
  };
  size_t count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
  for (size_t i = 0; count && i < sizeof inputs / sizeof *inputs; i++) {
    if (strcmp(argv[1], inputs[i].name) != 0) continue;
    setvbuf(stdout, NULL, _IOFBF, 1 << 20);
    const uint32_t file_header[] = {0xa1b23c4d, 4u << 16 | 2, 0, 0, 262144, 1};
    fwrite(file_header, sizeof file_header, 1, stdout);
    inputs[i].write(count);
    return fflush(stdout) || ferror(stdout);
  }
  fputs("usage: generate tiny|bulk|small|concurrent|foreign|churn|retries|clients|refusals COUNT > FILE\n", stderr);
  return 2;
}
