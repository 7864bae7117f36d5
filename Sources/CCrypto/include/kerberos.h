#pragma once

#include <stddef.h>
#include <stdint.h>

/// MIT's libk5crypto, opened when a keytab is given and not before. All other functions need it to be open.

/// Returns 1 when it is open, 0 when it cannot be.
int kerberos_open(void);
/// Why it cannot be opened.
const char *kerberos_failure(void);

/// How many bytes a key of this encryption type has; 0 for a type that the library does not know.
size_t kerberos_key_count(int32_t etype);
/// Decrypts with the key of one usage (RFC 4120 7.5.1); `result` has room for `count` bytes. Returns how many bytes are in clear,
/// 0 when the key is another one, or the text was altered.
size_t kerberos_decrypt(
    int32_t etype, const uint8_t *key, size_t key_count, int32_t usage, const uint8_t *bytes, size_t count, uint8_t *result);
