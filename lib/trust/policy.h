/* SPDX-License-Identifier: Apache-2.0
 *
 * A trust policy as data: which rule is for what, and what it demands. Read from bytes that
 * somebody else found to be signed; decides nothing.
 */
#ifndef SIGNET_TRUST_POLICY_H
#define SIGNET_TRUST_POLICY_H

#include <signet/digest.h>
#include <signet/trust.h>
#include <signet/trusted_key.h>

#include "base/arena.h"
#include "base/texts.h"

/** The payload type of a signed policy, and the schema that it names. */
#define SIGNET_PAYLOAD_TYPE_POLICY "application/vnd.signet.policy+json"
#define SIGNET_POLICY_SCHEMA "signet-policy/1"

/** Elements that any list of a policy may have. */
#define SIGNET_POLICY_LIST 65536

/** Kinds of artifact, as bits. */
enum signet_policy_kind {
    SIGNET_POLICY_FILE = 1 << 0,
    SIGNET_POLICY_BUNDLE = 1 << 1,
};

/** Which artifacts a rule is for: each member that is there must fit. */
struct signet_policy_match {
    struct signet_texts paths; /* globs, see signet_glob_match() */
    struct signet_texts names; /* globs, of signed release names */
    unsigned formats;          /* SIGNET_MODEL_* bits; 0: any */
    unsigned kinds;            /* SIGNET_POLICY_* bits; 0: any */
};

/** Signatures over the artifact that a rule demands. */
struct signet_policy_signers {
    const char *role;
    uint64_t threshold; /* distinct keys of the role, 1 or more */
    unsigned uses;      /* SIGNET_USE_* bits of the formats that count; 0: any */
};

/** A statement about the artifact that a rule demands. */
struct signet_policy_attestation {
    const char *type; /* of the predicate */
    const char *role;
    struct signet_texts builders, sources, parameters; /* of SLSA provenance */
    int64_t max_age;                                   /* seconds; 0: any */
    bool has_severity;                                 /* of a vulnerability scan */
    uint64_t max_severity;                             /* tenths of a CVSS score */
};

struct signet_policy_rule {
    const char *id;
    unsigned actions; /* SIGNET_ACTION_* bits */
    struct signet_policy_match match;
    struct signet_policy_signers *signed_by;
    size_t signed_by_count; /* 1 or more */
    struct signet_policy_attestation *attestations;
    size_t attestation_count;
    bool has_version;            /* a signed version is demanded, whatever it is */
    const char *version_minimum; /* SemVer; NULL: any */
    bool version_monotonic;
    int64_t max_signature_age;   /* seconds; 0: any */
    struct signet_texts ignored; /* names in a bundle that need not be signed */
    bool partial;                /* a pass may be of chosen entries only */
};

/** What is never let pass, whoever signed it. */
struct signet_policy_revoked {
    unsigned kind; /* one SIGNET_POLICY_* bit */
    struct signet_digest digest;
    const char *reason;
};

/** A policy; zero-initialised is none. Free with signet_policy_free(). */
struct signet_policy {
    const char *name;
    uint64_t version;
    int64_t issued, expires;
    uint64_t root_min_version; /* 0: any */
    bool state_required;
    struct signet_texts evidence; /* absolute paths of folders */
    struct signet_policy_rule *rules;
    size_t rule_count;
    struct signet_policy_revoked *revoked; /* sorted, see signet_policy_find_revoked() */
    size_t revoked_count;
    struct signet_arena storage; /* private */
};

/**
 * Reads a policy: a closed schema, in which what is unknown, absent, empty where it may not be, or
 * contradicts itself is an error that names its place by a JSON pointer. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED, SIGNET_E_LIMIT or SIGNET_E_NOMEM; *policy is zeroed on failure.
 */
SIGNET_NODISCARD int signet_policy_parse(struct signet_span payload,
                                         struct signet_policy *policy,
                                         struct signet_err *err);

/** The entry of the deny list with this digest, or NULL. */
const struct signet_policy_revoked *signet_policy_find_revoked(const struct signet_policy *policy,
                                                               enum signet_policy_kind kind,
                                                               const struct signet_digest *digest);

/** Releases what policy holds and zeroes it. */
void signet_policy_free(struct signet_policy *policy);

#endif
