/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign: signs files and bundles. Owns the command line, where the key comes from and where
 * the signature goes; what is signed, and that it verifies, is the library's.
 */
#include <errno.h>
#include <signet/inspect.h>
#include <signet/io.h>
#include <signet/report.h>
#include <signet/sign.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/ignores.h"
#include "common/passphrase.h"
#include "common/say.h"
#include "common/sidecar.h"
#include "common/tool.h"
#include "sign/key.h"

enum {
    OPT_KEY = SIGNET_OPT_FIRST,
    OPT_OUTPUT,
    OPT_FORMAT,
    OPT_IGNORE,
    OPT_HASH,
    OPT_DRY_RUN,
    OPT_FORCE,
};

static const struct signet_opt_spec options[] = {
    {.id = OPT_KEY,
     .short_name = 'k',
     .name = "key",
     .arg = "KEY",
     .help = "a key file, env:NAME or fd:N [$SIGNET_KEY]"},
    {.id = OPT_OUTPUT,
     .short_name = 'o',
     .name = "output",
     .arg = "OUT",
     .help = "write to OUT, - for stdout [beside PATH]"},
    {.id = OPT_FORMAT, .name = "format", .arg = "FORMAT", .help = "bundle or dsse [bundle]"},
    {.id = OPT_IGNORE,
     .name = "ignore",
     .arg = "PATH",
     .repeat = true,
     .help = "leave PATH out of a bundle; the signature says so"},
    {.id = OPT_HASH, .name = "hash", .arg = "ALG", .help = "sha256 or blake2b [sha256]"},
    {.id = OPT_DRY_RUN, .name = "dry-run", .help = "print what would be signed; sign nothing"},
    {.id = OPT_FORCE, .name = "force", .help = "replace an existing signature"},
    {.id = SIGNET_OPT_PASSPHRASE_FILE,
     .name = "passphrase-file",
     .arg = "FILE",
     .help = "read the passphrase from FILE, one line"},
    {.id = SIGNET_OPT_PASSPHRASE_FD,
     .name = "passphrase-fd",
     .arg = "N",
     .help = "read it from descriptor N"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const char *const usage[] = {
    "[-k KEY] [-o OUT] [--format F] [--ignore PATH]... PATH...",
    NULL,
};

static const char *const examples[] = {
    "signet-sign -k release.key dist/app.tar.gz",
    "signet-sign -k release.key --ignore cache model/",
    "signet-sign -k release.key --passphrase-file pass.txt dist/*",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-sign",
             .summary = "Sign files, and folders as bundles, with an Ed25519 key.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-report/1",
    .options = options,
};

/* What one run works with. */
struct run {
    struct signet_tool *tool;
    struct signet_seckey *key; /* NULL for a dry run */
    struct signet_ignores ignores;
    enum signet_digest_alg alg;
    const char *format;
    struct signet_signing **signings; /* kept: the results borrow from them */
    struct signet_artifact **artifacts;
    struct signet_verification **results;
    size_t count;
    struct signet_sidecar_list bases; /* of the operands */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

static int read_choices(struct run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_opts *opts = &run->tool->opts;
    const char *hash = signet_opts_value(opts, OPT_HASH);

    run->format = signet_opts_value(opts, OPT_FORMAT);
    run->format = run->format != NULL ? run->format : "bundle";
    if (strcmp(run->format, "bundle") != 0 && strcmp(run->format, "dsse") != 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --format: expected bundle or dsse, found \"%s\"",
                              signet_utf8_show(signet_span_str(run->format), shown));
    }
    run->alg = hash != NULL ? signet_digest_by_name(signet_span_str(hash)) : SIGNET_DIGEST_SHA256;
    if (run->alg != SIGNET_DIGEST_SHA256 && run->alg != SIGNET_DIGEST_BLAKE2B) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --hash: expected sha256 or blake2b, found \"%s\"",
                              signet_utf8_show(signet_span_str(hash), shown));
    }
    return signet_ignores_collect(&run->ignores, run->tool, OPT_IGNORE, err);
}

static int check_usage(const struct signet_opts *opts, struct signet_err *err)
{
    if (opts->operand_count == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a file or folder to sign");
    }
    for (size_t i = 0; i < opts->operand_count; i++) {
        if (strcmp(opts->operands[i], "-") == 0) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "standard input cannot be signed; save it to a file first");
        }
    }
    if (opts->operand_count > 1 && signet_opts_has(opts, OPT_OUTPUT)) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --output goes with one PATH");
    }
    const char *output = signet_opts_value(opts, OPT_OUTPUT);
    bool prints =
        signet_opts_has(opts, OPT_DRY_RUN) || (output != NULL && strcmp(output, "-") == 0);
    if (prints && signet_opts_has(opts, SIGNET_OPT_JSON)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --json and a result on standard output would share it; "
                              "--report FILE takes the object elsewhere");
    }
    if (opts->operand_count > 1 && signet_opts_has(opts, OPT_DRY_RUN)) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --dry-run goes with one PATH");
    }
    return SIGNET_OK;
}

/* Where the signature goes: *out is owned. */
static int output_path(const struct run *run,
                       const char *path,
                       enum signet_artifact_kind kind,
                       char **out,
                       struct signet_err *err)
{
    const char *chosen = signet_opts_value(&run->tool->opts, OPT_OUTPUT);
    const char *ending =
        kind == SIGNET_ARTIFACT_BUNDLE ? SIGNET_SIDECAR_OMS : SIGNET_SIDECAR_BUNDLE;
    char *base = NULL;
    if (chosen != NULL) {
        *out = strdup(chosen);
        return *out != NULL ? SIGNET_OK : no_memory(err);
    }
    if (strcmp(run->format, "dsse") == 0) {
        ending = SIGNET_SIDECAR_DSSE;
    }
    int rc = signet_sidecar_base(path, &base, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    size_t room = strlen(base) + strlen(ending) + 1;
    char *whole = malloc(room);
    if (whole != NULL && snprintf(whole, room, "%s%s", base, ending) < 0) {
        free(whole);
        whole = NULL;
    }
    free(base);
    *out = whole;
    return whole != NULL ? SIGNET_OK : no_memory(err);
}

static bool same_file(const struct stat *file, const char *path)
{
    struct stat st;
    return path != NULL && stat(path, &st) == 0 && st.st_dev == file->st_dev &&
           st.st_ino == file->st_ino;
}

static bool is_signature_file(const char *path, const struct signet_limits *limits)
{
    struct signet_buf text;
    struct signet_unverified *claims = NULL;
    int rc = signet_io_read(path, signet_limits_signature_file(limits), &text, NULL);
    if (rc == SIGNET_OK) {
        rc = signet_unverified_read(&text, limits, &claims, NULL);
    }
    signet_unverified_free(claims);
    signet_buf_free(&text);
    return rc == SIGNET_OK;
}

/* What a slip with --force would cost: the artifact, the key, or a file of the bundle. */
static const char *
precious(const struct run *run, const char *path, const char *out, const struct stat *file)
{
    const struct signet_opts *opts = &run->tool->opts;
    char *inside = NULL;
    if (same_file(file, path)) {
        return "what is to be signed";
    }
    const char *key = signet_opts_value(opts, OPT_KEY);
    if (same_file(file, key != NULL ? key : getenv("SIGNET_KEY"))) {
        return "the key";
    }
    bool content = signet_artifact_kind(run->artifacts[run->count]) == SIGNET_ARTIFACT_BUNDLE &&
                   signet_sidecar_inside(out, path, &inside, NULL) == SIGNET_OK && inside != NULL &&
                   !is_signature_file(out, &run->tool->limits);
    free(inside);
    return content ? "a file of the bundle and no signature" : NULL;
}

/* Fails before the work rather than after it; the commit checks again. */
static int
check_output(const struct run *run, const char *path, const char *out, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    if (strcmp(out, "-") == 0 || lstat(out, &st) != 0) {
        return SIGNET_OK;
    }
    signet_utf8_show(signet_span_str(out), shown);
    if (S_ISDIR(st.st_mode)) {
        return signet_err_set(err, SIGNET_E_USAGE, "%s: expected a file name, found a directory",
                              shown);
    }
    if (!signet_opts_has(&run->tool->opts, OPT_FORCE)) {
        return signet_err_set(err, SIGNET_E_EXISTS, "%s: exists", shown);
    }
    const char *what = precious(run, path, out, &st);
    return what == NULL ? SIGNET_OK
                        : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                         "%s: is %s, which --force will not replace", shown, what);
}

static int write_signature(struct run *run, const char *out, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_output *output = NULL;
    int rc =
        signet_output_open(out, 0644, signet_opts_has(&run->tool->opts, OPT_FORCE), &output, err);
    if (rc == SIGNET_OK) {
        signet_output_hold(output);
        rc = signet_signing_finish(run->signings[run->count], run->key, out, output,
                                   &run->results[run->count], err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(output, err);
    }
    signet_output_free(output);
    if (rc == SIGNET_OK && strcmp(out, "-") != 0 && !run->tool->json && !run->tool->quiet) {
        char line[SIGNET_SHOW_MAX + 160];
        bool bundle = signet_artifact_kind(run->artifacts[run->count]) == SIGNET_ARTIFACT_BUNDLE;
        int len =
            snprintf(line, sizeof(line), "%s%s\n", signet_utf8_show(signet_span_str(out), shown),
                     bundle ? ": covers names and contents, not modes, owners, times or links"
                            : ": covers the bytes of the file");
        rc = signet_io_write("-", signet_span_of(line, len > 0 ? (size_t)len : 0), 0, true, err);
    }
    return rc;
}

static int state(struct run *run, const char *path, const char *out, struct signet_err *err)
{
    char *own_name = NULL;
    struct signet_sign_opts opts = {
        .size = sizeof(opts),
        .format = run->format,
        .path = path,
        .alg = run->alg,
        .ignore = (const char *const *)run->ignores.paths,
        .limits = &run->tool->limits,
        .jobs = run->tool->jobs,
        .progress = signet_tool_progress,
        .progress_ctx = run->tool,
    };
    int rc = SIGNET_OK;
    if (signet_artifact_kind(run->artifacts[run->count]) == SIGNET_ARTIFACT_BUNDLE) {
        rc = signet_sidecar_inside(out, path, &own_name, err);
        opts.own_name = own_name;
    } else if (run->tool->opts.operand_count == 1 &&
               signet_opts_has(&run->tool->opts, OPT_IGNORE)) {
        rc = signet_err_set(err, SIGNET_E_USAGE, "option --ignore goes with a folder");
    }
    if (rc == SIGNET_OK) {
        rc = signet_signing_new(run->artifacts[run->count], &opts, &run->signings[run->count], err);
    }
    signet_progress_erase(&run->tool->progress);
    if (rc == SIGNET_OK) {
        signet_ignores_tell(&run->ignores, run->tool,
                            signet_signing_manifest(run->signings[run->count]));
    }
    free(own_name);
    return rc;
}

static int sign_path(struct run *run, const char *path, struct signet_err *err)
{
    bool dry = signet_opts_has(&run->tool->opts, OPT_DRY_RUN);
    char *out = NULL;
    int rc = signet_artifact_open(path, &run->artifacts[run->count], err);
    if (rc == SIGNET_OK) {
        rc = output_path(run, path, signet_artifact_kind(run->artifacts[run->count]), &out, err);
    }
    if (rc == SIGNET_OK && !dry) {
        rc = check_output(run, path, out, err);
    }
    if (rc == SIGNET_OK) {
        rc = state(run, path, out, err);
    }
    if (rc == SIGNET_OK && dry) {
        rc = signet_say_result(signet_signing_statement(run->signings[run->count]), err);
    } else if (rc == SIGNET_OK) {
        rc = write_signature(run, out, err);
    }
    free(out);
    return rc;
}

static void tell_failure(struct run *run, const char *path, struct signet_err *why)
{
    signet_tool_name(why, path);
    signet_tool_fail(run->tool, why, why->code == SIGNET_E_EXISTS ? "--force replaces it" : NULL);
}

static void report(struct run *run)
{
    const struct signet_report members = {
        .now = (int64_t)time(NULL),
        .artifacts = (const struct signet_verification *const *)run->results,
        .artifact_count = run->count,
    };
    signet_report_members(&members, &run->tool->body);
}

static int sign_all(struct run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    run->results = calloc(opts->operand_count, sizeof(struct signet_verification *));
    run->signings = calloc(opts->operand_count, sizeof(struct signet_signing *));
    run->artifacts = calloc(opts->operand_count, sizeof(struct signet_artifact *));
    if (run->results == NULL || run->signings == NULL || run->artifacts == NULL) {
        return no_memory(err);
    }
    int rc = signet_sidecar_bases(opts->operands, opts->operand_count, &run->bases, err);
    signet_jsonout_open_array(&run->tool->body, "skipped");
    for (size_t i = 0; rc == SIGNET_OK && i < opts->operand_count; i++) {
        char shown[SIGNET_SHOW_MAX];
        struct signet_err why;
        signet_err_clear(&why);
        if (signet_sidecar_of_another(opts->operands[i], &run->bases)) {
            signet_jsonout_text(&run->tool->body, NULL, opts->operands[i]);
            signet_tool_note(run->tool, "%s: skipped, a signature file of another operand",
                             signet_utf8_show(signet_span_str(opts->operands[i]), shown));
            continue;
        }
        rc = sign_path(run, opts->operands[i], &why);
        if (rc != SIGNET_OK) {
            tell_failure(run, opts->operands[i], &why);
            signet_verification_free(run->results[run->count]);
            rc =
                signet_verification_failed(opts->operands[i], &why, &run->results[run->count], err);
        }
        if (run->results[run->count] != NULL || run->signings[run->count] != NULL) {
            run->count++;
        }
    }
    signet_jsonout_close_array(&run->tool->body);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!signet_opts_has(opts, OPT_DRY_RUN)) {
        report(run);
    }
    return SIGNET_OK;
}

static void run_free(struct run *run)
{
    for (size_t i = 0; i < run->tool->opts.operand_count; i++) {
        if (run->results != NULL) {
            signet_verification_free(run->results[i]);
        }
        if (run->signings != NULL) {
            signet_signing_free(run->signings[i]);
        }
        if (run->artifacts != NULL) {
            signet_artifact_close(run->artifacts[i]);
        }
    }
    signet_sidecar_list_free(&run->bases);
    free(run->results);
    free(run->signings);
    free(run->artifacts);
    signet_ignores_free(&run->ignores);
    signet_seckey_free(run->key);
}

static int sign(struct signet_tool *tool, struct signet_err *err)
{
    struct run run = {.tool = tool};
    int rc = check_usage(&tool->opts, err);
    if (rc == SIGNET_OK) {
        rc = read_choices(&run, err);
    }
    if (rc == SIGNET_OK && !signet_opts_has(&tool->opts, OPT_DRY_RUN)) {
        rc = signet_sign_open_key(tool, signet_opts_value(&tool->opts, OPT_KEY), &run.key, err);
    }
    if (rc == SIGNET_OK) {
        rc = sign_all(&run, err);
    }
    run_free(&run);
    return rc;
}

int main(int argc, char **argv)
{
    struct signet_tool tool;
    struct signet_err err;
    signet_err_clear(&err);
    signet_passphrase_no_core();
    if (signet_tool_start(&tool, &info, argc, argv)) {
        int rc = sign(&tool, &err);
        if (rc != SIGNET_OK) {
            signet_err_set(&err, rc, "%s", signet_err_meaning(rc));
            signet_tool_fail(&tool, &err,
                             rc == SIGNET_E_PASSPHRASE ? SIGNET_PASSPHRASE_HINT : NULL);
        }
    }
    return signet_tool_finish(&tool);
}
