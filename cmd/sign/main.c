/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign: signs files and bundles. Owns the command line, the way through the operands and the
 * report; what is signed, and that it verifies, is the library's.
 */
#include <signet/report.h>
#include <signet/text.h>
#include <stdlib.h>
#include <time.h>

#include "common/operands.h"
#include "common/passphrase.h"
#include "common/say.h"
#include "sign/bind.h"
#include "sign/parts.h"
#include "sign/sign.h"
#include "sign/timestamp.h"

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_SIGN_KEY,
     .short_name = 'k',
     .name = "key",
     .arg = "KEY",
     .help = "a key file, env:NAME or fd:N [$SIGNET_KEY]"},
    {.id = SIGNET_SIGN_OUTPUT,
     .short_name = 'o',
     .name = "output",
     .arg = "OUT",
     .help = "write to OUT, - for stdout [beside PATH]"},
    {.id = SIGNET_SIGN_FORMAT,
     .name = "format",
     .arg = "FORMAT",
     .help = "bundle, dsse, or inside a BOM jsf, jss [bundle]"},
    {.id = SIGNET_SIGN_CONTENTS,
     .name = "contents",
     .help = "sign what an archive holds, as the folder it was"},
    {.id = SIGNET_SIGN_IGNORE,
     .name = "ignore",
     .arg = "PATH",
     .repeat = true,
     .help = "leave PATH out of a bundle; the signature says so"},
    {.id = SIGNET_SIGN_HASH,
     .rare = true,
     .name = "hash",
     .arg = "ALG",
     .help = "sha256 or blake2b [sha256]"},
    {.id = SIGNET_SIGN_SHARD_SIZE,
     .rare = true,
     .name = "shard-size",
     .arg = "BYTES",
     .help = "sign files of a bundle in pieces of BYTES"},
    {.id = SIGNET_SIGN_MANIFEST,
     .rare = true,
     .name = "manifest",
     .arg = "FILE",
     .repeat = true,
     .help = "take digests from a part, each given so; read none"},
    {.id = SIGNET_SIGN_REUSE,
     .rare = true,
     .name = "reuse",
     .arg = "OLD",
     .help = "read only what changed since OLD was signed"},
    {.id = SIGNET_SIGN_SYSTEM,
     .rare = true,
     .name = "system",
     .help = "sign the code below PATHs, or that of all packages"},
    {.id = SIGNET_SIGN_AT,
     .rare = true,
     .name = "at",
     .arg = "PLACE",
     .repeat = true,
     .help = "jsf: sign this part: its bom-ref or JSON pointer"},
    {.id = SIGNET_SIGN_MULTI,
     .rare = true,
     .name = "multi",
     .help = "jsf: sign as one of several signers"},
    {.id = SIGNET_SIGN_CHAIN,
     .rare = true,
     .name = "chain",
     .help = "jsf: sign over the signatures that are there"},
    {.id = SIGNET_SIGN_KEY_ID,
     .rare = true,
     .name = "key-id",
     .arg = "TEXT",
     .help = "jsf: name the key so, instead of putting it in"},
    {.id = SIGNET_SIGN_CANONICAL,
     .name = "canonical",
     .help = "sign what a JSON file says, in whatever layout"},
    {.id = SIGNET_SIGN_RELEASE,
     .name = "release",
     .arg = "NAME@VERSION",
     .help = "sign as the release of a name and a version"},
    {.id = SIGNET_SIGN_USAGE,
     .rare = true,
     .name = "usage",
     .arg = "USAGE",
     .help = "program, interp, lib, script, model or data"},
    {.id = SIGNET_SIGN_ADD_TO,
     .rare = true,
     .name = "add-to",
     .arg = "SIG",
     .help = "sign the very statement in SIG, as one more signer"},
    {.id = SIGNET_SIGN_ATTEST,
     .name = "attest",
     .arg = "TYPE",
     .help = "attest a predicate of this type about PATH"},
    {.id = SIGNET_SIGN_PREDICATE,
     .name = "predicate",
     .arg = "FILE",
     .help = "the predicate, JSON; - for stdin"},
    {.id = SIGNET_SIGN_ATTEST_VERDICT,
     .rare = true,
     .name = "attest-verdict",
     .help = "verify PATH by --policy and attest the verdict"},
    {.id = SIGNET_OPT_POLICY,
     .rare = true,
     .name = "policy",
     .arg = "FILE",
     .help = "--attest-verdict: a signed policy that decides"},
    {.id = SIGNET_OPT_ROOT,
     .rare = true,
     .name = "root",
     .arg = "FILE|DIR",
     .help = "the trust root for --policy, or N.root.json"},
    {.id = SIGNET_OPT_STATE,
     .rare = true,
     .name = "state",
     .arg = "FILE",
     .help = "remembers the versions seen [in the user's state]"},
    {.id = SIGNET_OPT_INSECURE_NO_STATE,
     .rare = true,
     .name = "insecure-no-state",
     .help = "remember no versions, so that old ones pass"},
    {.id = SIGNET_SIGN_BIND,
     .name = "bind",
     .arg = "BOM",
     .help = "list the files of a model in BOM, and sign that"},
    {.id = SIGNET_SIGN_KIND,
     .name = "kind",
     .arg = "KIND",
     .help = "sign FILE as a policy or a root, into a DSSE file"},
    {.id = SIGNET_SIGN_APPEND,
     .rare = true,
     .name = "append",
     .help = "add a signature to FILE, one of --kind"},
    {.id = SIGNET_SIGN_TIME,
     .name = "time",
     .arg = "SIG",
     .help = "say when signatures in SIG by PUB were there"},
    {.id = SIGNET_SIGN_DRY_RUN,
     .name = "dry-run",
     .help = "print what would be signed; sign nothing"},
    {.id = SIGNET_SIGN_FORCE, .name = "force", .help = "replace OUT if it exists"},
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
    "[-k KEY] [-o OUT] [--contents] [--ignore PATH]... PATH...",
    "[-k KEY] --release NAME@VERSION [--usage USAGE] PATH...",
    "[-k KEY] --manifest FILE [--manifest FILE]... FOLDER",
    "[-k KEY] [-o OUT] [--force] --reuse OLD FOLDER",
    "[-k KEY] --system -o OUT [PATH]...",
    "[-k KEY] --format jsf [--at PLACE]... -o OUT BOM",
    "[-k KEY] --attest TYPE --predicate FILE PATH...",
    "[-k KEY] --attest-verdict --policy FILE --root ROOT PATH...",
    "[-k KEY] --bind BOM -o OUT MODEL",
    "[-k KEY] --kind policy|root [--append] [-o OUT] FILE",
    "[-k KEY] --time SIG [-o OUT] [--force] PUB...",
    NULL,
};

static const char *const examples[] = {
    "signet-sign -k release.key dist/app.tar.gz",
    "signet-sign -k release.key --ignore cache model/",
    "signet-sign -k release.key --format jsf -o signed.cdx.json bom.cdx.json",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-sign",
             .summary = "Sign files, folders as bundles, and BOMs in place, with an Ed25519 key.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-report/1",
    .options = options,
};

static int read_choices(struct signet_sign_run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_opts *opts = &run->tool->opts;
    const char *hash = signet_opts_value(opts, SIGNET_SIGN_HASH);

    run->format = signet_opts_value(opts, SIGNET_SIGN_FORMAT);
    if (run->format == NULL) {
        bool bound = signet_opts_has(opts, SIGNET_SIGN_BIND) && run->key != NULL;
        run->format = bound ? "jsf" : run->kind != 0 ? "dsse" : "bundle";
    }
    if (strcmp(run->format, "bundle") != 0 && strcmp(run->format, "dsse") != 0 &&
        !signet_sign_in_place(run)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --format: expected bundle, dsse, jsf or jss, found \"%s\"",
                              signet_utf8_show(signet_span_str(run->format), shown));
    }
    run->alg = hash != NULL ? signet_digest_by_name(signet_span_str(hash)) : SIGNET_DIGEST_SHA256;
    if (run->alg != SIGNET_DIGEST_SHA256 && run->alg != SIGNET_DIGEST_BLAKE2B) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --hash: expected sha256 or blake2b, found \"%s\"",
                              signet_utf8_show(signet_span_str(hash), shown));
    }
    const char *shards = signet_opts_value(opts, SIGNET_SIGN_SHARD_SIZE);
    if (shards != NULL &&
        (signet_num_parse(signet_span_str(shards), &run->shard_size) != SIGNET_OK ||
         run->shard_size == 0 || run->shard_size >= UINT64_C(1) << 53)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --shard-size: expected a number of bytes from 1 to 2^53 - 1, "
                              "found \"%s\"",
                              signet_utf8_show(signet_span_str(shards), shown));
    }
    int rc = signet_sign_embed_check(run, err);
    if (rc == SIGNET_OK) {
        rc = signet_sign_reuse_check(run, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_release_check(run, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_attest_read(run, err);
    }
    return rc == SIGNET_OK
               ? signet_ignores_collect(&run->ignores, run->tool, SIGNET_SIGN_IGNORE, err)
               : rc;
}

/* Standard output is for one thing. */
static int check_prints(const struct signet_opts *opts, struct signet_err *err)
{
    const char *output = signet_opts_value(opts, SIGNET_SIGN_OUTPUT);
    bool prints =
        signet_opts_has(opts, SIGNET_SIGN_DRY_RUN) || (output != NULL && strcmp(output, "-") == 0);
    return !prints || !signet_opts_has(opts, SIGNET_OPT_JSON)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "option --json and a result on standard output would share it; "
                                "--report FILE takes the object elsewhere");
}

static int check_usage(struct signet_sign_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    static const int of_one_path[] = {SIGNET_SIGN_OUTPUT, SIGNET_SIGN_DRY_RUN, SIGNET_SIGN_REUSE,
                                      SIGNET_SIGN_ADD_TO, 0};
    static const int not_added[] = {SIGNET_SIGN_CONTENTS, SIGNET_SIGN_IGNORE,
                                    SIGNET_SIGN_HASH,     SIGNET_SIGN_SHARD_SIZE,
                                    SIGNET_SIGN_MANIFEST, SIGNET_SIGN_REUSE,
                                    SIGNET_SIGN_AT,       SIGNET_SIGN_CANONICAL,
                                    SIGNET_SIGN_USAGE,    SIGNET_SIGN_ATTEST,
                                    SIGNET_SIGN_BIND,     SIGNET_SIGN_KIND,
                                    SIGNET_SIGN_FORMAT,   0};
    bool system = signet_opts_has(opts, SIGNET_SIGN_SYSTEM);
    int rc = system && opts->operand_count == 0
                 ? (int)SIGNET_OK
                 : signet_operands_check(opts, "sign", "signed", err);
    if (rc == SIGNET_OK) {
        rc = system ? signet_sign_system_check(opts, err)
                    : signet_opts_one_operand(opts, of_one_path, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_opts_apart(opts, SIGNET_SIGN_ADD_TO, not_added, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_parts_check(opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_bind_check(opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_endorse_check(run, err);
    }
    return rc == SIGNET_OK ? read_choices(run, err) : rc;
}

static void tell_failure(struct signet_tool *tool, const char *path, struct signet_err *why)
{
    signet_tool_name(why, path);
    signet_tool_fail(tool, why, why->code == SIGNET_E_EXISTS ? "--force replaces it" : NULL);
}

/* Nothing is said of any operand before the key is known to be one: if it is not, that is all that
 * matters. */
static int settle_key(const struct signet_sign_run *run, struct signet_err *err)
{
    return run->key != NULL ? signet_sign_key_settle(run->key, err) : SIGNET_OK;
}

/* Signs one operand. err is of what ends the run, not of what fails for this operand alone. */
static int
sign_item(const struct signet_sign_run *run, struct signet_sign_item *item, struct signet_err *err)
{
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_sign_item_state(run, item, &why);
    int settled = settle_key(run, err);
    if (settled != SIGNET_OK) {
        return settled;
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_item_finish(run, item, &why);
    }
    if (rc != SIGNET_OK) {
        tell_failure(run->tool, item->path, &why);
        signet_verification_free(item->result);
        item->result = NULL;
        rc = signet_verification_failed(item->path, &why, &item->result, err);
    }
    return rc;
}

/* Signs the operands into items, of which *count are used. One that fails stops no other. */
static int sign_items(const struct signet_sign_run *run,
                      struct signet_sign_item *items,
                      size_t *count,
                      struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    struct signet_sidecar_list bases = {0};
    if (signet_opts_has(opts, SIGNET_SIGN_SYSTEM)) {
        items[0].path = SIGNET_SIGN_SYSTEM_ROOT;
        *count = 1;
        return sign_item(run, &items[0], err);
    }
    int rc = signet_sidecar_bases(opts->operands, opts->operand_count, &bases, err);
    for (size_t i = 0; rc == SIGNET_OK && i < opts->operand_count; i++) {
        if (signet_sidecar_of_another(opts->operands[i], &bases)) {
            rc = settle_key(run, err);
            if (rc == SIGNET_OK) {
                signet_operands_tell_skipped(run->tool, opts->operands[i]);
            }
        } else {
            struct signet_sign_item *item = &items[*count];
            item->path = opts->operands[i];
            *count += 1;
            rc = sign_item(run, item, err);
        }
    }
    if (rc == SIGNET_OK) {
        signet_operands_report_skipped(run->tool, &bases);
    }
    signet_sidecar_list_free(&bases);
    return rc;
}

void signet_sign_report(struct signet_tool *tool,
                        const struct signet_verification *const *results,
                        size_t count)
{
    const struct signet_report members = {
        .now = (int64_t)time(NULL),
        .artifacts = results,
        .artifact_count = count,
    };
    signet_report_members(&members, &tool->body);
}

static int sign_all(const struct signet_sign_run *run, struct signet_err *err)
{
    size_t room = run->tool->opts.operand_count + 1;
    size_t count = 0;
    struct signet_sign_item *items = calloc(room, sizeof(*items));
    const struct signet_verification **results = calloc(room, sizeof(struct signet_verification *));
    int rc = items != NULL && results != NULL
                 ? sign_items(run, items, &count, err)
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    if (rc == SIGNET_OK && run->key != NULL) {
        for (size_t i = 0; i < count; i++) {
            results[i] = items[i].result;
        }
        signet_sign_report(run->tool, results, count);
        signet_sign_reuse_report(run, count > 0 ? &items[0] : NULL);
        signet_sign_system_report(run, count > 0 ? &items[0] : NULL);
    }
    for (size_t i = 0; i < count; i++) {
        signet_sign_item_free(&items[i]);
    }
    free(items);
    free(results);
    return rc;
}

/* Prints the BOM of a model as it would be signed, in the place of that BOM. */
static int print_bound(const struct signet_sign_run *run, struct signet_err *err)
{
    struct signet_buf text;
    const char *bom = signet_opts_value(&run->tool->opts, SIGNET_SIGN_BIND);
    int rc = signet_sign_bind(run, bom, &text, err);
    if (rc == SIGNET_OK) {
        rc = signet_say_result(signet_buf_span(&text), err);
    }
    signet_buf_free(&text);
    return rc;
}

static int sign(struct signet_tool *tool, struct signet_err *err)
{
    struct signet_sign_key key = {0};
    struct signet_sign_run run = {
        .now = (int64_t)time(NULL),
        .tool = tool,
        .key = signet_opts_has(&tool->opts, SIGNET_SIGN_DRY_RUN) ? NULL : &key,
    };
    struct signet_sign_verdict verdict = {0};
    bool stamps = signet_opts_has(&tool->opts, SIGNET_SIGN_TIME);
    int rc = check_prints(&tool->opts, err);
    if (rc == SIGNET_OK) {
        rc = signet_sign_verdict_check(&tool->opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = stamps ? signet_sign_time_check(&run, err) : check_usage(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_verdict_read(&run, &verdict, err);
    }
    if (rc == SIGNET_OK && run.key == NULL && signet_opts_has(&tool->opts, SIGNET_SIGN_BIND)) {
        rc = print_bound(&run, err);
        signet_ignores_free(&run.ignores);
        return rc;
    }
    if (rc == SIGNET_OK && run.key != NULL) {
        rc = signet_sign_key_open(tool, signet_opts_value(&tool->opts, SIGNET_SIGN_KEY), &key, err);
    }
    if (rc == SIGNET_OK &&
        (signet_opts_has(&tool->opts, SIGNET_SIGN_REUSE) ||
         (run.key != NULL && signet_opts_has(&tool->opts, SIGNET_SIGN_ADD_TO)))) {
        rc = settle_key(&run, err); /* before the old signature, and that before the files */
    }
    if (rc == SIGNET_OK) {
        rc = stamps ? signet_sign_time(&run, err) : sign_all(&run, err);
    }
    signet_ignores_free(&run.ignores);
    signet_sign_attest_free(&run.attest);
    signet_sign_verdict_free(&verdict);
    free(run.at);
    signet_sign_key_close(&key);
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
