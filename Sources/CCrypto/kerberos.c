#include "CCrypto.h"
#include "library.h"

#include <limits.h>
#include <pthread.h>

// <krb5/krb5.h>, as libk5crypto.so.3 has it since MIT Kerberos 1.6. With these here the program is built without MIT's headers,
// and starts without its library. The functions take a context, and make no use of it: MIT's own tests give none.

typedef struct {
  int32_t magic;
  unsigned length;
  char *data;
} data;

typedef struct {
  int32_t magic;
  int32_t etype;
  unsigned length;
  uint8_t *contents;
} keyblock;

typedef struct {
  int32_t magic;
  int32_t etype;
  unsigned kvno;
  data cipher;
} encrypted;

static struct {
  int32_t (*krb5_c_decrypt)(void *, const keyblock *, int32_t, const data *, const encrypted *, data *);
  int32_t (*krb5_c_keylengths)(void *, int32_t, size_t *, size_t *);
} krb5;

static struct library library;

static void open_library(void) {
  void *handle = library_open(&library, "libk5crypto.so.3", NULL);
  if (!handle) return;
  library.is_open =
      library_find(handle, "krb5_c_decrypt", &krb5.krb5_c_decrypt) && library_find(handle, "krb5_c_keylengths", &krb5.krb5_c_keylengths);
  if (!library.is_open) library_fail(&library, "libk5crypto lacks functions that are needed");
}

int kerberos_open(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_library);
  return library.is_open;
}

const char *kerberos_failure(void) { return library.failure; }

size_t kerberos_key_count(int32_t etype) {
  size_t bits = 0, count = 0;
  return krb5.krb5_c_keylengths(NULL, etype, &bits, &count) == 0 ? count : 0;
}

size_t kerberos_decrypt(
    int32_t etype, const uint8_t *key, size_t key_count, int32_t usage, const uint8_t *bytes, size_t count, uint8_t *result) {
  if (count == 0 || count > INT_MAX || key_count == 0 || key_count != kerberos_key_count(etype)) return 0;
  // The library reads the key and the text, and writes to neither.
  const keyblock with = {.etype = etype, .length = (unsigned)key_count, .contents = (uint8_t *)key};
  const encrypted from = {.etype = etype, .cipher = {.length = (unsigned)count, .data = (char *)bytes}};
  data to = {.length = (unsigned)count, .data = (char *)result};
  if (krb5.krb5_c_decrypt(NULL, &with, usage, NULL, &from, &to) != 0 || to.length > count) return 0;
  return to.length;
}
