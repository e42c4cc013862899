/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signed statement says, as plain values that a policy can be held against. Knows the
 * predicates and where they keep what; compares nothing, and decides nothing.
 */
#ifndef SIGNET_ENVELOPE_FACTS_H
#define SIGNET_ENVELOPE_FACTS_H

#include "base/texts.h"
#include "envelope/release.h"
#include "envelope/statement.h"

/** Nobody knows when. */
#define SIGNET_TIME_UNKNOWN INT64_MIN

/** The severity of a finding that has no score, in tenths of a CVSS score: the highest. */
#define SIGNET_SEVERITY_MAX 100

/** What one statement says. What its predicate has no place for is absent. */
struct signet_facts {
    const char *type;            /* of the predicate; "" if what was signed is no statement */
    int64_t time;                /* of what is signed, by its own words; or SIGNET_TIME_UNKNOWN */
    const char *release_name;    /* NULL: it is no release */
    const char *release_version; /* SemVer; NULL as release_name */
    enum signet_usage usage;     /* of a release; 0: it says nothing */
    bool has_size;
    uint64_t size;                  /* bytes, of a release of a file */
    const char *builder;            /* id, of SLSA provenance; NULL: none */
    struct signet_texts sources;    /* of SLSA provenance: repositories that were built */
    struct signet_texts parameters; /* names of its external parameters that are no source */
    bool has_severity;              /* it is a vulnerability scan */
    uint64_t severity;              /* highest of its findings, in tenths of a CVSS score */
    bool failed; /* by its own words the artifact failed: a test result or a VSA */
};

/** Says nothing of what is signed but the type of the statement, which is borrowed; "": it is no
 *  statement. */
void signet_facts_init(struct signet_facts *facts, const char *type);

/**
 * Reads the predicate of a statement. What *facts points at lives as long as the statement, which
 * keeps the copies. A type that is not known has a type and no other facts.
 *
 * Returns SIGNET_OK; SIGNET_E_MALFORMED or SIGNET_E_AMBIGUOUS (the predicate is not what its type
 * demands, with its place); SIGNET_E_LIMIT (more than 1,024 external parameters) or SIGNET_E_NOMEM.
 * On failure *facts has the type alone.
 */
SIGNET_NODISCARD int signet_facts_read(struct signet_statement *statement,
                                       struct signet_facts *facts,
                                       struct signet_err *err);

/** Whether they are those of a release, of exactly that name and version; NULL: any. */
bool signet_facts_release(const struct signet_facts *facts, const char *name, const char *version);

/** Whether a statement of that type is one of the type that is demanded: the same, or, of a
 *  document, the demanded one without its version. */
bool signet_facts_are(const char *type, const char *demanded);

#endif
