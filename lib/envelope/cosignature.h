/* SPDX-License-Identifier: Apache-2.0
 *
 * Cosignatures: what somebody who is trusted for the time says of one signature. Notes as in C2SP
 * signed-note, lines as in C2SP tlog-cosignature (cosignature/v1); what a note says is ours, see
 * TIME.md. Whom to trust for the time is for trust/times.h.
 */
#ifndef SIGNET_ENVELOPE_COSIGNATURE_H
#define SIGNET_ENVELOPE_COSIGNATURE_H

#include <signet/digest.h>
#include <signet/trusted_key.h>

/** The first line of every note. */
#define SIGNET_COSIGNATURE_ORIGIN "signet-time/1"

/** What a signature line begins with: an em dash and a space. */
#define SIGNET_COSIGNATURE_DASH "\xE2\x80\x94 "

/** What a file of notes may have, besides SIGNET_TIME_NOTES bytes. */
enum {
    SIGNET_COSIGNATURE_NOTES = 256, /* notes */
    SIGNET_COSIGNATURE_LINES = 16,  /* signature lines of a note */
    SIGNET_COSIGNATURE_NAME = 255   /* bytes of a name */
};

/** Bytes of a key id, of a time, and of what a line has in base64. */
enum {
    SIGNET_COSIGNATURE_KEY_ID = 4,
    SIGNET_COSIGNATURE_STAMP = 8,
    SIGNET_COSIGNATURE_BLOB =
        SIGNET_COSIGNATURE_KEY_ID + SIGNET_COSIGNATURE_STAMP + SIGNET_ED25519_SIGNATURE
};

/** One claim that a signature existed at a time. Nothing here says that it is true. */
struct signet_cosignature {
    struct signet_digest subject; /* of the signature: see signet_cosignature_subject() */
    struct signet_span name;      /* of who says so; borrowed from the text */
    uint8_t key_id[SIGNET_COSIGNATURE_KEY_ID];
    int64_t time; /* seconds since 1970, 0 or more */
    uint8_t signature[SIGNET_ED25519_SIGNATURE];
};

/** Those of a file, in its order; free with signet_cosignatures_free(). */
struct signet_cosignatures {
    struct signet_cosignature *list;
    size_t count;
};

/**
 * Reads the notes of a file; text is borrowed by the names in *notes. Lines of other kinds of
 * signatures are skipped. Returns SIGNET_OK; SIGNET_E_MALFORMED with the offset; SIGNET_E_LIMIT
 * (bytes, notes, lines of a note, bytes of a name); or SIGNET_E_NOMEM. *notes is zeroed on failure.
 */
SIGNET_NODISCARD int signet_cosignatures_parse(struct signet_span text,
                                               struct signet_cosignatures *notes,
                                               struct signet_err *err);

/** Releases what notes holds and zeroes it. */
void signet_cosignatures_free(struct signet_cosignatures *notes);

/**
 * What stands for a signature in a note: SHA-256 over the public key that made it (of Ed25519 its
 * 32 bytes, of all others the SubjectPublicKeyInfo in DER), the SHA-256 of the bytes that it is
 * over, and the signature. Returns SIGNET_OK; SIGNET_E_INTERNAL (signed_bytes is no SHA-256) or
 * SIGNET_E_NOMEM. *subject is zeroed on failure.
 */
SIGNET_NODISCARD int signet_cosignature_subject(const struct signet_pubkey *key,
                                                const struct signet_digest *signed_bytes,
                                                struct signet_span signature,
                                                struct signet_digest *subject,
                                                struct signet_err *err);

/** Whether name can be one: UTF-8 without control characters, Unicode spaces and "+", and not
 *  empty or too long. */
bool signet_cosignature_is_name(struct signet_span name);

/** The key id of an Ed25519 key under a name. Returns SIGNET_OK, or SIGNET_E_INTERNAL (another key)
 *  or SIGNET_E_NOMEM; key_id is zeroed on failure. */
SIGNET_NODISCARD int signet_cosignature_key_id(struct signet_span name,
                                               const struct signet_pubkey *key,
                                               uint8_t key_id[SIGNET_COSIGNATURE_KEY_ID],
                                               struct signet_err *err);

/** Appends the text of a note about subject. Result as signet_buf_reserve(). */
int signet_cosignature_put_text(const struct signet_digest *subject, struct signet_buf *out);

/** Appends the bytes that a cosignature of that time (0 or more) is over. Result as
 *  signet_buf_reserve(). */
int signet_cosignature_put_message(const struct signet_digest *subject,
                                   int64_t time,
                                   struct signet_buf *out);

/** Appends a note with one line. Result as signet_buf_reserve(). */
int signet_cosignature_put_note(const struct signet_cosignature *cosignature,
                                struct signet_buf *out);

/**
 * Looks for the key that made a cosignature among keys of use SIGNET_USE_TIME: one that is not
 * named by the line's name and key id is not tried. Returns SIGNET_OK, and *key is its index or
 * SIGNET_NO_KEY; or SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_cosignature_find_key(const struct signet_cosignature *cosignature,
                                                 const struct signet_trusted_key *keys,
                                                 size_t key_count,
                                                 size_t *key,
                                                 struct signet_err *err);

#endif
