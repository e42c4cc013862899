/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-key root: authors trust roots. Owns its command line, which has options and a --help of
 * its own, and shows roots; what makes a root is the library's.
 */
#include "key/root.h"

#include <signet/io.h>
#include <signet/text.h>

enum {
    INIT = 1,
    ADD = 2,
    REMOVE = 4,
    THRESHOLD = 8,
    RETIRE = 16,
    REVOKE = 32,
    NEXT = 64,
    SIGN = 128,
    SHOW = 256,
    ANY_NUMBER = 1 << 20
};

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_ROOT_KEY,
     .short_name = 'k',
     .repeat = true,
     .verbs = INIT | ADD | REMOVE | RETIRE | REVOKE | SIGN,
     .name = "key",
     .arg = "KEY",
     .help = "public, as above; for sign the secret one"},
    {.id = SIGNET_ROOT_OUTPUT,
     .short_name = 'o',
     .verbs = INIT | NEXT,
     .name = "output",
     .arg = "FILE",
     .help = "where the draft goes [VERSION.root.json]"},
    {.id = SIGNET_ROOT_FORCE,
     .verbs = INIT | NEXT,
     .name = "force",
     .help = "replace an existing output"},
    {.id = SIGNET_ROOT_EXPIRES,
     .verbs = INIT | NEXT,
     .name = "expires",
     .arg = "WHEN",
     .help = "when it ends [P365D; as long as before]"},
    {.id = SIGNET_ROOT_OWNER,
     .verbs = ADD,
     .name = "owner",
     .arg = "NAME",
     .help = "whose key it is [name of its file]"},
    {.id = SIGNET_ROOT_USES,
     .verbs = ADD,
     .name = "uses",
     .arg = "LIST",
     .help = "formats it may sign in [bundle,dsse]"},
    {.id = SIGNET_ROOT_NOT_BEFORE,
     .verbs = ADD,
     .name = "not-before",
     .arg = "WHEN",
     .help = "it counts from then on"},
    {.id = SIGNET_ROOT_NOT_AFTER,
     .verbs = ADD,
     .name = "not-after",
     .arg = "WHEN",
     .help = "it counts until then"},
    {.id = SIGNET_ROOT_AT,
     .verbs = RETIRE | REVOKE,
     .name = "at",
     .arg = "WHEN",
     .help = "since when [now]"},
    {.id = SIGNET_OPT_PASSPHRASE_FILE,
     .verbs = SIGN,
     .name = "passphrase-file",
     .arg = "FILE",
     .help = "read the passphrase from FILE, one line"},
    {.id = SIGNET_OPT_PASSPHRASE_FD,
     .verbs = SIGN,
     .name = "passphrase-fd",
     .arg = "N",
     .help = "read it from descriptor N"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const char *const usage[] = {
    "init -k ROLE:PUB... [-o DRAFT] [--expires WHEN]",
    "add -k ROLE:PUB... [--owner NAME] [options] DRAFT",
    "remove -k [ROLE:]ID|PUB... DRAFT",
    "threshold ROLE:N... DRAFT",
    "retire|revoke -k ID|PUB... [--at WHEN] DRAFT",
    "next [-o DRAFT] [--expires WHEN] ROOT",
    "sign -k KEY DRAFT|ROOT",
    "show DRAFT|ROOT|-",
    NULL,
};

static const char *const examples[] = {
    "signet-key root init -k root:alice.pub -k root:bob.pub -k policy:carol.pub",
    "signet-key root threshold root:2 1.root.json",
    "signet-key root sign -k alice.key 1.root.json     then bob the same file",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-key root",
             .summary = "Write down whose keys may sign what, and sign it. Roles root and policy "
                        "must be,\nothers are as policies name them. WHEN is 2027-01-31T00:00:00Z, "
                        "P90D or PT12H.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-key/1",
    .options = options,
};

static int show(struct signet_key_root *run)
{
    struct signet_tool *tool = &run->key.tool;
    struct signet_root_draft *draft = NULL;
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    int rc = signet_key_root_read(run, &draft);
    if (rc == SIGNET_OK) {
        signet_root_draft_member(draft, &tool->body);
        rc = signet_root_draft_text(draft, &text);
    }
    if (rc == SIGNET_OK && !tool->json) {
        rc = signet_io_write("-", signet_buf_span(&text), 0, true, &run->key.err);
    }
    signet_buf_free(&text);
    signet_root_draft_free(draft);
    return rc;
}

struct verb {
    const char *name;
    unsigned mask;
    size_t least; /* operands */
    size_t most;
    const char *expected;
    int (*run)(struct signet_key_root *run);
};

static const struct verb verbs[] = {
    {"init", INIT, 0, 0, NULL, signet_key_root_init},
    {"add", ADD, 1, 1, "a DRAFT", signet_key_root_add},
    {"remove", REMOVE, 1, 1, "a DRAFT", signet_key_root_remove},
    {"threshold", THRESHOLD, 2, ANY_NUMBER, "ROLE:N and a DRAFT", signet_key_root_threshold},
    {"retire", RETIRE, 1, 1, "a DRAFT", signet_key_root_retire},
    {"revoke", REVOKE, 1, 1, "a DRAFT", signet_key_root_revoke},
    {"next", NEXT, 1, 1, "a ROOT", signet_key_root_next},
    {"sign", SIGN, 1, 1, "a DRAFT or ROOT", signet_key_root_sign},
    {"show", SHOW, 1, 1, "a DRAFT or ROOT", show},
};

static int wrong_usage(struct signet_key_root *run, const char *expected, const char *found)
{
    char shown[SIGNET_SHOW_MAX];
    return found == NULL
               ? signet_err_set(&run->key.err, SIGNET_E_USAGE, "expected %s, found nothing",
                                expected)
               : signet_err_set(&run->key.err, SIGNET_E_USAGE, "expected %s, found \"%s\"",
                                expected, signet_utf8_show(signet_span_str(found), shown));
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

/* Checks the operands against the verb, which is the first of them; the root is the last. */
static int take_verb(struct signet_key_root *run, const struct verb **verb)
{
    static const char words[] = "init, add, remove, threshold, retire, revoke, next, sign or show";
    const struct signet_opts *opts = &run->key.tool.opts;
    if (opts->operand_count == 0) {
        return wrong_usage(run, words, NULL);
    }
    *verb = find_verb(opts->operands[0]);
    const size_t count = opts->operand_count - 1;
    if (*verb == NULL) {
        return wrong_usage(run, words, opts->operands[0]);
    }
    if (count < (*verb)->least) {
        return wrong_usage(run, (*verb)->expected, NULL);
    }
    if (count > (*verb)->most) {
        return wrong_usage(run, "no more operands", opts->operands[(*verb)->most + 1]);
    }
    run->key.path = count > 0 ? opts->operands[count] : NULL;
    return signet_opts_check_verb(opts, (*verb)->mask, (*verb)->name, &run->key.err);
}

int signet_key_root_read(struct signet_key_root *run, struct signet_root_draft **draft)
{
    struct signet_key *key = &run->key;
    struct signet_buf text;
    int rc = signet_io_read(key->path, key->tool.limits.envelope, &text, &key->err);
    if (rc == SIGNET_OK) {
        rc = signet_root_draft_read(&text, &key->tool.limits, draft, &key->err);
        rc = rc == SIGNET_OK ? rc : signet_key_blame_file(key, rc);
    }
    signet_buf_free(&text);
    return rc;
}

int signet_key_root_time(struct signet_key_root *run, int option, int64_t *seconds)
{
    char shown[SIGNET_SHOW_MAX];
    const char *text = signet_opts_value(&run->key.tool.opts, option);
    return text == NULL || signet_root_time(text, run->now, seconds)
               ? SIGNET_OK
               : signet_err_set(&run->key.err, SIGNET_E_USAGE,
                                "expected a time as 2027-01-31T00:00:00Z, P90D or PT12H, found "
                                "\"%s\"",
                                signet_utf8_show(signet_span_str(text), shown));
}

int signet_key_root_main(int argc, char *const *argv, int64_t now)
{
    struct signet_key_root run;
    const struct verb *verb = NULL;
    memset(&run, 0, sizeof(run));
    signet_err_clear(&run.key.err);
    run.now = now;
    if (signet_tool_start(&run.key.tool, &info, argc, argv)) {
        int rc = take_verb(&run, &verb);
        if (rc == SIGNET_OK) {
            rc = verb->run(&run);
        }
        if (rc != SIGNET_OK) {
            signet_key_fail(&run.key, rc);
        }
    }
    return signet_tool_finish(&run.key.tool);
}
