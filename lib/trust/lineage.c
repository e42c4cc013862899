/* SPDX-License-Identifier: Apache-2.0
 *
 * See trust/lineage.h. A chain proves that its roots follow from each other, and not that its first
 * one is any better than what an attacker would make: that is what the state knows.
 */
#include "trust/lineage.h"

#include <signet/text.h>
#include <stdlib.h>

#include "base/err.h"
#include "envelope/envelope.h"

int signet_lineage_blame(int rc, const struct signet_trust_file *file, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (rc != SIGNET_OK && rc != SIGNET_E_NOMEM) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(file->name), shown));
    }
    return rc;
}

/* A name proves nothing; one that lies would let an older root pass for a newer one to who looks
 * at the folder. */
static int check_name(const struct signet_chain *chain,
                      const struct signet_trust_file *file,
                      struct signet_err *err)
{
    return file->version == 0 || file->version == chain->root.version
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_MALFORMED,
                                "expected root %llu, as its name says, found root %llu",
                                (unsigned long long)file->version,
                                (unsigned long long)chain->root.version);
}

static int follow(struct signet_chain *chain,
                  struct signet_trust_file *file,
                  const struct signet_limits *limits,
                  struct signet_err *err)
{
    struct signet_envelope envelope;
    int rc = signet_envelope_parse(&file->text, limits->envelope, limits, &envelope, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = chain->root.version == 0 ? signet_chain_start(chain, &envelope, err)
                                  : signet_chain_next(chain, &envelope, err);
    signet_envelope_free(&envelope);
    return rc == SIGNET_OK ? check_name(chain, file, err) : rc;
}

/* A root that is known already is the same in the copy of whoever means the same chain; one before
 * the first is unknown, and of no use. */
static int check_same(const struct signet_lineage *lineage,
                      struct signet_trust_file *file,
                      const struct signet_limits *limits,
                      struct signet_err *err)
{
    const struct signet_lineage_root *known = &lineage->roots[0];
    struct signet_envelope envelope;
    struct signet_digest payload = {.len = 0};
    if (file->version < known->version) {
        return SIGNET_OK;
    }
    known += file->version - known->version;
    int rc = signet_envelope_parse(&file->text, limits->envelope, limits, &envelope, err);
    if (rc == SIGNET_OK) {
        rc = signet_digest_of(SIGNET_DIGEST_SHA256, envelope.payload, &payload, err);
        signet_envelope_free(&envelope);
    }
    return rc != SIGNET_OK || signet_digest_eq(&known->payload, &payload)
               ? rc
               : signet_err_set(err, SIGNET_E_MISMATCH,
                                "expected root %llu of the chain that was given, found another: "
                                "it is of another lineage; use one that was made with your root",
                                (unsigned long long)file->version);
}

/* The newest root that is known already is one of lineage. */
static int follow_further(struct signet_lineage *lineage,
                          struct signet_chain *chain,
                          struct signet_trust_file *file,
                          const struct signet_limits *limits,
                          struct signet_err *err)
{
    int rc = SIGNET_OK;
    if (file->version <= chain->root.version) {
        rc = check_same(lineage, file, limits, err);
    } else {
        rc = follow(chain, file, limits, err);
        lineage->roots[lineage->count] =
            (struct signet_lineage_root){chain->root.version, chain->digest};
        lineage->count += rc == SIGNET_OK ? 1 : 0;
    }
    return signet_lineage_blame(rc, file, err);
}

int signet_lineage_follow(struct signet_lineage *lineage,
                          const struct signet_trust_opts *opts,
                          const struct signet_limits *limits,
                          struct signet_chain *chain,
                          struct signet_err *err)
{
    int rc = opts->root_count > 0 ? SIGNET_OK
                                  : signet_err_set(err, SIGNET_E_USAGE, "expected a trust root");
    struct signet_lineage made = {.count = 0};
    made.roots = rc == SIGNET_OK
                     ? calloc(opts->root_count + opts->further_count, sizeof(*made.roots))
                     : NULL;
    if (rc == SIGNET_OK && made.roots == NULL) {
        rc = signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a chain of roots");
    }
    for (size_t i = 0; rc == SIGNET_OK && i < opts->root_count; i++) {
        rc =
            signet_lineage_blame(follow(chain, &opts->roots[i], limits, err), &opts->roots[i], err);
        made.roots[made.count++] = (struct signet_lineage_root){chain->root.version, chain->digest};
    }
    for (size_t i = 0; rc == SIGNET_OK && i < opts->further_count; i++) {
        rc = follow_further(&made, chain, &opts->further[i], limits, err);
    }
    if (rc != SIGNET_OK) {
        signet_lineage_free(&made);
        return rc;
    }
    *lineage = made;
    return SIGNET_OK;
}

static void choose(const struct signet_lineage *lineage,
                   const struct signet_state *state,
                   const char *folder,
                   struct signet_digest *first)
{
    const struct signet_state_key key = {.first = &lineage->roots[0].payload};
    if (folder != NULL && signet_state_folder(state, folder, first)) {
        return;
    }
    *first = lineage->roots[0].payload;
    bool found = signet_state_holds(state, &key);
    for (size_t i = 0; !found && i < lineage->count; i++) {
        found =
            signet_state_find(state, lineage->roots[i].version, &lineage->roots[i].payload, first);
    }
}

/* Whether one of the roots has what is seen of the lineage. One that is older than all that was
 * seen is told apart by what sees it. */
static int check_reach(const struct signet_lineage *lineage,
                       const struct signet_state *state,
                       const struct signet_digest *first,
                       struct signet_err *err)
{
    uint64_t version = 0;
    struct signet_digest payload;
    if (!signet_state_root(state, first, &version, &payload) ||
        lineage->roots[0].version <= version) {
        return SIGNET_OK;
    }
    return signet_err_set(err, SIGNET_E_STALE,
                          "expected a chain of roots from root %llu, which was seen before, found "
                          "one that begins with root %llu",
                          (unsigned long long)version,
                          (unsigned long long)lineage->roots[0].version);
}

int signet_lineage_find(const struct signet_lineage *lineage,
                        const struct signet_state *state,
                        const char *folder,
                        struct signet_digest *first,
                        struct signet_err *err)
{
    const struct signet_state_key key = {.first = first};
    choose(lineage, state, folder, first);
    int rc = check_reach(lineage, state, first, err);
    for (size_t i = 0; rc == SIGNET_OK && i < lineage->count; i++) {
        rc = signet_state_pass_root(state, &key, lineage->roots[i].version,
                                    &lineage->roots[i].payload, err);
    }
    return rc;
}

void signet_lineage_free(struct signet_lineage *lineage)
{
    free(lineage->roots);
    memset(lineage, 0, sizeof(*lineage));
}
