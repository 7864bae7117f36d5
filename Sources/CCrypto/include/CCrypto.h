#pragma once

#include <stddef.h>
#include <stdint.h>

#include "kerberos.h"

/// OpenSSL's libcrypto, opened when keys are given and not before. All other functions need it to be open.

/// Returns 1 when it is open, 0 when it cannot be.
int crypto_open(void);
/// Why it cannot be opened.
const char *crypto_failure(void);

/// Forgets bytes, also where a compiler would see no use in it.
void crypto_forget(void *bytes, size_t count);

/// Core dumps of this process are never written, and no other process of the user can look into it.
void crypto_keep_out_of_dumps(void);

enum { CRYPTO_MD5, CRYPTO_SHA1, CRYPTO_SHA256 };

/// 16 bytes.
void crypto_md4(const uint8_t *bytes, size_t count, uint8_t *digest);
/// 16 bytes.
void crypto_md5(const uint8_t *bytes, size_t count, uint8_t *digest);
/// 64 bytes, of one text after another.
void crypto_sha512(const uint8_t *first, size_t first_count, const uint8_t *second, size_t second_count, uint8_t *digest);
/// DES in ECB mode, one block of 8 bytes, with 7 bytes of a key.
void crypto_des(const uint8_t *key, const uint8_t *block, uint8_t *result);
void crypto_rc4(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *result);
/// Returns how many bytes the digest has.
size_t crypto_hmac(int hash, const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *digest);

/// SMB2's algorithms of signing, by their numbers in MS-SMB2 2.2.3.1.7.
enum { CRYPTO_SIGN_HMAC_SHA256 = 0, CRYPTO_SIGN_AES_CMAC = 1, CRYPTO_SIGN_AES_GMAC = 2 };

/// Keys that are set up once and used for many messages. NULL when the algorithm is unknown or the key has another size.
struct crypto_signer;
struct crypto_signer *crypto_signer_make(int algorithm, const uint8_t *key, size_t key_count);
void crypto_signer_free(struct crypto_signer *signer);
/// The signature, 16 bytes, of a text with `hole` zeros between its two parts. `nonce` has 12 bytes; only GMAC has one.
/// Returns 1, or 0 when it failed.
int crypto_sign(
    struct crypto_signer *signer, const uint8_t *nonce, const uint8_t *head, size_t head_count, size_t hole,
    const uint8_t *tail, size_t tail_count, uint8_t *signature);

/// What the signature of one message is, with candidates for another message that went into the key: MS-SMB2 3.1.4.2 on 3.1.1.
/// Everything is set up once, because very many candidates are tried.
struct crypto_search;
/// `messages` are what is hashed, one behind the other, each with its count; `head` and `tail` are what is signed, with 16
/// zeros between them. All of them have to stay as long as the search. NULL when there is no memory.
struct crypto_search *crypto_search_make(
    const uint8_t *session_key, const uint8_t *messages, const size_t *counts, size_t message_count, const uint8_t *head,
    size_t head_count, const uint8_t *tail, size_t tail_count, const uint8_t *nonce);
void crypto_search_free(struct crypto_search *search);
/// Returns 1 when the signature is right with `candidate` in the place of message `index`, 0 when it is not.
int crypto_search_try(
    struct crypto_search *search, size_t index, const uint8_t *candidate, size_t count, int algorithm,
    const uint8_t *signature);

/// SMB2's ciphers, by their numbers in MS-SMB2 2.2.3.1.2.
enum { CRYPTO_AES_128_CCM = 1, CRYPTO_AES_128_GCM = 2, CRYPTO_AES_256_CCM = 3, CRYPTO_AES_256_GCM = 4 };

/// Decrypts `count` bytes; the nonce has 11 bytes with CCM, 12 with GCM, the tag 16.
/// Returns 1 when the tag is right; otherwise nothing in `result` is to be used.
int crypto_unseal(
    int cipher, const uint8_t *key, size_t key_count, const uint8_t *nonce, const uint8_t *clear, size_t clear_count,
    const uint8_t *tag, const uint8_t *bytes, size_t count, uint8_t *result);
