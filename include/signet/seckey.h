/* SPDX-License-Identifier: Apache-2.0
 *
 * Secret keys: made, read, written and used, never shown. They live in guarded memory that is
 * wiped on release; the public half is always derived from the secret one.
 */
#ifndef SIGNET_SECKEY_H
#define SIGNET_SECKEY_H

#include <signet/err.h>
#include <signet/key.h>
#include <signet/limits.h>
#include <stdbool.h>

SIGNET_BEGIN_DECLS

/** An Ed25519 secret key in guarded memory; one thread at a time. */
struct signet_seckey;

/** Text that must not linger: a passphrase or the contents of a key file, in guarded memory. */
struct signet_secret;

/**
 * An empty secret with room for capacity bytes. *secret is owned (free with signet_secret_free())
 * and set on success only. Returns SIGNET_OK, SIGNET_E_NOMEM or SIGNET_E_INTERNAL (libsodium cannot
 * start).
 */
SIGNET_API SIGNET_NODISCARD int
signet_secret_new(size_t capacity, struct signet_secret **secret, struct signet_err *err);

/** Wipes and releases secret, which may be NULL. */
SIGNET_API void signet_secret_free(struct signet_secret *secret);

/** Appends bytes (copies). Returns SIGNET_OK or SIGNET_E_LIMIT (no room left). */
SIGNET_API SIGNET_NODISCARD int signet_secret_append(struct signet_secret *secret,
                                                     struct signet_span bytes);

/** The bytes, borrowed until the next call on secret. */
SIGNET_API struct signet_span signet_secret_span(const struct signet_secret *secret);

/**
 * Reads descriptor fd to its end, at most capacity bytes, into a new secret.
 * Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_LIMIT, or as signet_secret_new(); *secret is set on
 * success only.
 */
SIGNET_API SIGNET_NODISCARD int
signet_secret_read(int fd, size_t capacity, struct signet_secret **secret, struct signet_err *err);

/** Removes one final line feed, or carriage return and line feed, as editors and echo leave it. */
SIGNET_API void signet_secret_chomp(struct signet_secret *secret);

/** A new random key. *key is owned (free with signet_seckey_free()) and set on success only.
 *  Returns SIGNET_OK, SIGNET_E_NOMEM or SIGNET_E_INTERNAL. */
SIGNET_API SIGNET_NODISCARD int signet_seckey_generate(struct signet_seckey **key,
                                                       struct signet_err *err);

/** Wipes and releases key, which may be NULL. */
SIGNET_API void signet_seckey_free(struct signet_seckey *key);

/** The public half. */
SIGNET_API const struct signet_pubkey *signet_seckey_public(const struct signet_seckey *key);

/** What kind of key file a text is, told by its PEM label or first bytes. */
enum signet_keyfile_kind {
    SIGNET_KEYFILE_UNKNOWN = 0,
    SIGNET_KEYFILE_PLAIN, /* a secret key that takes no passphrase: PKCS#8, "PRIVATE KEY" or DER;
                             also those that signet_seckey_read() refuses by name */
    SIGNET_KEYFILE_ENCRYPTED, /* "ENCRYPTED SIGSTORE PRIVATE KEY" or "ENCRYPTED COSIGN PRIVATE KEY"
                               */
    SIGNET_KEYFILE_PUBLIC,    /* "PUBLIC KEY": no secret inside */
};

/** Looks at the label only. */
SIGNET_API enum signet_keyfile_kind signet_keyfile_kind(struct signet_span text);

/**
 * Reads a secret key file of at most 64 KiB: PKCS#8 v1 or v2 (RFC 5208, RFC 8410, RFC 5958; DER or
 * PEM, with nothing behind it), or
 * "ENCRYPTED SIGSTORE PRIVATE KEY" (scrypt + XSalsa20-Poly1305 over PKCS#8 DER), opened with
 * passphrase. A public key stored beside the secret must match the one derived.
 *
 * passphrase is needed for encrypted files only and may be NULL otherwise. limits (scrypt_n) may be
 * NULL. Returns SIGNET_OK, SIGNET_E_MALFORMED (or the stored public half is another key's),
 * SIGNET_E_UNSUPPORTED (another key type or encryption, which is named), SIGNET_E_PASSPHRASE
 * (missing or wrong), SIGNET_E_LIMIT (size, scrypt costs), SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 * *key is set on success only.
 */
SIGNET_API SIGNET_NODISCARD int signet_seckey_read(struct signet_span text,
                                                   const struct signet_secret *passphrase,
                                                   const struct signet_limits *limits,
                                                   struct signet_seckey **key,
                                                   struct signet_err *err);

/** A key file that is being opened: its key derivation runs beside other work. */
struct signet_seckey_opening;

/**
 * Begins what signet_seckey_read() does. All that takes no key derivation is done in this call, and
 * an error found there is returned by it; the derivation runs on a thread of its own, or within
 * this call if none can be started. passphrase is taken, whatever is returned, and wiped as soon as
 * it was used; text is not needed afterwards. *opening is owned (end it with
 * signet_seckey_opening_finish() or signet_seckey_opening_free()) and set on success only. Results
 * as signet_seckey_read(), but for SIGNET_E_PASSPHRASE, which waits.
 */
SIGNET_API SIGNET_NODISCARD int signet_seckey_opening_start(struct signet_span text,
                                                            struct signet_secret *passphrase,
                                                            const struct signet_limits *limits,
                                                            struct signet_seckey_opening **opening,
                                                            struct signet_err *err);

/** Whether it is known by now that there will be no key; does not wait. For any thread until the
 *  opening is ended. */
SIGNET_API bool signet_seckey_opening_failed(const struct signet_seckey_opening *opening);

/**
 * Waits for the key and ends the opening, which is released. Results as signet_seckey_read(). *key
 * is owned (free with signet_seckey_free()) and set on success only.
 */
SIGNET_API SIGNET_NODISCARD int signet_seckey_opening_finish(struct signet_seckey_opening *opening,
                                                             struct signet_seckey **key,
                                                             struct signet_err *err);

/** Waits for the key derivation, wipes and releases all. opening may be NULL. */
SIGNET_API void signet_seckey_opening_free(struct signet_seckey_opening *opening);

/**
 * Writes key as a PEM text into a new secret: PKCS#8 v1 if passphrase is NULL, else
 * "ENCRYPTED SIGSTORE PRIVATE KEY" with scrypt N = 65536, r = 8, p = 1.
 * Returns SIGNET_OK, SIGNET_E_NOMEM, SIGNET_E_PASSPHRASE (empty) or SIGNET_E_INTERNAL; *text is set
 * on success only.
 */
SIGNET_API SIGNET_NODISCARD int signet_seckey_write(const struct signet_seckey *key,
                                                    const struct signet_secret *passphrase,
                                                    struct signet_secret **text,
                                                    struct signet_err *err);

/**
 * Signs message with pure Ed25519 (RFC 8032 section 5.1.6) and checks the result under the public
 * half before giving it out. Returns SIGNET_OK or SIGNET_E_INTERNAL; signature is zeroed on
 * failure.
 */
SIGNET_API SIGNET_NODISCARD int signet_seckey_sign(const struct signet_seckey *key,
                                                   struct signet_span message,
                                                   uint8_t signature[SIGNET_ED25519_SIGNATURE],
                                                   struct signet_err *err);

SIGNET_END_DECLS

#endif
