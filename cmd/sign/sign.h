/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of signet-sign, shared by its sources: main.c has the command line and goes through the
 * operands, item.c signs one of them, output.c says where its signature goes, parts.c reads part
 * manifests, reusing.c what an earlier signing left, embed.c signs a document in place, attest.c
 * has what is stated other than that bytes are signed, bind.c lists a model in its BOM, releasing.c
 * names a release, system.c finds the code of a system, which packages.c may list, endorse.c signs
 * policies and roots, timestamp.c says when signatures were there, verdict.c verifies what a
 * verdict is attested of.
 */
#ifndef SIGNET_CMD_SIGN_SIGN_H
#define SIGNET_CMD_SIGN_SIGN_H

#include <signet/embed.h>
#include <signet/endorse.h>
#include <signet/sign.h>

#include "common/ignores.h"
#include "common/signing_key.h"
#include "common/tool.h"
#include "sign/attest.h"
#include "sign/releasing.h"
#include "sign/reusing.h"
#include "sign/system.h"
#include "sign/verdict.h"

/** Options of its own. */
enum signet_sign_option {
    SIGNET_SIGN_KEY = SIGNET_OPT_FIRST,
    SIGNET_SIGN_OUTPUT,
    SIGNET_SIGN_FORMAT,
    SIGNET_SIGN_CONTENTS,
    SIGNET_SIGN_IGNORE,
    SIGNET_SIGN_HASH,
    SIGNET_SIGN_SHARD_SIZE,
    SIGNET_SIGN_MANIFEST,
    SIGNET_SIGN_REUSE,
    SIGNET_SIGN_SYSTEM,
    SIGNET_SIGN_AT,
    SIGNET_SIGN_MULTI,
    SIGNET_SIGN_CHAIN,
    SIGNET_SIGN_KEY_ID,
    SIGNET_SIGN_CANONICAL,
    SIGNET_SIGN_RELEASE,
    SIGNET_SIGN_USAGE,
    SIGNET_SIGN_ADD_TO,
    SIGNET_SIGN_ATTEST,
    SIGNET_SIGN_PREDICATE,
    SIGNET_SIGN_ATTEST_VERDICT,
    SIGNET_SIGN_BIND,
    SIGNET_SIGN_KIND,
    SIGNET_SIGN_APPEND,
    SIGNET_SIGN_TIME,
    SIGNET_SIGN_DRY_RUN,
    SIGNET_SIGN_FORCE,
};

/** One operand. */
struct signet_sign_item {
    const char *path;
    struct signet_artifact *artifact;
    struct signet_signing *signing;     /* NULL if it is signed in place, or of a kind */
    struct signet_embedding *embedding; /* NULL if it is not */
    struct signet_embed_opts embed;     /* borrowed by embedding */
    struct signet_endorsing *endorsing; /* NULL without --kind */
    struct signet_verification *result; /* borrows from signing; NULL for a dry run */
    char *output;                       /* where the signature goes, "-" for stdout */
    char *release_output; /* and that of the release of a bundle; NULL: there is none */
    struct signet_sign_reuse reuse;
    struct signet_system *system;        /* NULL without --system */
    struct signet_verification *verdict; /* what is attested, by a policy; NULL: something else */
    struct signet_buf summary;           /* of it */
};

/** What was asked for. */
struct signet_sign_run {
    int64_t now; /* seconds since 1970, read once */
    struct signet_tool *tool;
    struct signet_sign_key *key; /* NULL for a dry run */
    struct signet_ignores ignores;
    enum signet_digest_alg alg;
    const char *format;  /* "bundle", "dsse" or "jsf" */
    const char **at;     /* places to sign, NULL-terminated, owned; NULL: the whole */
    uint64_t shard_size; /* bytes; 0: whole files */
    struct signet_sign_attest attest;
    struct signet_sign_release release;
    struct signet_sign_verdict *verdict; /* NULL without --attest-verdict */
    enum signet_endorse_kind kind;       /* 0 without --kind */
};

/** Whether item, whose artifact is open, is signed as the list of its files. */
bool signet_sign_as_bundle(const struct signet_sign_run *run, const struct signet_sign_item *item);

/**
 * Opens item->path and states what it is. Writes and says nothing, as the key may yet turn out not
 * to be one, which ends it. Fills the rest of *item, which is owned whatever is returned (free with
 * signet_sign_item_free()). Returns SIGNET_OK or the code of what failed.
 */
SIGNET_NODISCARD int signet_sign_item_state(const struct signet_sign_run *run,
                                            struct signet_sign_item *item,
                                            struct signet_err *err);

/** Signs what was stated, with the settled key, and writes the signature; or prints the statement
 *  of a dry run. Returns SIGNET_OK or the code of what failed. */
SIGNET_NODISCARD int signet_sign_item_finish(const struct signet_sign_run *run,
                                             struct signet_sign_item *item,
                                             struct signet_err *err);

/** Whether documents are signed in place. */
bool signet_sign_in_place(const struct signet_sign_run *run);

/** Reads --at into run->at, and requires what signing in place goes with. Returns SIGNET_OK,
 *  SIGNET_E_USAGE or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_sign_embed_check(struct signet_sign_run *run, struct signet_err *err);

/** Reads the document of item, whose artifact is open, and finds the places to sign. */
SIGNET_NODISCARD int signet_sign_embed_state(const struct signet_sign_run *run,
                                             struct signet_sign_item *item,
                                             struct signet_err *err);

/** Permissions of the file that is written: those of the document if that is replaced. */
unsigned signet_sign_mode(const struct signet_sign_run *run, const struct signet_sign_item *item);

/** What may be replaced as its signed self: the document that is signed in place, which is the
 *  operand or the BOM of --bind, or the operand to which a signature is added; else NULL. */
const char *signet_sign_own_path(const struct signet_sign_run *run,
                                 const struct signet_sign_item *item);

/** Reads --kind into run->kind, and requires what it goes with. Returns SIGNET_OK or
 *  SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_sign_endorse_check(struct signet_sign_run *run, struct signet_err *err);

/** Whether a signature is added to those in the operand. */
bool signet_sign_appends(const struct signet_sign_run *run);

/** Reads the policy or root of item, whose artifact is open. Returns SIGNET_OK, SIGNET_E_USAGE (a
 *  folder), or what signet_io_read() and signet_endorsing_new() return. */
SIGNET_NODISCARD int signet_sign_endorse_state(const struct signet_sign_run *run,
                                               struct signet_sign_item *item,
                                               struct signet_err *err);

/** Notes how many signatures there are already. */
void signet_sign_endorse_tell(const struct signet_sign_run *run,
                              const struct signet_sign_item *item);

/** What is written, for the line that says so. */
const char *signet_sign_endorse_covers(const struct signet_sign_run *run);

/** Whether a path names the file of these facts. */
struct stat;
bool signet_sign_same_file(const struct stat *file, const char *path);

/** Puts the results of all operands into the report of tool. */
void signet_sign_report(struct signet_tool *tool,
                        const struct signet_verification *const *results,
                        size_t count);

/** Releases what item holds. */
void signet_sign_item_free(struct signet_sign_item *item);

/**
 * Where the signature of item goes, whose artifact is open: --output, or beside it under the
 * ending of what is written. *output is owned (free with free()) and set on success only. Returns
 * SIGNET_OK, SIGNET_E_IO, SIGNET_E_NOMEM, or SIGNET_E_FORBIDDEN (the name is taken for something
 * else).
 */
SIGNET_NODISCARD int signet_sign_output(const struct signet_sign_run *run,
                                        const struct signet_sign_item *item,
                                        char **output,
                                        struct signet_err *err);

/** A path beside item under an ending, which is not the name of the signature of another file that
 *  exists. Results as signet_sign_output(). */
SIGNET_NODISCARD int signet_sign_place_beside(const struct signet_sign_run *run,
                                              const struct signet_sign_item *item,
                                              const char *ending,
                                              char **output,
                                              struct signet_err *err);

/**
 * Whether output, a file of item, may be written: before the work rather than after it; writing
 * checks again.
 * Returns SIGNET_OK, SIGNET_E_USAGE (a directory), SIGNET_E_EXISTS (and no --force) or
 * SIGNET_E_FORBIDDEN (what --force will not replace).
 */
SIGNET_NODISCARD int signet_sign_check_output(const struct signet_sign_run *run,
                                              const struct signet_sign_item *item,
                                              const char *output,
                                              struct signet_err *err);

#endif
