/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --time: cosignatures that say when signatures were there. Owns which options go with
 * it, where the files are and what may be written over; what is cosigned is the library's.
 */
#include "sign/timestamp.h"

#include <signet/io.h>
#include <signet/text.h>
#include <signet/timestamp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/public_key.h"
#include "common/say.h"
#include "common/sidecar.h"

/* One cosigning. */
struct stamping {
    const struct signet_sign_run *run;
    const char *path;                /* of the signature file */
    struct signet_trusted_key *keys; /* of who signed, one an operand */
    char *output;
    bool exists; /* output does, and is to be added to or replaced */
    struct signet_timestamping *timestamping;
    struct signet_verification *result;
};

int signet_sign_time_check(const struct signet_sign_run *run, struct signet_err *err)
{
    static const int others[] = {
        SIGNET_SIGN_FORMAT,    SIGNET_SIGN_CONTENTS,  SIGNET_SIGN_IGNORE,
        SIGNET_SIGN_HASH,      SIGNET_SIGN_MANIFEST,  SIGNET_SIGN_REUSE,
        SIGNET_SIGN_AT,        SIGNET_SIGN_MULTI,     SIGNET_SIGN_CHAIN,
        SIGNET_SIGN_KEY_ID,    SIGNET_SIGN_CANONICAL, SIGNET_SIGN_ATTEST,
        SIGNET_SIGN_PREDICATE, SIGNET_SIGN_BIND,      SIGNET_SIGN_SHARD_SIZE,
        SIGNET_SIGN_KIND,      SIGNET_SIGN_APPEND,    SIGNET_SIGN_RELEASE,
        SIGNET_SIGN_USAGE,     SIGNET_SIGN_ADD_TO,    0};
    const struct signet_opts *opts = &run->tool->opts;
    int rc = signet_opts_apart(opts, SIGNET_SIGN_TIME, others, err);
    if (rc == SIGNET_OK && opts->operand_count == 0) {
        rc = signet_err_set(err, SIGNET_E_USAGE,
                            "option --time: expected the public keys of who signed, as operands");
    }
    return rc;
}

static int read_keys(struct stamping *stamping, struct signet_err *err)
{
    const struct signet_opts *opts = &stamping->run->tool->opts;
    int rc = SIGNET_OK;
    stamping->keys = calloc(opts->operand_count, sizeof(*stamping->keys));
    if (stamping->keys == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; rc == SIGNET_OK && i < opts->operand_count; i++) {
        stamping->keys[i].name = opts->operands[i];
        rc = signet_public_key_read(opts->operands[i], &stamping->keys[i].key, err);
    }
    return rc;
}

static int name_output(struct stamping *stamping, struct signet_err *err)
{
    const char *chosen = signet_opts_value(&stamping->run->tool->opts, SIGNET_SIGN_OUTPUT);
    const char *base = chosen != NULL ? chosen : stamping->path;
    const char *added = chosen != NULL ? "" : SIGNET_SIDECAR_TIME;
    size_t room = strlen(base) + strlen(added) + 1;
    stamping->output = malloc(room);
    if (stamping->output != NULL && snprintf(stamping->output, room, "%s%s", base, added) < 0) {
        free(stamping->output);
        stamping->output = NULL;
    }
    return stamping->output != NULL ? SIGNET_OK
                                    : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

/* What a slip with --force would cost. */
static const char *precious(const struct stamping *stamping, const struct stat *file)
{
    const struct signet_opts *opts = &stamping->run->tool->opts;
    const char *key = signet_opts_value(opts, SIGNET_SIGN_KEY);
    if (signet_sign_same_file(file, stamping->path)) {
        return "the signature file";
    }
    if (signet_sign_same_file(file, key != NULL ? key : getenv("SIGNET_KEY"))) {
        return "the key";
    }
    for (size_t i = 0; i < opts->operand_count; i++) {
        if (signet_sign_same_file(file, opts->operands[i])) {
            return "a public key";
        }
    }
    return NULL;
}

static int check_output(struct stamping *stamping, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    stamping->exists = strcmp(stamping->output, "-") != 0 && lstat(stamping->output, &st) == 0;
    const char *what = stamping->exists ? precious(stamping, &st) : NULL;
    return what == NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: is %s, which no notes replace",
                                signet_utf8_show(signet_span_str(stamping->output), shown), what);
}

/* The notes that are there stay, unless they are to be replaced. */
static int
read_notes(const struct stamping *stamping, struct signet_buf *notes, struct signet_err *err)
{
    bool replace = signet_opts_has(&stamping->run->tool->opts, SIGNET_SIGN_FORCE);
    signet_buf_init(notes, 0);
    if (!stamping->exists || replace) {
        return SIGNET_OK;
    }
    int rc = signet_io_read(stamping->output, SIGNET_TIME_NOTES, notes, err);
    if (rc == SIGNET_OK && notes->len == 0) {
        char shown[SIGNET_SHOW_MAX];
        rc = signet_err_set(err, SIGNET_E_EXISTS, "%s: exists, and holds no notes",
                            signet_utf8_show(signet_span_str(stamping->output), shown));
    }
    return rc;
}

static int read_files(struct stamping *stamping, struct signet_err *err)
{
    const struct signet_tool *tool = stamping->run->tool;
    const struct signet_timestamp_opts opts = {
        .size = sizeof(opts),
        .keys = stamping->keys,
        .key_count = tool->opts.operand_count,
        .path = stamping->path,
        .limits = &tool->limits,
    };
    struct signet_buf text = {0};
    struct signet_buf notes = {0};
    int rc = read_notes(stamping, &notes, err);
    if (rc == SIGNET_OK) {
        rc =
            signet_io_read(stamping->path, signet_limits_signature_file(&tool->limits), &text, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_timestamping_new(&text, &notes, &opts, &stamping->timestamping, err);
    }
    signet_buf_free(&text); /* if they were not taken */
    signet_buf_free(&notes);
    return rc;
}

static int prepare(struct stamping *stamping, struct signet_err *err)
{
    int rc = read_keys(stamping, err);
    if (rc == SIGNET_OK) {
        rc = name_output(stamping, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_output(stamping, err);
    }
    return rc == SIGNET_OK ? read_files(stamping, err) : rc;
}

static int say_written(const struct stamping *stamping, size_t count, struct signet_err *err)
{
    char output[SIGNET_SHOW_MAX];
    char path[SIGNET_SHOW_MAX];
    char line[2 * SIGNET_SHOW_MAX + 64];
    const struct signet_tool *tool = stamping->run->tool;
    if (strcmp(stamping->output, "-") == 0 || tool->json || tool->quiet) {
        return SIGNET_OK;
    }
    int len = snprintf(
        line, sizeof(line), "%s: says when %zu signature%s of %s %s there\n",
        signet_utf8_show(signet_span_str(stamping->output), output), count, count == 1 ? "" : "s",
        signet_utf8_show(signet_span_str(stamping->path), path), count == 1 ? "was" : "were");
    return signet_io_write("-", signet_span_of(line, len > 0 ? (size_t)len : 0), 0, true, err);
}

static int write_notes(struct stamping *stamping, struct signet_err *err)
{
    struct signet_output *out = NULL;
    size_t others = 0;
    size_t count = signet_timestamping_count(stamping->timestamping, &others);
    int rc = signet_output_open(stamping->output, 0644, stamping->exists, &out, err);
    if (rc == SIGNET_OK) {
        signet_output_hold(out);
        rc = signet_timestamping_finish(stamping->timestamping, stamping->run->key->seckey,
                                        stamping->output, out, &stamping->result, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(out, err);
    }
    signet_output_free(out);
    if (rc == SIGNET_OK && others > 0) {
        signet_tool_note(stamping->run->tool,
                         "%zu of %zu signatures are by no given key, and get no note", others,
                         count);
    }
    return rc == SIGNET_OK ? say_written(stamping, count - others, err) : rc;
}

static int print_texts(const struct stamping *stamping, struct signet_err *err)
{
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    int rc = signet_timestamping_texts(stamping->timestamping, &text) == SIGNET_OK
                 ? signet_say_result(signet_buf_span(&text), err)
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    signet_buf_free(&text);
    return rc;
}

/* What fails for this file is told, and reported; err is of what ends the run otherwise. */
static int stamp(struct stamping *stamping, struct signet_err *err)
{
    struct signet_err why;
    signet_err_clear(&why);
    struct signet_sign_key *key = stamping->run->key;
    int rc = prepare(stamping, &why);
    int settled = key != NULL ? signet_sign_key_settle(key, err) : (int)SIGNET_OK;
    if (settled != SIGNET_OK) {
        return settled;
    }
    if (rc == SIGNET_OK) {
        rc = key != NULL ? write_notes(stamping, &why) : print_texts(stamping, &why);
    }
    if (rc != SIGNET_OK) {
        signet_tool_name(&why, stamping->path);
        signet_tool_fail(stamping->run->tool, &why,
                         why.code == SIGNET_E_EXISTS ? "--force replaces it"
                         : why.code == SIGNET_E_UNTRUSTED || why.code == SIGNET_E_BAD_SIGNATURE
                             ? "give the public key of who signed as an operand"
                             : NULL);
        signet_verification_free(stamping->result);
        stamping->result = NULL;
        rc = signet_verification_failed(stamping->path, &why, &stamping->result, err);
    }
    if (rc == SIGNET_OK && key != NULL) {
        const struct signet_verification *results[] = {stamping->result};
        signet_sign_report(stamping->run->tool, results, 1);
    }
    return rc;
}

int signet_sign_time(const struct signet_sign_run *run, struct signet_err *err)
{
    struct stamping stamping = {.run = run,
                                .path = signet_opts_value(&run->tool->opts, SIGNET_SIGN_TIME)};
    int rc = stamp(&stamping, err);
    signet_verification_free(stamping.result);
    signet_timestamping_free(stamping.timestamping);
    free(stamping.keys);
    free(stamping.output);
    return rc;
}
