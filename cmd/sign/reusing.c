/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --reuse: the old signature, and the file in which digests are kept from one signing
 * to the next. Owns their places and what is said of them; what may be reused is the library's.
 */
#include "sign/reusing.h"

#include <fcntl.h>
#include <signet/io.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/state.h"
#include "sign/sign.h"

/* The name of what is kept for a folder: its resolved path may be too long, or secret. */
static int
name_kept(struct signet_tool *tool, const char *folder, char **path, struct signet_err *err)
{
    struct signet_digest digest;
    char hex[SIGNET_DIGEST_HEX];
    char name[SIGNET_DIGEST_HEX + sizeof(".digests")];
    char *resolved = realpath(folder, NULL);
    int rc = resolved != NULL
                 ? signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_str(resolved), &digest, err)
                 : signet_err_set(err, SIGNET_E_IO, "the folder has no path any more");
    free(resolved);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (snprintf(name, sizeof(name), "%s.digests", signet_digest_hex(&digest, hex)) < 0) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "cannot make a name");
    }
    return signet_state_path(tool, name, path, err);
}

/* What is kept is written after the signing, so in the folder it must be left out. */
static int check_outside(const struct signet_sign_run *run,
                         const char *path,
                         const char *folder,
                         struct signet_err *err)
{
    char *inside = NULL;
    int rc = signet_state_inside(path, folder, &inside, err);
    if (rc == SIGNET_OK && inside != NULL && !signet_ignores_cover(&run->ignores, inside)) {
        rc = signet_err_set(err, SIGNET_E_FORBIDDEN,
                            "lies inside, where nothing may change after the signing unless "
                            "--ignore leaves it out");
        signet_tool_name(err, path);
    }
    free(inside);
    return rc;
}

static int read_boot(char boot[SIGNET_REUSE_BOOT], struct signet_err *err)
{
    static const char path[] = "/proc/sys/kernel/random/boot_id";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t got = fd >= 0 ? read(fd, boot, SIGNET_REUSE_BOOT) : -1;
    if (fd >= 0) {
        close(fd);
    }
    return got == SIGNET_REUSE_BOOT ? SIGNET_OK
                                    : signet_err_set(err, SIGNET_E_IO, "%s: cannot be read", path);
}

/* What is known from the last time; without it everything is read, which costs time and nothing
 * else. */
static int load(const struct signet_sign_run *run,
                const char *folder,
                struct signet_sign_reuse *reuse,
                struct signet_err *err)
{
    char boot[SIGNET_REUSE_BOOT];
    char *path = NULL;
    uint64_t most = signet_reuse_size(run->tool->limits.entries);
    int rc = read_boot(boot, err);
    if (rc == SIGNET_OK) {
        rc = name_kept(run->tool, folder, &path, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_outside(run, path, folder, err);
    }
    if (rc != SIGNET_OK) {
        free(path);
        return rc;
    }
    reuse->path = path;
    rc = signet_state_read(path, most, &reuse->kept, err);
    int loaded =
        signet_reuse_load(reuse->reuse, signet_span_of((const uint8_t *)boot, sizeof(boot)),
                          signet_buf_span(&reuse->kept), err);
    if (loaded != SIGNET_OK) {
        signet_tool_name(err, reuse->path);
    }
    return rc == SIGNET_OK ? loaded : rc;
}

static void load_and_tell(const struct signet_sign_run *run, struct signet_sign_item *item)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_tool *tool = run->tool;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = load(run, item->path, &item->reuse, &why);
    signet_utf8_show(signet_span_str(item->path), shown);
    if (rc == SIGNET_E_STALE) {
        signet_tool_detail(tool, "%s: %s; every file is read", shown, why.msg);
    } else if (rc != SIGNET_OK) {
        signet_tool_note(tool, "%s: %s; every file is read", shown, why.msg);
    } else if (item->reuse.kept.len == 0) {
        signet_tool_detail(tool, "%s: no digests kept from before; every file is read", shown);
    }
}

static int verify_old(struct signet_tool *tool,
                      const char *old,
                      const struct signet_seckey *key,
                      struct signet_reuse **reuse,
                      struct signet_err *err)
{
    struct signet_signature_file file = {.name = old};
    int rc = signet_io_read(old, tool->limits.bundle, &file.text, err);
    if (rc == SIGNET_OK) {
        rc = signet_reuse_new(&file, signet_seckey_public(key), &tool->limits, NULL, reuse, err);
    }
    signet_buf_free(&file.text);
    if (rc != SIGNET_OK) {
        tool->hint = "without --reuse every file is read, and no old signature is needed";
    }
    return rc;
}

int signet_sign_reuse_check(const struct signet_sign_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    static const int others[] = {SIGNET_SIGN_DRY_RUN, SIGNET_SIGN_CONTENTS, SIGNET_SIGN_SHARD_SIZE};
    static const char *const texts[] = {
        "option --reuse verifies with the key, which --dry-run does without",
        "option --reuse goes with a folder, not with --contents",
        "option --reuse goes with whole files, not with --shard-size"};
    if (!signet_opts_has(opts, SIGNET_SIGN_REUSE)) {
        return SIGNET_OK;
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (signet_opts_has(opts, others[i])) {
            return signet_err_set(err, SIGNET_E_USAGE, "%s", texts[i]);
        }
    }
    return run->alg == SIGNET_DIGEST_SHA256
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE, "option --reuse goes with sha256 alone");
}

int signet_sign_reuse_open(const struct signet_sign_run *run,
                           struct signet_sign_item *item,
                           struct signet_err *err)
{
    const char *old = signet_opts_value(&run->tool->opts, SIGNET_SIGN_REUSE);
    if (old == NULL) {
        return SIGNET_OK;
    }
    if (signet_artifact_kind(item->artifact) != SIGNET_ARTIFACT_BUNDLE) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --reuse goes with a folder");
    }
    int rc = verify_old(run->tool, old, run->key->seckey, &item->reuse.reuse, err);
    if (rc == SIGNET_OK) {
        load_and_tell(run, item);
    }
    return rc;
}

void signet_sign_reuse_keep(const struct signet_sign_run *run, const struct signet_sign_item *item)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_sign_reuse *reuse = &item->reuse;
    struct signet_span saved;
    struct signet_err why;
    uint64_t bytes = 0;
    if (reuse->reuse == NULL) {
        return;
    }
    size_t digests = signet_reuse_count(reuse->reuse, &bytes);
    signet_utf8_show(signet_span_str(item->path), shown);
    signet_tool_note(run->tool, "%s: reused: %zu of %zu digests, %llu bytes", shown, digests,
                     signet_signing_manifest(item->signing)->count, (unsigned long long)bytes);
    if (reuse->path == NULL) {
        return;
    }
    signet_err_clear(&why);
    int rc = signet_reuse_save(reuse->reuse, &saved, &why);
    if (rc == SIGNET_OK) {
        rc = signet_state_write(reuse->path, saved, &why);
    }
    if (rc != SIGNET_OK) {
        signet_tool_note(run->tool, "%s: %s; no digests are kept for the next time", shown,
                         why.msg);
    }
}

void signet_sign_reuse_report(const struct signet_sign_run *run,
                              const struct signet_sign_item *item)
{
    struct signet_jsonout *json = &run->tool->body;
    uint64_t bytes = 0;
    if (item == NULL || item->reuse.reuse == NULL || item->signing == NULL) {
        signet_jsonout_null(json, "reused");
        return;
    }
    size_t digests = signet_reuse_count(item->reuse.reuse, &bytes);
    signet_jsonout_open_object(json, "reused");
    signet_jsonout_number(json, "digests", digests);
    signet_jsonout_number(json, "of", signet_signing_manifest(item->signing)->count);
    signet_jsonout_number(json, "bytes", bytes);
    signet_jsonout_close_object(json);
}

void signet_sign_reuse_close(struct signet_sign_reuse *reuse)
{
    signet_reuse_free(reuse->reuse);
    signet_buf_free(&reuse->kept);
    free(reuse->path);
}
