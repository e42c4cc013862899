/* SPDX-License-Identifier: Apache-2.0
 *
 * What a policy says of an artifact, as a pure function of plain values. It opens nothing and
 * checks no signature: what it is told was found out by others.
 */
#ifndef SIGNET_TRUST_JUDGE_H
#define SIGNET_TRUST_JUDGE_H

#include "artifact/model_format.h"
#include "envelope/facts.h"
#include "trust/policy.h"
#include "trust/root.h"

/** Seconds by which a time may be ahead of now, as clocks differ. */
#define SIGNET_TIME_AHEAD 300

/** One signature over a payload. */
struct signet_payload_key {
    size_t key;        /* index of the root's key that made it */
    unsigned use;      /* the SIGNET_USE_* bit of the format that it is in */
    int64_t signed_at; /* by a trusted time, or SIGNET_TIME_UNKNOWN */
};

/** A payload about the artifact, and all signatures over exactly its bytes. */
struct signet_signed_payload {
    const struct signet_facts *facts; /* what it says */
    const struct signet_payload_key *keys;
    size_t key_count;
};

/** Signatures that count for one demand. */
struct signet_counted {
    const struct signet_root_role *role;
    unsigned uses; /* SIGNET_USE_* bits of the formats that count; 0: any */
};

/** What became of one demand of a rule. */
struct signet_demand_found {
    const char *role;
    const char *type; /* of an attestation; NULL: of a signature */
    struct signet_counted counted;
    uint64_t needed;                             /* keys */
    size_t keys;                                 /* that count, over one payload */
    const struct signet_signed_payload *payload; /* which they signed; NULL if there are none */
    bool holds;
};

/** What is asked. Everything is borrowed. */
struct signet_question {
    enum signet_action action;
    const char *path;             /* the real one of what was opened; NULL: it has none any more,
                                     and a rule with paths that fits otherwise refuses */
    bool path_is_safe;            /* nobody but root and the caller can put something else there */
    enum signet_policy_kind kind; /* of the artifact */
    bool partial;                 /* only chosen entries were looked at */
    bool contents;                /* of a file, an archive, only what it holds was looked at */
    struct signet_models models;  /* what its files are; not known: a rule with formats that fits
                                     otherwise refuses, as it does if two parsers claim one */
    struct signet_texts left_out; /* names of a bundle that nobody signed */
    const char *expected_name;    /* of the release that the caller asks for; NULL: any */
    const char *expected_version; /* NULL: any */
    int64_t now;                  /* read once */
    const struct signet_signed_payload *payloads; /* that say "signed" of the artifact */
    size_t payload_count;
    const struct signet_signed_payload *attestations; /* that say something else of it */
    size_t attestation_count;
    struct signet_demand_found *found; /* room for signet_judge_demands(); NULL: nobody wants it */
};

/** Reasons of a refusal that have a word of their own. */
enum signet_refusal {
    SIGNET_REFUSAL_OTHER = 0,
    SIGNET_REFUSAL_USAGE, /* what is signed is not for the action */
    SIGNET_REFUSAL_AGE,   /* it is too old, or nobody knows how old */
};

/** The answer. */
struct signet_answer {
    const struct signet_policy_rule *rule; /* that decided; NULL: none is for this */
    size_t payload;                        /* index of the one by which its first demand holds */
    size_t keys;                           /* of the role that signed that one */
    size_t found_count;                    /* demands that were looked at, in question->found */
    const struct signet_facts *release;    /* what decided, if it had to be a release; or NULL */
    enum signet_refusal refusal;           /* why nothing that is signed lets it pass */
};

/**
 * Whether a signature by this key counts: in a format that the key may be used with, and made while
 * it was valid. A time that is not known is now for an active key, and never rescues another one.
 */
bool signet_root_key_counts(const struct signet_root_key *key,
                            const struct signet_payload_key *signature,
                            int64_t now);

/** Whether a rule of policy for the action asks for formats of models. */
bool signet_judge_asks_formats(const struct signet_policy *policy, enum signet_action action);

/** Whether a signature counts for a demand whose role the root has. */
bool signet_judge_counts(const struct signet_root *root,
                         const struct signet_counted *counted,
                         const struct signet_payload_key *signature,
                         int64_t now);

/** The most demands, of signatures and attestations, that a rule of policy has. */
size_t signet_judge_demands(const struct signet_policy *policy);

/** Requires that a policy holds at now, with this root. Returns SIGNET_OK or SIGNET_E_STALE: it has
 *  expired, or the root is older than it allows. */
SIGNET_NODISCARD int signet_judge_policy(const struct signet_policy *policy,
                                         const struct signet_root *root,
                                         int64_t now,
                                         struct signet_err *err);

/**
 * Answers question: the first rule whose actions and match fit decides alone. To execute and to
 * load, a rule with paths is for paths that are safe only. An archive that was looked at by what it
 * holds is for SIGNET_ACTION_VERIFY alone: who uses the file uses bytes that nobody signed. A rule
 * with names is for what a key of a role that it asks for signed as the release of such a name. A
 * rule with formats is for a model of one of them, or a bundle of such models beside which there is
 * nothing but text.
 *
 * Only payloads count that the rule lets vouch: releases of its names and versions if it has such,
 * and of what is expected; as young as it demands; to execute or load, of such a usage. Each entry
 * of signed_by must hold by one of them, and if it is for releases, all by the same release; of
 * several the highest version is the answer. Each attestation must hold by one payload of its type
 * and as many keys as its role has for threshold.
 *
 * Returns SIGNET_OK if that rule lets the artifact pass, and nothing else; SIGNET_E_DENIED (no rule
 * fits, or a demand of it does not hold; what cannot be told of the artifact is a demand that does
 * not hold); SIGNET_E_THRESHOLD (fewer keys signed than a demand has); SIGNET_E_STALE (a release of
 * a lower version than the rule allows); SIGNET_E_NO_SIGNATURE (no attestation of a type that the
 * rule demands); or as signet_judge_policy(). *answer is set in any case.
 */
SIGNET_NODISCARD int signet_judge(const struct signet_policy *policy,
                                  const struct signet_root *root,
                                  const struct signet_question *question,
                                  struct signet_answer *answer,
                                  struct signet_err *err);

#endif
