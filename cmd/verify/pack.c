/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-verify --pack and --unpack: what was needed to verify, in one file, to verify again
 * elsewhere. Owns which options go with that; what is verified is the library's.
 */
#include <signet/io.h>
#include <signet/pack.h>
#include <signet/text.h>
#include <string.h>
#include <unistd.h>

#include "verify/verify.h"

static const char *value_of(const struct signet_verify_run *run, int id)
{
    return signet_opts_value(&run->tool->opts, id);
}

/* The anchor and what the policy is called are the caller's to say: a pack could say anything. */
static int check_unpack(const struct signet_verify_run *run, struct signet_err *err)
{
    static const int others[] = {SIGNET_OPT_POLICY,
                                 SIGNET_OPT_SIGNATURE,
                                 SIGNET_VERIFY_KEY,
                                 SIGNET_VERIFY_THRESHOLD,
                                 SIGNET_VERIFY_AT,
                                 SIGNET_VERIFY_ONLY,
                                 SIGNET_VERIFY_BOM,
                                 SIGNET_VERIFY_ACCEPT_IGNORED,
                                 SIGNET_VERIFY_PACK,
                                 SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED,
                                 SIGNET_OPT_INSECURE_UNSIGNED_POLICY,
                                 0};
    const bool unpacks = value_of(run, SIGNET_VERIFY_UNPACK) != NULL;
    const bool named = value_of(run, SIGNET_VERIFY_POLICY_NAME) != NULL;
    if (unpacks != named || (unpacks && run->names.root == NULL)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --unpack goes with --policy-name and --root, which say what "
                              "is trusted: the pack itself proves nothing");
    }
    return signet_opts_apart(&run->tool->opts, SIGNET_VERIFY_UNPACK, others, err);
}

int signet_verify_check_pack(const struct signet_verify_run *run, struct signet_err *err)
{
    static const int others[] = {SIGNET_VERIFY_ONLY, SIGNET_VERIFY_PRINT_STATEMENT,
                                 SIGNET_OPT_INSECURE_UNSIGNED_POLICY, 0};
    const char *path = value_of(run, SIGNET_VERIFY_PACK);
    int rc = check_unpack(run, err);
    if (rc == SIGNET_OK) {
        rc = signet_opts_apart(&run->tool->opts, SIGNET_VERIFY_PACK, others, err);
    }
    if (rc == SIGNET_OK && path != NULL && run->names.policy == NULL) {
        rc = signet_err_set(err, SIGNET_E_USAGE, "option --pack is for --policy");
    }
    if (rc == SIGNET_OK && path != NULL && strcmp(path, "-") == 0) {
        rc = signet_err_set(err, SIGNET_E_USAGE,
                            "option --pack: a pack and a verdict would share standard output");
    }
    if (rc == SIGNET_OK && path == NULL && signet_opts_has(&run->tool->opts, SIGNET_VERIFY_FORCE)) {
        rc = signet_err_set(err, SIGNET_E_USAGE, "option --force is for --pack");
    }
    return rc;
}

static int read_pack(struct signet_verify_run *run, const char *path, struct signet_err *err)
{
    int fd = -1;
    int rc = signet_io_open(path, &fd, err);
    if (rc == SIGNET_OK) {
        rc = signet_pack_read(fd, path, &run->tool->limits, &run->pack, err);
        close(fd);
    }
    return rc;
}

/* A pack is begun before what goes into it is verified. */
static int begin_pack(struct signet_verify_run *run, const char *path, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < opts->operand_count; i++) {
        rc = signet_verify_check_outside("--pack", path, opts->operands[i], err);
    }
    return rc == SIGNET_OK
               ? signet_output_open(path, 0644, signet_opts_has(opts, SIGNET_VERIFY_FORCE),
                                    &run->packing, err)
               : rc;
}

int signet_verify_open_pack(struct signet_verify_run *run, struct signet_err *err)
{
    const char *from = value_of(run, SIGNET_VERIFY_UNPACK);
    const char *to = value_of(run, SIGNET_VERIFY_PACK);
    if (from != NULL) {
        run->names.unpacked = &run->pack;
        run->names.policy_name = value_of(run, SIGNET_VERIFY_POLICY_NAME);
        return read_pack(run, from, err);
    }
    if (to != NULL) {
        run->names.packing = &run->pack;
        return begin_pack(run, to, err);
    }
    return SIGNET_OK;
}

static bool all_passed(const struct signet_verifying *all)
{
    for (size_t i = 0; i < all->count; i++) {
        if (signet_verification_code(all->results[i]) != SIGNET_OK) {
            return false;
        }
    }
    return all->count > 0;
}

static int write_pack(struct signet_verify_run *run, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < run->all.count; i++) {
        rc = signet_pack_take_evidence(&run->pack, run->all.results[i], &run->tool->limits, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_pack_write(&run->pack, run->packing, err);
    }
    return rc == SIGNET_OK ? signet_output_commit(run->packing, err) : rc;
}

int signet_verify_write_pack(struct signet_verify_run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *path = value_of(run, SIGNET_VERIFY_PACK);
    if (run->packing == NULL || !all_passed(&run->all)) {
        return SIGNET_OK;
    }
    int rc = write_pack(run, err);
    if (rc == SIGNET_OK) {
        signet_jsonout_text(&run->tool->body, "packed", path);
        signet_tool_note(run->tool, "written: %s", signet_utf8_show(signet_span_str(path), shown));
    }
    return rc;
}
