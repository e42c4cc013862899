/* SPDX-License-Identifier: Apache-2.0
 *
 * Saying when signatures were there already: cosignatures by a key that is trusted for the time, in
 * notes beside a signature file. What does not verify does not appear.
 */
#ifndef SIGNET_TIMESTAMP_H
#define SIGNET_TIMESTAMP_H

#include <signet/buf.h>
#include <signet/clock.h>
#include <signet/io.h>
#include <signet/seckey.h>
#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** What to say it of. Zero-initialise, then set size and what differs. Everything is borrowed until
 *  signet_timestamping_free(). */
struct signet_timestamp_opts {
    size_t size; /* sizeof(struct signet_timestamp_opts) */
    /* Of those who made the signatures; which formats a key may be used with does not matter. */
    const struct signet_trusted_key *keys;
    size_t key_count;                   /* 1 or more */
    const char *path;                   /* what reports call the signature file; NULL means "" */
    const struct signet_clock *clock;   /* NULL means that of the system */
    const struct signet_limits *limits; /* NULL means the defaults */
};

/** Signatures about which notes are going to be made. */
struct signet_timestamping;

/**
 * Reads a signature file of at most signet_limits_signature_file() bytes and finds the signatures
 * that the given keys made over exactly the bytes in it. What is signed is not looked at. notes are
 * those that lie beside it already, or empty. Both texts are taken over whatever the result, and
 * left empty.
 *
 * *timestamping is owned (free with signet_timestamping_free()) and set on success only. Returns
 * SIGNET_OK; SIGNET_E_UNTRUSTED or SIGNET_E_BAD_SIGNATURE (no signature is by one of the keys);
 * SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED, SIGNET_E_AMBIGUOUS or SIGNET_E_LIMIT (no sound
 * signature file, or notes that are none); SIGNET_E_USAGE (no key, opts->size), SIGNET_E_NOMEM or
 * SIGNET_E_INTERNAL.
 */
SIGNET_API SIGNET_NODISCARD int signet_timestamping_new(struct signet_buf *text,
                                                        struct signet_buf *notes,
                                                        const struct signet_timestamp_opts *opts,
                                                        struct signet_timestamping **timestamping,
                                                        struct signet_err *err);

/** Releases timestamping, which may be NULL. */
SIGNET_API void signet_timestamping_free(struct signet_timestamping *timestamping);

/** How many signatures there are, and how many of them are by no given key: they get no note. */
SIGNET_API size_t signet_timestamping_count(const struct signet_timestamping *timestamping,
                                            size_t *others);

/** Appends the texts of the notes, one for each signature. Result as signet_buf_reserve(). */
SIGNET_API int signet_timestamping_texts(const struct signet_timestamping *timestamping,
                                         struct signet_buf *out);

/**
 * Reads the clock, cosigns with key each signature that it has not cosigned yet, and writes the
 * notes to out, behind those that were there; nothing was written to out yet, and it is standard
 * output only if it is held. What out holds is read back: it must begin with what was there, and
 * the new notes must verify. It appears when the caller commits out; after a failure out is
 * abandoned. The name in a note is the fingerprint of the key in the URL-safe alphabet.
 *
 * notes_name is the name of the file in *verification (copied), which holds the signatures and when
 * they were there, and no struct signet_verified; it is owned (free with
 * signet_verification_free()) and set on success only. Called once.
 *
 * Returns SIGNET_OK; SIGNET_E_FORBIDDEN (this key cosigned all of them already); SIGNET_E_USAGE
 * (out cannot be read back, or holds something; called before; the clock is before 1970);
 * SIGNET_E_LIMIT (there would be more notes than are read); SIGNET_E_IO, SIGNET_E_NOMEM or
 * SIGNET_E_INTERNAL (what was made does not verify).
 */
SIGNET_API SIGNET_NODISCARD int
signet_timestamping_finish(struct signet_timestamping *timestamping,
                           const struct signet_seckey *key,
                           const char *notes_name,
                           struct signet_output *out,
                           struct signet_verification **verification,
                           struct signet_err *err);

SIGNET_END_DECLS

#endif
