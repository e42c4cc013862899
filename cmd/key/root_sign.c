/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-key root sign: one signature more, in the place of the draft or of the file that has
 * others already. Signs as "signet-sign --kind root" does; says how many are still missing.
 */
#include <signet/endorse.h>
#include <signet/io.h>
#include <signet/text.h>
#include <sys/stat.h>

#include "common/signing_key.h"
#include "key/root.h"

static int open_key(struct signet_key_root *run, struct signet_sign_key *key)
{
    const struct signet_opts *opts = &run->key.tool.opts;
    if (signet_opts_count(opts, SIGNET_ROOT_KEY) > 1) {
        return signet_err_set(&run->key.err, SIGNET_E_USAGE,
                              "option --key: expected one secret key; others sign the same file "
                              "after it");
    }
    int rc = signet_sign_key_open(&run->key.tool, signet_opts_value(opts, SIGNET_ROOT_KEY), key,
                                  &run->key.err);
    return rc == SIGNET_OK ? signet_sign_key_settle(key, &run->key.err) : rc;
}

static int write_signed(struct signet_key_root *run,
                        const struct signet_endorsing *endorsing,
                        const struct signet_seckey *seckey)
{
    struct signet_err *err = &run->key.err;
    struct signet_verification *verification = NULL;
    struct signet_output *out = NULL;
    struct stat st;
    const unsigned mode = lstat(run->key.path, &st) == 0 ? (unsigned)st.st_mode & 0777U : 0644U;
    int rc = signet_output_open(run->key.path, mode, true, &out, err);
    if (rc == SIGNET_OK) {
        rc = signet_endorsing_finish(endorsing, seckey, run->key.path, out, &verification, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(out, err);
    }
    signet_verification_free(verification);
    signet_output_free(out);
    return rc;
}

static int sign(struct signet_key_root *run, bool append, const struct signet_seckey *seckey)
{
    struct signet_endorsing *endorsing = NULL;
    struct signet_buf text;
    const struct signet_endorse_opts opts = {
        .size = sizeof(opts),
        .kind = SIGNET_ENDORSE_ROOT,
        .append = append,
        .path = run->key.path,
        .limits = &run->key.tool.limits,
    };
    int rc = signet_io_read(run->key.path, run->key.tool.limits.envelope, &text, &run->key.err);
    if (rc == SIGNET_OK) {
        rc = signet_endorsing_new(&text, &opts, &endorsing, &run->key.err);
    }
    if (rc == SIGNET_OK) {
        rc = write_signed(run, endorsing, seckey);
    }
    signet_buf_free(&text); /* if it was not taken */
    signet_endorsing_free(endorsing);
    return rc;
}

/* What the file is now. A key that has no say in this root may have had one in the root before. */
static void tell(struct signet_key_root *run,
                 const struct signet_root_draft *draft,
                 const struct signet_pubkey *pubkey)
{
    char shown[SIGNET_SHOW_MAX];
    char id[SIGNET_FINGERPRINT_TEXT];
    struct signet_tool *tool = &run->key.tool;
    const uint64_t version = signet_root_draft_version(draft);
    signet_pubkey_fingerprint(pubkey, id);
    signet_utf8_show(signet_span_str(run->key.path), shown);
    signet_jsonout_text(&tool->body, "path", run->key.path);
    signet_key_report(&run->key, pubkey);
    signet_root_draft_member(draft, &tool->body);
    if (!signet_root_draft_has(draft, id, "root")) {
        signet_tool_note(tool,
                         "%s: this key is not in its role root: it counts only if it was in "
                         "the root before",
                         shown);
    }
    signet_tool_note(tool,
                     "%s: root %llu, signed by %zu of the %zu keys of its role root that "
                     "must%s",
                     shown, (unsigned long long)version, signet_root_draft_signers(draft),
                     signet_root_draft_signers_needed(draft),
                     version > 1 ? "; as many as the root before it demands must, too" : "");
}

static int read_and_sign(struct signet_key_root *run, const struct signet_seckey *seckey)
{
    struct signet_root_draft *draft = NULL;
    int rc = signet_key_root_read(run, &draft);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const bool append = signet_root_draft_is_signed(draft);
    signet_root_draft_free(draft);
    draft = NULL;
    rc = sign(run, append, seckey);
    if (rc != SIGNET_OK) {
        return signet_key_blame_file(&run->key, rc);
    }
    rc = signet_key_root_read(run, &draft);
    if (rc == SIGNET_OK) {
        tell(run, draft, signet_seckey_public(seckey));
    }
    signet_root_draft_free(draft);
    return rc;
}

int signet_key_root_sign(struct signet_key_root *run)
{
    struct signet_sign_key key = {NULL, NULL, NULL};
    if (strcmp(run->key.path, "-") == 0) {
        return signet_err_set(&run->key.err, SIGNET_E_USAGE,
                              "expected a file that can be replaced, found \"-\"");
    }
    int rc = open_key(run, &key);
    if (rc == SIGNET_OK) {
        rc = read_and_sign(run, key.seckey);
    }
    signet_sign_key_close(&key);
    return rc;
}
