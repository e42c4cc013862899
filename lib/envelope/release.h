/* SPDX-License-Identifier: Apache-2.0
 *
 * The predicate by which a file or a bundle is signed as the release of a name and a version, and
 * as a thing to run, to load or to open.
 */
#ifndef SIGNET_ENVELOPE_RELEASE_H
#define SIGNET_ENVELOPE_RELEASE_H

#include <signet/usage.h>

#include "envelope/statement.h"

#define SIGNET_PREDICATE_RELEASE "https://in-toto.io/attestation/release/v0.1"

/** A release, as its predicate says it. */
struct signet_release {
    const char *name; /* segments of [A-Za-z0-9._+-], none of them "." or "..", with "/" between */
    const char *version;     /* SemVer 2.0.0 */
    int64_t signed_at;       /* seconds since 1970-01-01 */
    enum signet_usage usage; /* 0: it says nothing */
    bool has_size;
    uint64_t size; /* bytes, of a file */
};

/** Splits NAME@VERSION into its parts, which borrow from text. False if it is none. */
bool signet_release_split(struct signet_span text,
                          struct signet_span *name,
                          struct signet_span *version);

/** The usage of that name: program, interp, lib, script, model or data; 0 if there is none. */
enum signet_usage signet_usage_named(struct signet_span word);

/** The name of a usage; "" of none. */
const char *signet_usage_name(enum signet_usage usage);

/**
 * Reads a predicate of type SIGNET_PREDICATE_RELEASE: purl `pkg:generic/NAME@VERSION`, signedAt in
 * the one spelling of signet_instant_parse(), and perhaps usage and size; other members are
 * ignored. Texts are in storage. Returns SIGNET_OK, SIGNET_E_MALFORMED (with what was expected), or
 * SIGNET_E_NOMEM; *release is zeroed on failure.
 */
SIGNET_NODISCARD int signet_release_read(struct signet_json_value predicate,
                                         struct signet_arena *storage,
                                         struct signet_release *release,
                                         struct signet_err *err);

/** Appends the predicate in RFC 8785 form. Result as signet_buf_reserve(). */
int signet_release_write(const struct signet_release *release, struct signet_buf *out);

#endif
