/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-verify: says whether artifacts carry valid signatures by given keys. Owns the command
 * line, finding signature files and printing; the decision is the library's.
 */
#include <signet/inspect.h>
#include <signet/io.h>
#include <signet/report.h>
#include <signet/text.h>
#include <signet/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/say.h"
#include "common/sidecar.h"
#include "common/tool.h"
#include "verify/signatures.h"

enum {
    OPT_KEY = SIGNET_OPT_FIRST,
    OPT_SIGNATURE,
    OPT_THRESHOLD,
    OPT_ACCEPT_IGNORED,
    OPT_INSPECT,
    OPT_PRINT_STATEMENT,
    OPT_INSECURE_IGNORE_UNSIGNED,
};

enum {
    KEY_FILE_MAX = 1 << 16
};

static const struct signet_opt_spec options[] = {
    {.id = OPT_KEY,
     .short_name = 'k',
     .name = "key",
     .arg = "PUB",
     .repeat = true,
     .help = "a public key that may have signed"},
    {.id = OPT_SIGNATURE,
     .short_name = 's',
     .name = "signature",
     .arg = "SIG",
     .repeat = true,
     .help = "a signature file [all beside PATH]; repeatable"},
    {.id = OPT_THRESHOLD,
     .name = "threshold",
     .arg = "N",
     .help = "different keys that must have signed [1]"},
    {.id = OPT_ACCEPT_IGNORED,
     .name = "accept-ignored",
     .arg = "PATH",
     .repeat = true,
     .help = "let PATH exist that the signature leaves out"},
    {.id = OPT_INSPECT,
     .name = "inspect",
     .arg = "FILE",
     .help = "print what a signature file claims, UNVERIFIED"},
    {.id = OPT_PRINT_STATEMENT,
     .name = "print-statement",
     .help = "print the verified statement, not the verdict"},
    {.id = OPT_INSECURE_IGNORE_UNSIGNED,
     .name = "insecure-ignore-unsigned",
     .help = "let entries exist that are not signed"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const char *const usage[] = {
    "[-s SIG]... -k PUB... [--threshold N] PATH...",
    "--inspect FILE",
    NULL,
};

static const char *const examples[] = {
    "signet-verify -k release.pub dist/app.tar.gz",
    "signet-verify -k alice.pub -k bob.pub --threshold 2 model/",
    "signet-verify -k release.pub -s app.sigstore.json --json app",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-verify",
             .summary = "Verify that artifacts are what the holders of given keys signed.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-report/1",
    .options = options,
};

/* What one run works with. */
struct run {
    struct signet_tool *tool;
    struct signet_trusted_key *keys;
    size_t key_count;
    size_t threshold;
    const char **accept_ignored;      /* NULL-terminated */
    struct signet_sidecar_list bases; /* of the operands */
    struct signet_verification **results;
    size_t result_count;
};

static const char *const insecure_unsigned[] = {"--insecure-ignore-unsigned", NULL};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

static size_t count_values(const struct signet_opts *opts, int id)
{
    size_t at = 0;
    size_t count = 0;
    while (signet_opts_next(opts, id, &at) != NULL) {
        count++;
    }
    return count;
}

static int read_keys(struct run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    const char *path = NULL;
    size_t at = 0;
    run->keys = calloc(count_values(opts, OPT_KEY) + 1, sizeof(*run->keys));
    if (run->keys == NULL) {
        return no_memory(err);
    }
    while ((path = signet_opts_next(opts, OPT_KEY, &at)) != NULL) {
        char shown[SIGNET_SHOW_MAX];
        struct signet_buf text;
        struct signet_trusted_key *key = &run->keys[run->key_count];
        int rc = signet_io_read(path, KEY_FILE_MAX, &text, err);
        if (rc == SIGNET_OK) {
            rc = signet_pubkey_read(signet_buf_span(&text), &key->key, err);
            if (rc != SIGNET_OK) {
                signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
            }
        }
        signet_buf_free(&text);
        if (rc != SIGNET_OK) {
            return rc;
        }
        key->uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE;
        key->name = path;
        run->key_count++;
    }
    return SIGNET_OK;
}

static int read_threshold(struct run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *text = signet_opts_value(&run->tool->opts, OPT_THRESHOLD);
    uint64_t value = 1;
    if (text != NULL && (signet_num_parse(signet_span_str(text), &value) != SIGNET_OK ||
                         value == 0 || value > run->key_count)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --threshold: expected a number from 1 to %zu, the number of "
                              "keys given, found \"%s\"",
                              run->key_count, signet_utf8_show(signet_span_str(text), shown));
    }
    run->threshold = (size_t)value;
    return SIGNET_OK;
}

static int read_accepted(struct run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    const char *path = NULL;
    size_t at = 0;
    size_t count = 0;
    run->accept_ignored =
        calloc(count_values(opts, OPT_ACCEPT_IGNORED) + 1, sizeof(*run->accept_ignored));
    if (run->accept_ignored == NULL) {
        return no_memory(err);
    }
    while ((path = signet_opts_next(opts, OPT_ACCEPT_IGNORED, &at)) != NULL) {
        run->accept_ignored[count++] = path;
    }
    return SIGNET_OK;
}

static int verify_with(struct run *run,
                       const char *path,
                       struct signet_artifact *artifact,
                       const struct signet_signatures *signatures,
                       struct signet_verification **result,
                       struct signet_err *err)
{
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = run->keys,
        .key_count = run->key_count,
        .threshold = run->threshold,
        .signatures = signatures->files,
        .signature_count = signatures->count,
        .accept_ignored = run->accept_ignored,
        .insecure_ignore_unsigned = signet_opts_has(&run->tool->opts, OPT_INSECURE_IGNORE_UNSIGNED),
        .limits = &run->tool->limits,
        .jobs = run->tool->jobs,
        .progress = signet_tool_progress,
        .progress_ctx = run->tool,
    };
    if (signatures->count == 0 && signatures->unread.code != SIGNET_OK) {
        *err = signatures->unread; /* better than to say that there is none */
        return err->code;
    }
    int rc = signet_verify(artifact, path, &opts, result, err);
    signet_progress_erase(&run->tool->progress);
    return rc;
}

/* Verifies one artifact; *result is NULL if it came to no verification. */
static int verify_path(struct run *run,
                       const char *path,
                       struct signet_verification **result,
                       struct signet_err *err)
{
    struct signet_signatures signatures = {0};
    struct signet_artifact *artifact = NULL;
    bool named = signet_opts_has(&run->tool->opts, OPT_SIGNATURE);
    int rc = signet_artifact_open(path, &artifact, err);
    *result = NULL;
    if (rc == SIGNET_OK) {
        signatures.max = signet_signature_max(artifact, &run->tool->limits);
        rc = named ? signet_signatures_named(&signatures, run->tool, OPT_SIGNATURE, path, err)
                   : signet_signatures_find(&signatures, run->tool, path, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify_with(run, path, artifact, &signatures, result, err);
    }
    signet_signatures_free(&signatures);
    signet_artifact_close(artifact);
    return rc;
}

static void say_details(const struct signet_verification *result, bool signers)
{
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    signet_report_details(result, signers, &text);
    signet_say(STDERR_FILENO, signet_buf_span(&text));
    signet_buf_free(&text);
}

static void tell(struct run *run,
                 const char *path,
                 struct signet_verification *result,
                 const struct signet_err *err)
{
    if (err->code != SIGNET_OK) {
        struct signet_err named = *err;
        signet_tool_name(&named, path);
        bool astray = err->code == SIGNET_E_NO_SIGNATURE && signet_sidecar_ending(path);
        signet_tool_fail(run->tool, &named,
                         astray ? "that is named like a signature file; name what it belongs to"
                                : signet_report_next_step(result));
    }
    if (!run->tool->quiet || err->code != SIGNET_OK) {
        say_details(result, run->tool->verbose || err->code != SIGNET_OK);
    }
}

/* The verdict lines: one an artifact, and one for all if there are several. */
static int print_verdicts(struct run *run, struct signet_err *err)
{
    struct signet_buf text;
    size_t passed = 0;
    signet_buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < run->result_count; i++) {
        signet_report_verdict(run->results[i], &text);
        passed += signet_verification_code(run->results[i]) == SIGNET_OK ? 1 : 0;
    }
    if (run->result_count > 1) {
        char line[96];
        int len = snprintf(line, sizeof(line), "%s: %zu of %zu\n",
                           passed == run->result_count ? "verified" : "REFUSED",
                           passed == run->result_count ? passed : run->result_count - passed,
                           run->result_count);
        signet_buf_put(&text, signet_span_of(line, len > 0 ? (size_t)len : 0));
    }
    int rc = signet_io_write("-", signet_buf_span(&text), 0, true, err);
    signet_buf_free(&text);
    return rc;
}

static void report(struct run *run)
{
    bool insecure = signet_opts_has(&run->tool->opts, OPT_INSECURE_IGNORE_UNSIGNED);
    struct signet_err err;
    const struct signet_report members = {
        .now = (int64_t)time(NULL),
        .insecure = insecure ? insecure_unsigned : NULL,
        .artifacts = (const struct signet_verification *const *)run->results,
        .artifact_count = run->result_count,
    };
    signet_err_clear(&err);
    signet_report_members(&members, &run->tool->body);
    int rc = SIGNET_OK;
    if (run->tool->json) {
        return;
    }
    if (signet_opts_has(&run->tool->opts, OPT_PRINT_STATEMENT)) {
        rc = signet_report_code(&members) == SIGNET_OK
                 ? signet_say_result(signet_verification_statement(run->results[0]), &err)
                 : SIGNET_OK;
    } else if (!run->tool->quiet) {
        rc = print_verdicts(run, &err);
    }
    if (rc != SIGNET_OK) {
        signet_tool_fail(run->tool, &err, NULL);
    }
}

static int verify_all(struct run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    run->results = calloc(opts->operand_count, sizeof(struct signet_verification *));
    if (run->results == NULL) {
        return no_memory(err);
    }
    if (signet_opts_has(opts, OPT_INSECURE_IGNORE_UNSIGNED)) {
        signet_tool_note(run->tool, "--insecure-ignore-unsigned: entries that nobody signed pass");
    }
    int rc = signet_sidecar_bases(opts->operands, opts->operand_count, &run->bases, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_jsonout_open_array(&run->tool->body, "skipped");
    for (size_t i = 0; i < opts->operand_count; i++) {
        char shown[SIGNET_SHOW_MAX];
        const char *path = opts->operands[i];
        struct signet_verification *result = NULL;
        struct signet_err why;
        signet_err_clear(&why);
        if (signet_sidecar_of_another(path, &run->bases)) {
            signet_jsonout_text(&run->tool->body, NULL, path);
            signet_tool_note(run->tool, "%s: skipped, a signature file of another operand",
                             signet_utf8_show(signet_span_str(path), shown));
            continue;
        }
        rc = verify_path(run, path, &result, &why);
        if (result == NULL) {
            signet_err_set(&why, rc != SIGNET_OK ? rc : SIGNET_E_INTERNAL, "no verdict");
            rc = signet_verification_failed(path, &why, &result, err);
            if (rc != SIGNET_OK) {
                return rc;
            }
        }
        run->results[run->result_count++] = result;
        tell(run, path, result, signet_report_error(result));
    }
    signet_jsonout_close_array(&run->tool->body);
    report(run);
    return SIGNET_OK;
}

static int check_usage(struct run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    if (opts->operand_count == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a file or folder to verify");
    }
    for (size_t i = 0; i < opts->operand_count; i++) {
        if (strcmp(opts->operands[i], "-") == 0) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "standard input cannot be verified; save it to a file first");
        }
    }
    if (!signet_opts_has(opts, OPT_KEY)) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "no key to verify with: pass the signer's public key with -k PUB; a key "
            "inside a signature proves nothing");
    }
    if (opts->operand_count > 1 && signet_opts_has(opts, OPT_SIGNATURE)) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --signature goes with one PATH");
    }
    if (opts->operand_count > 1 && signet_opts_has(opts, OPT_PRINT_STATEMENT)) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --print-statement goes with one PATH");
    }
    if (signet_opts_has(opts, SIGNET_OPT_JSON) && signet_opts_has(opts, OPT_PRINT_STATEMENT)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "options --json and --print-statement would share standard output");
    }
    return SIGNET_OK;
}

static int inspect(struct signet_tool *tool, struct signet_err *err)
{
    const char *path = signet_opts_value(&tool->opts, OPT_INSPECT);
    struct signet_unverified *claims = NULL;
    struct signet_buf bytes;
    struct signet_buf text;
    char shown[SIGNET_SHOW_MAX];
    if (tool->opts.operand_count > 0 || signet_opts_has(&tool->opts, OPT_KEY)) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "option --inspect takes one file and verifies nothing: no PATH, no -k");
    }
    signet_buf_init(&text, SIZE_MAX);
    int rc = signet_io_read(path, signet_limits_signature_file(&tool->limits), &bytes, err);
    if (rc == SIGNET_OK) {
        rc = signet_unverified_read(&bytes, &tool->limits, &claims, err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
        }
    }
    if (rc == SIGNET_OK) {
        signet_unverified_member(claims, &tool->body);
        rc = signet_unverified_text(claims, &text);
    }
    if (rc == SIGNET_OK && !tool->json) {
        rc = signet_io_write("-", signet_buf_span(&text), 0, true, err);
    }
    signet_unverified_free(claims);
    signet_buf_free(&text);
    signet_buf_free(&bytes);
    return rc;
}

static int verify(struct signet_tool *tool, struct signet_err *err)
{
    struct run run = {.tool = tool};
    int rc = check_usage(&run, err);
    if (rc == SIGNET_OK) {
        rc = read_keys(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_threshold(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_accepted(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify_all(&run, err);
    }
    for (size_t i = 0; i < run.result_count; i++) {
        signet_verification_free(run.results[i]);
    }
    signet_sidecar_list_free(&run.bases);
    free(run.results);
    free(run.accept_ignored);
    free(run.keys);
    return rc;
}

int main(int argc, char **argv)
{
    struct signet_tool tool;
    struct signet_err err;
    signet_err_clear(&err);
    if (signet_tool_start(&tool, &info, argc, argv)) {
        int rc =
            signet_opts_has(&tool.opts, OPT_INSPECT) ? inspect(&tool, &err) : verify(&tool, &err);
        if (rc != SIGNET_OK) {
            signet_err_set(&err, rc, "%s", signet_err_meaning(rc));
            signet_tool_fail(&tool, &err, NULL);
        }
    }
    return signet_tool_finish(&tool);
}
