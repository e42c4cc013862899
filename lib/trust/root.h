/* SPDX-License-Identifier: Apache-2.0
 *
 * Trust roots as data: which keys there are, whose they are, what they may sign and in which role.
 * A parsed root is well-formed and agrees with itself; whether to believe it is for trust/chain.h.
 */
#ifndef SIGNET_TRUST_ROOT_H
#define SIGNET_TRUST_ROOT_H

#include <signet/trusted_key.h>

#include "base/arena.h"

/** The payload type of trust roots, and their schema. */
#define SIGNET_PAYLOAD_TYPE_ROOT "application/vnd.signet.root+json"
#define SIGNET_ROOT_SCHEMA "signet-root/1"

/** The highest version: a JSON number has no more. */
#define SIGNET_ROOT_VERSION_MAX ((UINT64_C(1) << 53) - 1)

/** Roles that a root must have, and the one of timestamps, which it may have. */
#define SIGNET_ROLE_ROOT "root"
#define SIGNET_ROLE_POLICY "policy"
#define SIGNET_ROLE_TIME "time"

enum signet_root_status {
    SIGNET_ROOT_ACTIVE = 1,
    SIGNET_ROOT_RETIRED, /* what it signed before stands, if a trusted time says that it was before
                          */
    SIGNET_ROOT_REVOKED,
};

/** A key of a root. Times are seconds since 1970-01-01. */
struct signet_root_key {
    const char *id; /* its fingerprint */
    const char *owner;
    struct signet_pubkey key;
    enum signet_root_status status;
    int64_t not_before; /* INT64_MIN: always */
    int64_t not_after;  /* INT64_MAX: for ever */
    int64_t retired_at; /* INT64_MAX: it is not */
    int64_t revoked_at; /* INT64_MAX: it is not */
    unsigned uses;      /* SIGNET_USE_* bits, never 0 */
};

/** A role: so many of these keys, which are different, speak for it. */
struct signet_root_role {
    const char *name;
    size_t *keys; /* indices of the root's keys */
    size_t key_count;
    size_t threshold; /* 1 to key_count */
};

/** A parsed trust root. Owns all it points at; free with signet_root_free(). */
struct signet_root {
    uint64_t version; /* 1 or more */
    int64_t issued;
    int64_t expires; /* later than issued; from then on it no longer holds */
    struct signet_root_key *keys;
    size_t key_count;
    struct signet_root_role *roles;
    size_t role_count;
    struct signet_arena storage; /* private */
};

/**
 * Parses the payload of a trust root, schema signet-root/1, which is closed:
 *
 *     {"schema":"signet-root/1","version":1,"issued":INSTANT,"expires":INSTANT,
 *      "keys":{ID:{"algorithm","public","owner","status","not_before"?,"not_after"?,
 *                  "retired_at"?,"revoked_at"?,"uses"?:[…]}},
 *      "roles":{NAME:{"keys":[ID],"threshold":1}}}
 *
 * `public` is the SubjectPublicKeyInfo in DER and padded standard base64, `algorithm` its kind as
 * signet_key_alg_name() calls it, ID its fingerprint: all three must agree, so that no key has two
 * entries. Instants are those of signet_instant_parse(). `uses` has one or more of bundle, dsse,
 * jsf, jss, minisign, signify, sshsig, time, each once, and without it a key has bundle and dsse;
 * jsf or jss do not go with minisign or signify, time goes with nothing. retired_at is there for a
 * retired key and revoked_at for a revoked one, and for no others. The roles root and policy are
 * there and have Ed25519 keys of use dsse; those of the role time, which may be there, have the use
 * time.
 *
 * payload is not used afterwards. Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_LIMIT
 * (SIGNET_TRUST_PAYLOAD, SIGNET_ROOT_KEYS), SIGNET_E_UNSUPPORTED or SIGNET_E_FORBIDDEN (a key that
 * signet_pubkey_read() refuses so), SIGNET_E_NOMEM or SIGNET_E_INTERNAL. *root is zeroed on
 * failure.
 */
SIGNET_NODISCARD int
signet_root_parse(struct signet_span payload, struct signet_root *root, struct signet_err *err);

/** Releases what root holds and zeroes it. root may be NULL. */
void signet_root_free(struct signet_root *root);

/** Whether a role of that name says something of artifacts: those that this schema knows do not. */
bool signet_role_speaks(const char *name);

/** Where among the role's the root's key of that index is, or how many it has; and whether it is
 * one of them. */
size_t signet_root_role_find(const struct signet_root_role *role, size_t key);
bool signet_root_role_has(const struct signet_root_role *role, size_t key);

/** The role of exactly that name, or NULL. Valid as long as root. */
const struct signet_root_role *signet_root_role(const struct signet_root *root, const char *name);

#endif
