/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-verify: says whether artifacts carry valid signatures by given keys. Owns the command
 * line and the way through the operands; the decision is the library's.
 */
#include <signet/text.h>
#include <stdlib.h>
#include <time.h>

#include "common/operands.h"
#include "common/say.h"
#include "common/trust.h"
#include "verify/verify.h"

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_VERIFY_KEY,
     .short_name = 'k',
     .name = "key",
     .arg = "PUB",
     .repeat = true,
     .help = "a public key that may have signed"},
    {.id = SIGNET_OPT_SIGNATURE,
     .short_name = 's',
     .name = "signature",
     .arg = "SIG",
     .repeat = true,
     .help = "a signature file [all beside PATH]; repeatable"},
    {.id = SIGNET_VERIFY_THRESHOLD,
     .name = "threshold",
     .arg = "N",
     .help = "different keys that must have signed [1]"},
    {.id = SIGNET_OPT_POLICY,
     .name = "policy",
     .arg = "FILE",
     .help = "a signed policy that says who must have signed"},
    {.id = SIGNET_OPT_ROOT,
     .name = "root",
     .arg = "FILE|DIR",
     .help = "the trust root for --policy, or N.root.json"},
    {.id = SIGNET_OPT_STATE,
     .rare = true,
     .name = "state",
     .arg = "FILE",
     .help = "remembers the versions seen [in the user's state]"},
    {.id = SIGNET_VERIFY_EXPECT,
     .name = "expect",
     .arg = "NAME[@VERSION]",
     .help = "pass only as this signed release"},
    {.id = SIGNET_OPT_EXPLAIN,
     .rare = true,
     .name = "explain",
     .help = "say how the policy came to its verdict"},
    {.id = SIGNET_VERIFY_ACCEPT_IGNORED,
     .rare = true,
     .name = "accept-ignored",
     .arg = "PATH",
     .repeat = true,
     .help = "let PATH exist that the signature leaves out"},
    {.id = SIGNET_VERIFY_STRIP,
     .rare = true,
     .name = "strip",
     .arg = "N",
     .help = "take N folders off the names in an archive"},
    {.id = SIGNET_VERIFY_AT,
     .name = "at",
     .arg = "PLACE",
     .help = "verify this part of a BOM: bom-ref or JSON pointer"},
    {.id = SIGNET_VERIFY_ONLY,
     .name = "only",
     .arg = "NAME",
     .repeat = true,
     .help = "verify this entry or folder of PATH alone"},
    {.id = SIGNET_VERIFY_BOM,
     .name = "bom",
     .arg = "BOM",
     .help = "PATH is the model that BOM lists"},
    {.id = SIGNET_VERIFY_EXTRACT,
     .name = "extract",
     .arg = "DIR",
     .help = "write what was verified to a new folder"},
    {.id = SIGNET_VERIFY_LINT,
     .rare = true,
     .name = "lint",
     .help = "say what is wrong with --policy, verify nothing"},
    {.id = SIGNET_VERIFY_INSPECT,
     .name = "inspect",
     .arg = "FILE",
     .help = "print what a signature file claims, UNVERIFIED"},
    {.id = SIGNET_VERIFY_PRINT_STATEMENT,
     .rare = true,
     .name = "print-statement",
     .help = "print the verified statement, not the verdict"},
    {.id = SIGNET_VERIFY_PACK,
     .rare = true,
     .name = "pack",
     .arg = "OUT.tar",
     .help = "write what was needed to verify to a file"},
    {.id = SIGNET_VERIFY_FORCE,
     .rare = true,
     .name = "force",
     .help = "replace OUT.tar if it exists"},
    {.id = SIGNET_VERIFY_UNPACK,
     .rare = true,
     .name = "unpack",
     .arg = "IN.tar",
     .help = "verify by the policy and evidence in a pack"},
    {.id = SIGNET_VERIFY_POLICY_NAME,
     .rare = true,
     .name = "policy-name",
     .arg = "NAME",
     .help = "what the policy in IN.tar must be called"},
    {.id = SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED,
     .rare = true,
     .name = "insecure-ignore-unsigned",
     .help = "let entries exist that are not signed"},
    {.id = SIGNET_VERIFY_INSECURE_ALLOW_EXCLUDES,
     .rare = true,
     .name = "insecure-allow-excludes",
     .arg = "NAME",
     .repeat = true,
     .help = "let a signature leave out this member of a BOM"},
    {.id = SIGNET_OPT_INSECURE_UNSIGNED_POLICY,
     .rare = true,
     .name = "insecure-unsigned-policy",
     .help = "take a policy that nobody signed"},
    {.id = SIGNET_OPT_INSECURE_NO_STATE,
     .rare = true,
     .name = "insecure-no-state",
     .help = "remember no versions, so that old ones pass"},
    {.id = SIGNET_OPT_INSECURE_VERIFY_TIME,
     .rare = true,
     .name = "insecure-verify-time",
     .arg = "TIME",
     .help = "judge by the policy as if it were TIME"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const char *const usage[] = {
    "[-s SIG]... (-k PUB... | --policy FILE --root ROOT) PATH...",
    "--unpack IN.tar --policy-name NAME --root ROOT PATH...",
    "-k PUB... (--only NAME... | --at PLACE | --bom BOM) PATH",
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

/* The switches that weaken a check, in the order in which they are reported. */
static const struct signet_insecure insecure[] = {
    {SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED, "--insecure-ignore-unsigned",
     "entries that nobody signed pass"},
    {SIGNET_VERIFY_INSECURE_ALLOW_EXCLUDES, "--insecure-allow-excludes",
     "members of a document that nobody signed pass"},
    {SIGNET_OPT_INSECURE_UNSIGNED_POLICY, "--insecure-unsigned-policy",
     "whoever wrote the policy decides what passes"},
    {SIGNET_OPT_INSECURE_NO_STATE, "--insecure-no-state",
     "an older root or policy passes for the newest"},
    {SIGNET_OPT_INSECURE_VERIFY_TIME, "--insecure-verify-time",
     "what expired since then, or was not valid yet, passes"},
    {0, NULL, NULL},
};

/* Options about entries that --only does not look at, and the statement, which is about them all.
 */
static int check_only(const struct signet_opts *opts, struct signet_err *err)
{
    static const int whole[] = {SIGNET_VERIFY_PRINT_STATEMENT, SIGNET_VERIFY_ACCEPT_IGNORED,
                                SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED, 0};
    return signet_opts_apart(opts, SIGNET_VERIFY_ONLY, whole, err);
}

/* A part of a document is signed inside it, and is no file. */
static int check_at(const struct signet_opts *opts, struct signet_err *err)
{
    static const int others[] = {
        SIGNET_OPT_SIGNATURE,  SIGNET_VERIFY_PRINT_STATEMENT,          SIGNET_VERIFY_EXPECT,
        SIGNET_VERIFY_ONLY,    SIGNET_VERIFY_ACCEPT_IGNORED,           SIGNET_VERIFY_STRIP,
        SIGNET_VERIFY_EXTRACT, SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED, 0};
    return signet_opts_apart(opts, SIGNET_VERIFY_AT, others, err);
}

/* What a BOM lists is verified whole, and by what its signers said. */
static int check_bom(const struct signet_opts *opts, struct signet_err *err)
{
    static const int others[] = {SIGNET_VERIFY_PRINT_STATEMENT,
                                 SIGNET_VERIFY_ONLY,
                                 SIGNET_VERIFY_EXPECT,
                                 SIGNET_VERIFY_AT,
                                 SIGNET_VERIFY_INSECURE_ALLOW_EXCLUDES,
                                 0};
    return signet_opts_apart(opts, SIGNET_VERIFY_BOM, others, err);
}

/* What a policy has the say in, also one that the environment names. */
static int check_with_policy(const struct signet_opts *opts, struct signet_err *err)
{
    static const int others[] = {SIGNET_VERIFY_KEY,
                                 SIGNET_VERIFY_THRESHOLD,
                                 SIGNET_VERIFY_AT,
                                 SIGNET_VERIFY_ACCEPT_IGNORED,
                                 SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED,
                                 SIGNET_VERIFY_BOM,
                                 0};
    for (size_t i = 0; !signet_opts_has(opts, SIGNET_OPT_POLICY) && others[i] != 0; i++) {
        if (signet_opts_has(opts, others[i])) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "SIGNET_POLICY names a policy, which excludes --threshold, --at, "
                                  "--accept-ignored, --insecure-ignore-unsigned and --bom");
        }
    }
    return signet_opts_apart(opts, SIGNET_OPT_POLICY, others, err);
}

/* Keys or a policy, and a policy by a root. */
static int check_trust(const struct signet_verify_run *run, struct signet_err *err)
{
    static const struct {
        int id;
        const char *name;
    } for_policies[] = {
        {SIGNET_OPT_STATE, "--state"},
        {SIGNET_OPT_EXPLAIN, "--explain"},
        {SIGNET_OPT_INSECURE_VERIFY_TIME, "--insecure-verify-time"},
        {SIGNET_OPT_INSECURE_UNSIGNED_POLICY, "--insecure-unsigned-policy"},
        {SIGNET_OPT_INSECURE_NO_STATE, "--insecure-no-state"},
    };
    static const int states[] = {SIGNET_OPT_STATE, SIGNET_OPT_INSECURE_NO_STATE, 0};
    const struct signet_opts *opts = &run->tool->opts;
    const bool unpacks = signet_opts_has(opts, SIGNET_VERIFY_UNPACK);
    const bool policy = unpacks || run->names.policy != NULL;
    int rc = signet_verify_check_pack(run, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!policy && !signet_opts_has(opts, SIGNET_VERIFY_KEY)) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "no key to verify with: pass the signer's public key with -k PUB, or a policy with "
            "--policy and --root; a key inside a signature proves nothing");
    }
    if (policy != (run->names.root != NULL)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "options --policy and --root go together: the policy is judged by "
                              "the root");
    }
    for (size_t i = 0; !policy && i < sizeof(for_policies) / sizeof(for_policies[0]); i++) {
        if (signet_opts_has(opts, for_policies[i].id)) {
            return signet_err_set(err, SIGNET_E_USAGE, "option %s is for --policy",
                                  for_policies[i].name);
        }
    }
    rc = signet_opts_at_most_one(opts, states, err);
    return rc == SIGNET_OK && policy && !unpacks ? check_with_policy(opts, err) : rc;
}

static int check_usage(const struct signet_verify_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    static const int of_one_path[] = {SIGNET_OPT_SIGNATURE,
                                      SIGNET_VERIFY_PRINT_STATEMENT,
                                      SIGNET_VERIFY_ONLY,
                                      SIGNET_VERIFY_EXTRACT,
                                      SIGNET_VERIFY_AT,
                                      SIGNET_VERIFY_BOM,
                                      0};
    int rc = signet_operands_check(opts, "verify", "verified", err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = check_trust(run, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_opts_one_operand(opts, of_one_path, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signet_opts_has(opts, SIGNET_OPT_JSON) &&
        signet_opts_has(opts, SIGNET_VERIFY_PRINT_STATEMENT)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "options --json and --print-statement would share standard output");
    }
    rc = check_only(opts, err);
    if (rc == SIGNET_OK) {
        rc = check_at(opts, err);
    }
    return rc == SIGNET_OK ? check_bom(opts, err) : rc;
}

/* The values of a repeated option as a list that ends with NULL; the caller frees it. */
static int
read_list(const struct signet_opts *opts, int id, const char ***list, struct signet_err *err)
{
    const char *value = NULL;
    size_t at = 0;
    size_t count = 0;
    *list = calloc(signet_opts_count(opts, id) + 1, sizeof(**list));
    if (*list == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    while ((value = signet_opts_next(opts, id, &at)) != NULL) {
        (*list)[count++] = value;
    }
    return SIGNET_OK;
}

static int read_strip(struct signet_verify_run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *count = signet_opts_value(&run->tool->opts, SIGNET_VERIFY_STRIP);
    if (count == NULL) {
        return SIGNET_OK;
    }
    run->strip.rule = SIGNET_STRIP_COUNT;
    if (signet_num_parse(signet_span_str(count), &run->strip.count) != SIGNET_OK) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --strip: expected a number of folders, found \"%s\"",
                              signet_utf8_show(signet_span_str(count), shown));
    }
    return SIGNET_OK;
}

static int read_lists(struct signet_verify_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    int rc = read_list(opts, SIGNET_VERIFY_ACCEPT_IGNORED, &run->accept_ignored, err);
    if (rc == SIGNET_OK && signet_opts_has(opts, SIGNET_VERIFY_ONLY)) {
        rc = read_list(opts, SIGNET_VERIFY_ONLY, &run->only, err);
    }
    if (rc == SIGNET_OK && signet_opts_has(opts, SIGNET_VERIFY_AT)) {
        rc = read_list(opts, SIGNET_VERIFY_AT, &run->at, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_list(opts, SIGNET_VERIFY_INSECURE_ALLOW_EXCLUDES, &run->allow_excludes, err);
    }
    return rc;
}

/* The BOM first, and the model by what was found out about it. */
static int verify_bound(struct signet_verify_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    struct signet_verify_operand bom = {
        .path = signet_opts_value(opts, SIGNET_VERIFY_BOM),
        .role = SIGNET_VERIFY_THE_BOM,
        .other = opts->operands[0],
    };
    int rc = signet_verify_item(run, &bom, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_verify_operand model = {
        .path = opts->operands[0],
        .role = SIGNET_VERIFY_THE_MODEL,
        .bom = run->all.results[0],
        .other = bom.path,
    };
    return signet_verify_item(run, &model, err);
}

static int verify_operand(void *ctx, const char *path, struct signet_err *err)
{
    const struct signet_verify_operand operand = {.path = path};
    return signet_verify_item(ctx, &operand, err);
}

/* What --print-statement asks for, of what passed. */
static void print_statement(const struct signet_verify_run *run)
{
    struct signet_err err;
    signet_err_clear(&err);
    struct signet_span statement = run->all.count > 0
                                       ? signet_verification_statement(run->all.results[0])
                                       : signet_span_str("");
    if (statement.len > 0 && signet_say_result(statement, &err) != SIGNET_OK) {
        signet_tool_fail(run->tool, &err, NULL);
    }
}

static int verify_all(struct signet_verify_run *run, struct signet_err *err)
{
    const struct signet_tool *tool = run->tool;
    signet_verifying_init(&run->all, run->tool, insecure);
    int rc = signet_opts_has(&tool->opts, SIGNET_VERIFY_BOM)
                 ? verify_bound(run, err)
                 : signet_verifying_operands(&run->all, verify_operand, run, err);
    if (rc == SIGNET_OK) {
        rc = signet_verify_write_pack(run, err);
    }
    if (rc == SIGNET_OK) {
        signet_verifying_report(&run->all, (int64_t)time(NULL));
    }
    if (rc == SIGNET_OK && signet_opts_has(&tool->opts, SIGNET_VERIFY_PRINT_STATEMENT)) {
        print_statement(run);
    } else if (rc == SIGNET_OK && !tool->quiet && !tool->json) {
        signet_verifying_print(&run->all);
    }
    signet_verifying_free(&run->all);
    return rc;
}

static int read_signers(struct signet_verify_run *run, struct signet_err *err)
{
    int rc = signet_verify_open_pack(run, err);
    if (run->names.policy != NULL || run->names.unpacked != NULL) {
        rc = rc == SIGNET_OK ? signet_tool_trust_by(run->tool, &run->names, &run->trust, err) : rc;
        return rc == SIGNET_OK ? signet_tool_evidence(run->tool, run->trust, run->names.unpacked,
                                                      &run->store, err)
                               : rc;
    }
    rc = signet_verify_read_keys(run, err);
    return rc == SIGNET_OK ? signet_verify_read_threshold(run, err) : rc;
}

static int verify(struct signet_tool *tool, struct signet_err *err)
{
    /* Who names keys or a pack means them, whatever the environment names. */
    struct signet_verify_run run = {
        .tool = tool,
        .names =
            signet_tool_trust_names(tool, !signet_opts_has(&tool->opts, SIGNET_VERIFY_KEY) &&
                                              !signet_opts_has(&tool->opts, SIGNET_VERIFY_UNPACK)),
    };
    int rc = check_usage(&run, err);
    if (rc == SIGNET_OK) {
        rc = read_signers(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_verify_read_expected(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_strip(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_lists(&run, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify_all(&run, err);
    }
    free(run.expected);
    free(run.only);
    free(run.at);
    free(run.allow_excludes);
    free(run.accept_ignored);
    free(run.keys);
    signet_store_close(run.store);
    signet_output_free(run.packing);
    signet_pack_free(&run.pack);
    signet_trust_free(run.trust);
    return rc;
}

int main(int argc, char **argv)
{
    struct signet_tool tool;
    struct signet_err err;
    signet_err_clear(&err);
    if (signet_tool_start(&tool, &info, argc, argv)) {
        int rc = signet_opts_has(&tool.opts, SIGNET_VERIFY_INSPECT)
                     ? signet_verify_inspect(&tool, &err)
                 : signet_opts_has(&tool.opts, SIGNET_VERIFY_LINT) ? signet_verify_lint(&tool, &err)
                                                                   : verify(&tool, &err);
        if (rc != SIGNET_OK) {
            signet_err_set(&err, rc, "%s", signet_err_meaning(rc));
            signet_tool_fail(&tool, &err,
                             err.code == SIGNET_E_UNSUPPORTED &&
                                     signet_opts_has(&tool.opts, SIGNET_VERIFY_INSPECT)
                                 ? "a BOM that is signed inside is no signature file: -k PUB BOM "
                                   "verifies it"
                                 : NULL);
        }
    }
    return signet_tool_finish(&tool);
}
