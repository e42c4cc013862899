/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --attest and --canonical. Owns which options go with them, where the predicate is
 * read from and how what is written is called; what may be stated is the library's to say.
 */
#include "sign/attest.h"

#include <signet/io.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/sidecar.h"
#include "sign/sign.h"

/* Options that go neither with the one nor with the other, or with one of them alone. */
static int check_pairs(const struct signet_opts *opts, struct signet_err *err)
{
    static const int of_attest[] = {SIGNET_SIGN_CANONICAL, SIGNET_SIGN_SHARD_SIZE,
                                    SIGNET_SIGN_REUSE, 0};
    static const int of_canonical[] = {SIGNET_SIGN_CONTENTS,   SIGNET_SIGN_IGNORE,
                                       SIGNET_SIGN_SHARD_SIZE, SIGNET_SIGN_MANIFEST,
                                       SIGNET_SIGN_REUSE,      0};
    int rc = signet_opts_apart(opts, SIGNET_SIGN_ATTEST, of_attest, err);
    return rc == SIGNET_OK ? signet_opts_apart(opts, SIGNET_SIGN_CANONICAL, of_canonical, err) : rc;
}

static int check_options(const struct signet_sign_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    bool verdict = signet_opts_has(opts, SIGNET_SIGN_ATTEST_VERDICT);
    bool attest = signet_opts_has(opts, SIGNET_SIGN_ATTEST);
    int rc = check_pairs(opts, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (attest != signet_opts_has(opts, SIGNET_SIGN_PREDICATE)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "options --attest TYPE and --predicate FILE go together");
    }
    if (signet_opts_has(opts, SIGNET_SIGN_CANONICAL) && run->alg != SIGNET_DIGEST_SHA256) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --canonical goes with sha256 alone");
    }
    bool placed =
        signet_opts_has(opts, SIGNET_SIGN_OUTPUT) || signet_opts_has(opts, SIGNET_SIGN_DRY_RUN);
    if ((attest || verdict) && !placed && strcmp(run->format, "dsse") == 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "an attestation in format dsse has no place of its own beside PATH: "
                              "say where with -o OUT");
    }
    return SIGNET_OK;
}

int signet_sign_attest_read(struct signet_sign_run *run, struct signet_err *err)
{
    struct signet_sign_attest *attest = &run->attest;
    const struct signet_opts *opts = &run->tool->opts;
    int rc = check_options(run, err);
    bool verdict = signet_opts_has(opts, SIGNET_SIGN_ATTEST_VERDICT);
    attest->type = verdict ? SIGNET_SIGN_VERDICT_TYPE : signet_opts_value(opts, SIGNET_SIGN_ATTEST);
    if (rc != SIGNET_OK || attest->type == NULL) {
        return rc;
    }
    rc = signet_predicate_type_find(attest->type, &attest->known, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "option --attest");
        return rc;
    }
    if (!attest->known.known) {
        signet_tool_note(run->tool,
                         "nothing is known of the predicate type %s: what it demands is not "
                         "checked",
                         attest->type); /* of the characters of a URI alone */
    }
    return verdict ? (int)SIGNET_OK
                   : signet_io_read(signet_opts_value(opts, SIGNET_SIGN_PREDICATE),
                                    run->tool->limits.envelope, &attest->predicate, err);
}

int signet_sign_attest_state(const struct signet_sign_run *run,
                             const struct signet_sign_item *item,
                             struct signet_sign_opts *opts,
                             struct signet_err *err)
{
    opts->predicate_type = run->attest.type;
    opts->predicate =
        signet_buf_span(run->verdict != NULL ? &item->summary : &run->attest.predicate);
    opts->found = item->verdict;
    opts->canonical = signet_opts_has(&run->tool->opts, SIGNET_SIGN_CANONICAL);
    return !opts->canonical || !signet_sign_as_bundle(run, item)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE, "option --canonical goes with a JSON file");
}

const char *signet_sign_attest_ending(const struct signet_sign_run *run,
                                      char ending[SIGNET_SIGN_ENDING])
{
    if (run->attest.type == NULL ||
        snprintf(ending, SIGNET_SIGN_ENDING, ".%s" SIGNET_SIDECAR_BUNDLE, run->attest.known.word) <
            0) {
        return NULL;
    }
    return ending;
}

const char *signet_sign_attest_covers(const struct signet_sign_run *run,
                                      const struct signet_sign_item *item)
{
    if (run->attest.type != NULL) {
        return signet_sign_as_bundle(run, item)
                   ? "attestation about names and contents, and no signature"
                   : "attestation about the bytes of the file, and no signature";
    }
    return signet_opts_has(&run->tool->opts, SIGNET_SIGN_CANONICAL)
               ? "covers what the JSON document says, in whatever layout"
               : NULL;
}

void signet_sign_attest_free(struct signet_sign_attest *attest)
{
    signet_buf_free(&attest->predicate);
    memset(attest, 0, sizeof(*attest));
}
