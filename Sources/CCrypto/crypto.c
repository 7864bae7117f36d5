#define _GNU_SOURCE
#include "CCrypto.h"
#include "library.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// OpenSSL's types stay closed; its functions as OpenSSL 1.1 and 3 export them. With these here the program is built without
// OpenSSL's headers, and starts without its library.
typedef void *context;
typedef const void *method;

static struct {
  uint8_t *(*MD4)(const uint8_t *, size_t, uint8_t *);
  uint8_t *(*MD5)(const uint8_t *, size_t, uint8_t *);
  context (*EVP_MD_CTX_new)(void);
  void (*EVP_MD_CTX_free)(context);
  int (*EVP_DigestInit_ex)(context, method, void *);
  int (*EVP_DigestUpdate)(context, const void *, size_t);
  int (*EVP_DigestFinal_ex)(context, uint8_t *, unsigned *);
  method (*EVP_md5)(void);
  method (*EVP_sha1)(void);
  method (*EVP_sha256)(void);
  method (*EVP_sha512)(void);
  uint8_t *(*HMAC)(method, const void *, int, const uint8_t *, size_t, uint8_t *, unsigned *);
  context (*HMAC_CTX_new)(void);
  void (*HMAC_CTX_free)(context);
  int (*HMAC_Init_ex)(context, const void *, int, method, void *);
  int (*HMAC_Update)(context, const uint8_t *, size_t);
  int (*HMAC_Final)(context, uint8_t *, unsigned *);
  context (*CMAC_CTX_new)(void);
  void (*CMAC_CTX_free)(context);
  int (*CMAC_Init)(context, const void *, size_t, method, void *);
  int (*CMAC_Update)(context, const void *, size_t);
  int (*CMAC_Final)(context, uint8_t *, size_t *);
  context (*EVP_CIPHER_CTX_new)(void);
  void (*EVP_CIPHER_CTX_free)(context);
  int (*EVP_CIPHER_CTX_ctrl)(context, int, int, void *);
  int (*EVP_CipherInit_ex)(context, method, void *, const uint8_t *, const uint8_t *, int);
  int (*EVP_CipherUpdate)(context, uint8_t *, int *, const uint8_t *, int);
  int (*EVP_CipherFinal_ex)(context, uint8_t *, int *);
  method (*EVP_aes_128_cbc)(void);
  method (*EVP_aes_128_ccm)(void);
  method (*EVP_aes_128_gcm)(void);
  method (*EVP_aes_256_ccm)(void);
  method (*EVP_aes_256_gcm)(void);
  void (*DES_set_key_unchecked)(const uint8_t *, void *);
  void (*DES_ecb_encrypt)(const uint8_t *, uint8_t *, void *, int);
  void (*RC4_set_key)(void *, int, const uint8_t *);
  void (*RC4)(void *, size_t, const uint8_t *, uint8_t *);
} ssl;

// <openssl/evp.h>
enum { AEAD_SET_IVLEN = 0x9, AEAD_GET_TAG = 0x10, AEAD_SET_TAG = 0x11 };

static struct library library;

#define FIND(name) library_find(handle, #name, &ssl.name)

static void open_library(void) {
  void *handle = library_open(&library, "libcrypto.so.3", "libcrypto.so.1.1");
  if (!handle) return;
  library.is_open = FIND(MD4) && FIND(MD5) && FIND(EVP_MD_CTX_new) && FIND(EVP_MD_CTX_free) && FIND(EVP_DigestInit_ex) &&
            FIND(EVP_DigestUpdate) && FIND(EVP_DigestFinal_ex) && FIND(EVP_md5) && FIND(EVP_sha1) && FIND(EVP_sha256) &&
            FIND(EVP_sha512) && FIND(HMAC) && FIND(HMAC_CTX_new) && FIND(HMAC_CTX_free) && FIND(HMAC_Init_ex) &&
            FIND(HMAC_Update) && FIND(HMAC_Final) && FIND(CMAC_CTX_new) && FIND(CMAC_CTX_free) && FIND(CMAC_Init) &&
            FIND(CMAC_Update) && FIND(CMAC_Final) && FIND(EVP_CIPHER_CTX_new) && FIND(EVP_CIPHER_CTX_free) &&
            FIND(EVP_CIPHER_CTX_ctrl) && FIND(EVP_CipherInit_ex) && FIND(EVP_CipherUpdate) && FIND(EVP_CipherFinal_ex) &&
            FIND(EVP_aes_128_cbc) && FIND(EVP_aes_128_ccm) && FIND(EVP_aes_128_gcm) && FIND(EVP_aes_256_ccm) &&
            FIND(EVP_aes_256_gcm) && FIND(DES_set_key_unchecked) && FIND(DES_ecb_encrypt) && FIND(RC4_set_key) && FIND(RC4);
  if (!library.is_open) library_fail(&library, "libcrypto lacks functions that are needed");
}

int crypto_open(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_library);
  return library.is_open;
}

const char *crypto_failure(void) { return library.failure; }

void crypto_forget(void *bytes, size_t count) { explicit_bzero(bytes, count); }

void crypto_keep_out_of_dumps(void) {
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// Digests

void crypto_md4(const uint8_t *bytes, size_t count, uint8_t *digest) { ssl.MD4(bytes, count, digest); }

void crypto_md5(const uint8_t *bytes, size_t count, uint8_t *digest) { ssl.MD5(bytes, count, digest); }

void crypto_sha512(const uint8_t *first, size_t first_count, const uint8_t *second, size_t second_count, uint8_t *digest) {
  static _Thread_local context state;
  if (!state) state = ssl.EVP_MD_CTX_new();
  memset(digest, 0, 64);
  if (!state || !ssl.EVP_DigestInit_ex(state, ssl.EVP_sha512(), NULL)) return;
  ssl.EVP_DigestUpdate(state, first, first_count);
  ssl.EVP_DigestUpdate(state, second, second_count);
  ssl.EVP_DigestFinal_ex(state, digest, NULL);
}

size_t crypto_hmac(int hash, const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *digest) {
  method function = hash == CRYPTO_MD5 ? ssl.EVP_md5() : hash == CRYPTO_SHA1 ? ssl.EVP_sha1() : ssl.EVP_sha256();
  unsigned size = 0;
  return key_count <= INT_MAX && ssl.HMAC(function, key, (int)key_count, bytes, count, digest, &size) ? size : 0;
}

// Ciphers of NTLM

void crypto_des(const uint8_t *key, const uint8_t *block, uint8_t *result) {
  // Each seventh bit of the key ends a byte, of which the lowest bit is for parity: MS-NLMP 6, FIPS 46-2.
  uint8_t spread[8];
  for (int index = 0; index < 8; index++) {
    unsigned word = (index > 0 ? key[index - 1] : 0u) << 8 | (index < 7 ? key[index] : 0u);
    spread[index] = (uint8_t)((word >> (index + 1) & 0x7f) << 1);
  }
  // DES_key_schedule has 128 bytes.
  uint64_t schedule[32];
  ssl.DES_set_key_unchecked(spread, schedule);
  ssl.DES_ecb_encrypt(block, result, schedule, 1);
  crypto_forget(schedule, sizeof schedule);
  crypto_forget(spread, sizeof spread);
}

void crypto_rc4(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *result) {
  // RC4_KEY has two and 256 words, of 32 bits at most.
  uint32_t schedule[2 + 256 + 6];
  if (key_count > 256) return;
  ssl.RC4_set_key(schedule, (int)key_count, key);
  ssl.RC4(schedule, count, bytes, result);
  crypto_forget(schedule, sizeof schedule);
}

// Signatures

struct crypto_signer {
  int algorithm;
  context state;
  size_t key_count;
  uint8_t key[64];
};

struct crypto_signer *crypto_signer_make(int algorithm, const uint8_t *key, size_t key_count) {
  if (key_count > sizeof ((struct crypto_signer *)0)->key || (algorithm != CRYPTO_SIGN_HMAC_SHA256 && key_count != 16)) return NULL;
  struct crypto_signer *signer = calloc(1, sizeof *signer);
  if (!signer) return NULL;
  signer->algorithm = algorithm;
  signer->key_count = key_count;
  memcpy(signer->key, key, key_count);
  int is_ready = 0;
  switch (algorithm) {
    case CRYPTO_SIGN_HMAC_SHA256:
      signer->state = ssl.HMAC_CTX_new();
      is_ready = signer->state && ssl.HMAC_Init_ex(signer->state, key, (int)key_count, ssl.EVP_sha256(), NULL);
      break;
    case CRYPTO_SIGN_AES_CMAC:
      signer->state = ssl.CMAC_CTX_new();
      is_ready = signer->state && ssl.CMAC_Init(signer->state, key, key_count, ssl.EVP_aes_128_cbc(), NULL);
      break;
    case CRYPTO_SIGN_AES_GMAC:
      signer->state = ssl.EVP_CIPHER_CTX_new();
      is_ready = signer->state && ssl.EVP_CipherInit_ex(signer->state, ssl.EVP_aes_128_gcm(), NULL, key, NULL, 1);
      break;
  }
  if (is_ready) return signer;
  crypto_signer_free(signer);
  return NULL;
}

void crypto_signer_free(struct crypto_signer *signer) {
  if (!signer) return;
  if (signer->state) {
    switch (signer->algorithm) {
      case CRYPTO_SIGN_HMAC_SHA256: ssl.HMAC_CTX_free(signer->state); break;
      case CRYPTO_SIGN_AES_CMAC: ssl.CMAC_CTX_free(signer->state); break;
      default: ssl.EVP_CIPHER_CTX_free(signer->state);
    }
  }
  crypto_forget(signer, sizeof *signer);
  free(signer);
}

static const uint8_t zeros[64];

static int sign_gmac(
    context state, const uint8_t *nonce, const uint8_t *head, size_t head_count, size_t hole, const uint8_t *tail,
    size_t tail_count, uint8_t *signature) {
  int count = 0;
  uint8_t nothing[16];
  return ssl.EVP_CipherInit_ex(state, NULL, NULL, NULL, nonce, -1) &&
         ssl.EVP_CipherUpdate(state, NULL, &count, head, (int)head_count) &&
         (hole == 0 || ssl.EVP_CipherUpdate(state, NULL, &count, zeros, (int)hole)) &&
         (tail_count == 0 || ssl.EVP_CipherUpdate(state, NULL, &count, tail, (int)tail_count)) &&
         ssl.EVP_CipherFinal_ex(state, nothing, &count) && ssl.EVP_CIPHER_CTX_ctrl(state, AEAD_GET_TAG, 16, signature);
}

int crypto_sign(
    struct crypto_signer *signer, const uint8_t *nonce, const uint8_t *head, size_t head_count, size_t hole,
    const uint8_t *tail, size_t tail_count, uint8_t *signature) {
  if (hole > sizeof zeros || head_count > INT_MAX || tail_count > INT_MAX) return 0;
  uint8_t digest[64];
  unsigned size = 0;
  size_t length = 16;
  switch (signer->algorithm) {
    case CRYPTO_SIGN_HMAC_SHA256:
      if (!ssl.HMAC_Init_ex(signer->state, NULL, 0, NULL, NULL) || !ssl.HMAC_Update(signer->state, head, head_count) ||
          !ssl.HMAC_Update(signer->state, zeros, hole) || !ssl.HMAC_Update(signer->state, tail, tail_count) ||
          !ssl.HMAC_Final(signer->state, digest, &size))
        return 0;
      memcpy(signature, digest, 16);
      return 1;
    case CRYPTO_SIGN_AES_CMAC:
      return ssl.CMAC_Init(signer->state, NULL, 0, NULL, NULL) && ssl.CMAC_Update(signer->state, head, head_count) &&
             ssl.CMAC_Update(signer->state, zeros, hole) && ssl.CMAC_Update(signer->state, tail, tail_count) &&
             ssl.CMAC_Final(signer->state, signature, &length);
    default: return sign_gmac(signer->state, nonce, head, head_count, hole, tail, tail_count, signature);
  }
}

// Search

enum { PREAUTH = 64, SEARCH_MESSAGES = 64 };

struct crypto_search {
  context digest;
  context hmac;
  context signer;
  int algorithm;
  uint8_t session_key[16];
  const uint8_t *messages;
  size_t counts[SEARCH_MESSAGES];
  size_t starts[SEARCH_MESSAGES];
  // Before each message.
  uint8_t hashes[SEARCH_MESSAGES][PREAUTH];
  size_t message_count;
  const uint8_t *head, *tail, *nonce;
  size_t head_count, tail_count;
};

static void hash_on(struct crypto_search *search, uint8_t *hash, const uint8_t *bytes, size_t count) {
  // The digest stays set up: to find it anew takes longer than to use it.
  ssl.EVP_DigestInit_ex(search->digest, NULL, NULL);
  ssl.EVP_DigestUpdate(search->digest, hash, PREAUTH);
  ssl.EVP_DigestUpdate(search->digest, bytes, count);
  ssl.EVP_DigestFinal_ex(search->digest, hash, NULL);
}

struct crypto_search *crypto_search_make(
    const uint8_t *session_key, const uint8_t *messages, const size_t *counts, size_t message_count, const uint8_t *head,
    size_t head_count, const uint8_t *tail, size_t tail_count, const uint8_t *nonce) {
  if (message_count > SEARCH_MESSAGES || head_count > INT_MAX || tail_count > INT_MAX) return NULL;
  struct crypto_search *search = calloc(1, sizeof *search);
  if (!search) return NULL;
  memcpy(search->session_key, session_key, sizeof search->session_key);
  search->algorithm = -1;
  search->messages = messages;
  search->message_count = message_count;
  search->head = head, search->head_count = head_count;
  search->tail = tail, search->tail_count = tail_count;
  search->nonce = nonce;
  search->digest = ssl.EVP_MD_CTX_new();
  search->hmac = ssl.HMAC_CTX_new();
  if (!search->digest || !search->hmac || !ssl.EVP_DigestInit_ex(search->digest, ssl.EVP_sha512(), NULL) ||
      !ssl.HMAC_Init_ex(search->hmac, search->session_key, sizeof search->session_key, ssl.EVP_sha256(), NULL)) {
    crypto_search_free(search);
    return NULL;
  }
  uint8_t hash[PREAUTH] = {0};
  size_t start = 0;
  for (size_t index = 0; index < message_count; index++) {
    memcpy(search->hashes[index], hash, PREAUTH);
    search->counts[index] = counts[index];
    search->starts[index] = start;
    hash_on(search, hash, messages + start, counts[index]);
    start += counts[index];
  }
  return search;
}

static void free_signer(struct crypto_search *search) {
  if (!search->signer) return;
  switch (search->algorithm) {
    case CRYPTO_SIGN_HMAC_SHA256: ssl.HMAC_CTX_free(search->signer); break;
    case CRYPTO_SIGN_AES_CMAC: ssl.CMAC_CTX_free(search->signer); break;
    default: ssl.EVP_CIPHER_CTX_free(search->signer);
  }
  search->signer = NULL;
}

void crypto_search_free(struct crypto_search *search) {
  if (!search) return;
  free_signer(search);
  if (search->hmac) ssl.HMAC_CTX_free(search->hmac);
  if (search->digest) ssl.EVP_MD_CTX_free(search->digest);
  crypto_forget(search, sizeof *search);
  free(search);
}

// SP 800-108 with HMAC-SHA-256; the label is “SMBSigningKey” with its zero, and a zero behind it.
static int derive_key(struct crypto_search *search, const uint8_t *hash, uint8_t *key) {
  static const uint8_t counter[] = {0, 0, 0, 1}, separator[] = {0}, length[] = {0, 0, 0, 128};
  static const char label[] = "SMBSigningKey";
  uint8_t derived[64];
  unsigned size = 0;
  if (!ssl.HMAC_Init_ex(search->hmac, NULL, 0, NULL, NULL) || !ssl.HMAC_Update(search->hmac, counter, sizeof counter) ||
      !ssl.HMAC_Update(search->hmac, (const uint8_t *)label, sizeof label) ||
      !ssl.HMAC_Update(search->hmac, separator, sizeof separator) || !ssl.HMAC_Update(search->hmac, hash, PREAUTH) ||
      !ssl.HMAC_Update(search->hmac, length, sizeof length) || !ssl.HMAC_Final(search->hmac, derived, &size))
    return 0;
  memcpy(key, derived, 16);
  return 1;
}

static int sign_with(struct crypto_search *search, int algorithm, const uint8_t *key, uint8_t *signature) {
  uint8_t digest[64];
  unsigned size = 0;
  size_t length = 16;
  if (algorithm != search->algorithm) free_signer(search);
  const int is_new = search->signer == NULL;
  search->algorithm = algorithm;
  switch (algorithm) {
    case CRYPTO_SIGN_HMAC_SHA256:
      if (is_new) search->signer = ssl.HMAC_CTX_new();
      if (!search->signer || !ssl.HMAC_Init_ex(search->signer, key, 16, is_new ? ssl.EVP_sha256() : NULL, NULL) ||
          !ssl.HMAC_Update(search->signer, search->head, search->head_count) || !ssl.HMAC_Update(search->signer, zeros, 16) ||
          !ssl.HMAC_Update(search->signer, search->tail, search->tail_count) || !ssl.HMAC_Final(search->signer, digest, &size))
        return 0;
      memcpy(signature, digest, 16);
      return 1;
    case CRYPTO_SIGN_AES_CMAC:
      if (is_new) search->signer = ssl.CMAC_CTX_new();
      return search->signer && ssl.CMAC_Init(search->signer, key, 16, ssl.EVP_aes_128_cbc(), NULL) &&
             ssl.CMAC_Update(search->signer, search->head, search->head_count) && ssl.CMAC_Update(search->signer, zeros, 16) &&
             ssl.CMAC_Update(search->signer, search->tail, search->tail_count) &&
             ssl.CMAC_Final(search->signer, signature, &length);
    case CRYPTO_SIGN_AES_GMAC:
      if (is_new) search->signer = ssl.EVP_CIPHER_CTX_new();
      return search->signer &&
             ssl.EVP_CipherInit_ex(search->signer, is_new ? ssl.EVP_aes_128_gcm() : NULL, NULL, key, NULL, 1) &&
             sign_gmac(
                 search->signer, search->nonce, search->head, search->head_count, 16, search->tail, search->tail_count,
                 signature);
    default: return 0;
  }
}

int crypto_search_try(
    struct crypto_search *search, size_t index, const uint8_t *candidate, size_t count, int algorithm,
    const uint8_t *signature) {
  if (index >= search->message_count) return 0;
  uint8_t hash[PREAUTH], key[16], signed_with[16] = {0};
  memcpy(hash, search->hashes[index], PREAUTH);
  hash_on(search, hash, candidate, count);
  for (size_t next = index + 1; next < search->message_count; next++)
    hash_on(search, hash, search->messages + search->starts[next], search->counts[next]);
  return derive_key(search, hash, key) && sign_with(search, algorithm, key, signed_with) &&
         memcmp(signed_with, signature, sizeof signed_with) == 0;
}

// Encryption

static method cipher_of(int cipher, size_t key_count) {
  switch (cipher) {
    case CRYPTO_AES_128_CCM: return key_count == 16 ? ssl.EVP_aes_128_ccm() : NULL;
    case CRYPTO_AES_128_GCM: return key_count == 16 ? ssl.EVP_aes_128_gcm() : NULL;
    case CRYPTO_AES_256_CCM: return key_count == 32 ? ssl.EVP_aes_256_ccm() : NULL;
    case CRYPTO_AES_256_GCM: return key_count == 32 ? ssl.EVP_aes_256_gcm() : NULL;
    default: return NULL;
  }
}

int crypto_unseal(
    int cipher, const uint8_t *key, size_t key_count, const uint8_t *nonce, const uint8_t *clear, size_t clear_count,
    const uint8_t *tag, const uint8_t *bytes, size_t count, uint8_t *result) {
  method function = cipher_of(cipher, key_count);
  if (!function || count == 0 || count > INT_MAX || clear_count > INT_MAX) return 0;
  const int is_ccm = cipher == CRYPTO_AES_128_CCM || cipher == CRYPTO_AES_256_CCM;
  context state = ssl.EVP_CIPHER_CTX_new();
  if (!state) return 0;
  uint8_t expected[16];
  memcpy(expected, tag, sizeof expected);
  int written = 0;
  int is_right = ssl.EVP_CipherInit_ex(state, function, NULL, NULL, NULL, 0) &&
                 ssl.EVP_CIPHER_CTX_ctrl(state, AEAD_SET_IVLEN, is_ccm ? 11 : 12, NULL);
  // CCM wants the tag first, and the length of the text before what is only authenticated.
  if (is_right && is_ccm) is_right = ssl.EVP_CIPHER_CTX_ctrl(state, AEAD_SET_TAG, 16, expected);
  is_right = is_right && ssl.EVP_CipherInit_ex(state, NULL, NULL, key, nonce, 0);
  if (is_right && is_ccm) is_right = ssl.EVP_CipherUpdate(state, NULL, &written, NULL, (int)count);
  is_right = is_right && ssl.EVP_CipherUpdate(state, NULL, &written, clear, (int)clear_count) &&
             ssl.EVP_CipherUpdate(state, result, &written, bytes, (int)count) > 0 && written == (int)count;
  if (is_right && !is_ccm) {
    uint8_t nothing[16];
    is_right = ssl.EVP_CIPHER_CTX_ctrl(state, AEAD_SET_TAG, 16, expected) && ssl.EVP_CipherFinal_ex(state, nothing, &written) > 0;
  }
  ssl.EVP_CIPHER_CTX_free(state);
  return is_right;
}
