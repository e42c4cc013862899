/* SPDX-License-Identifier: Apache-2.0
 *
 * Where signet-sign puts a signature. Owns its name and what --force may replace; writes nothing.
 */
#include <signet/inspect.h>
#include <signet/io.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/sidecar.h"
#include "sign/sign.h"

/* The ending of a signature of its own, which no other file can have. */
static const char *own_ending(const struct signet_sign_run *run,
                              const struct signet_sign_item *item)
{
    if (strcmp(run->format, "dsse") == 0) {
        return SIGNET_SIDECAR_DSSE;
    }
    return signet_sign_as_bundle(run, item) ? SIGNET_SIDECAR_OMS : SIGNET_SIDECAR_BUNDLE;
}

static int beside(const char *path, const char *added, char **output, struct signet_err *err)
{
    char *base = NULL;
    int rc = signet_sidecar_base(path, &base, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    size_t room = strlen(base) + strlen(added) + 1;
    char *whole = malloc(room);
    if (whole != NULL && snprintf(whole, room, "%s%s", base, added) < 0) {
        free(whole);
        whole = NULL;
    }
    free(base);
    *output = whole;
    return whole != NULL ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

/* Whether a path, which ends as a signature file, is the name of the signature of another file that
 * exists. */
static int check_name(const char *output, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    char *other = strndup(output, strlen(output) - strlen(SIGNET_SIDECAR_BUNDLE));
    if (other == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    int rc = lstat(other, &st) == 0
                 ? signet_err_set(err, SIGNET_E_FORBIDDEN,
                                  "beside PATH it would have the name of the signature of %s, "
                                  "which exists: say where with -o OUT",
                                  signet_utf8_show(signet_span_str(other), shown))
                 : (int)SIGNET_OK;
    free(other);
    return rc;
}

int signet_sign_place_beside(const struct signet_sign_run *run,
                             const struct signet_sign_item *item,
                             const char *ending,
                             char **output,
                             struct signet_err *err)
{
    char *whole = NULL;
    int rc = beside(item->path, ending, &whole, err);
    if (rc == SIGNET_OK && run->key != NULL) {
        rc = check_name(whole, err);
    }
    if (rc == SIGNET_OK) {
        *output = whole;
    } else {
        free(whole);
    }
    return rc;
}

/* The ending of the signature of one more signer: as much of the SHA-256 of the key, as SPKI in
 * DER, as tells signers apart. */
static int key_ending(const struct signet_sign_run *run,
                      char ending[SIGNET_SIGN_ENDING],
                      struct signet_err *err)
{
    char hint[SIGNET_OMS_HINT_TEXT] = "new";
    if (run->key != NULL) {
        signet_pubkey_spki_hint(signet_seckey_public(run->key->seckey), hint);
    }
    int len = snprintf(ending, SIGNET_SIGN_ENDING, ".%.8s" SIGNET_SIDECAR_BUNDLE, hint);
    return len > 0 && len < SIGNET_SIGN_ENDING
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_INTERNAL, "a name is too long");
}

int signet_sign_output(const struct signet_sign_run *run,
                       const struct signet_sign_item *item,
                       char **output,
                       struct signet_err *err)
{
    const char *chosen = signet_opts_value(&run->tool->opts, SIGNET_SIGN_OUTPUT);
    if (chosen == NULL && signet_sign_appends(run)) {
        chosen = item->path;
    }
    if (chosen == NULL) {
        char attestation[SIGNET_SIGN_ENDING];
        if (signet_opts_has(&run->tool->opts, SIGNET_SIGN_ADD_TO)) {
            int rc = key_ending(run, attestation, err);
            return rc == SIGNET_OK ? signet_sign_place_beside(run, item, attestation, output, err)
                                   : rc;
        }
        return signet_sign_attest_ending(run, attestation) != NULL
                   ? signet_sign_place_beside(run, item, attestation, output, err)
                   : beside(item->path, own_ending(run, item), output, err);
    }
    *output = strdup(chosen);
    return *output != NULL ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

bool signet_sign_same_file(const struct stat *file, const char *path)
{
    struct stat st;
    return path != NULL && stat(path, &st) == 0 && st.st_dev == file->st_dev &&
           st.st_ino == file->st_ino;
}

const char *signet_sign_own_path(const struct signet_sign_run *run,
                                 const struct signet_sign_item *item)
{
    const char *bom = signet_opts_value(&run->tool->opts, SIGNET_SIGN_BIND);
    if (signet_sign_in_place(run)) {
        return bom != NULL ? bom : item->path;
    }
    return signet_sign_appends(run) ? item->path : NULL;
}

unsigned signet_sign_mode(const struct signet_sign_run *run, const struct signet_sign_item *item)
{
    struct stat st;
    return lstat(item->output, &st) == 0 &&
                   signet_sign_same_file(&st, signet_sign_own_path(run, item))
               ? (unsigned)st.st_mode & 0777
               : 0644;
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

static bool is_part_manifest(const struct signet_opts *opts, const struct stat *file)
{
    const char *part = NULL;
    size_t at = 0;
    while ((part = signet_opts_next(opts, SIGNET_SIGN_MANIFEST, &at)) != NULL) {
        if (signet_sign_same_file(file, part)) {
            return true;
        }
    }
    return false;
}

/* What a slip with --force would cost: the artifact, the key, what others computed for hours, or a
 * file of the bundle. */
static const char *precious(const struct signet_sign_run *run,
                            const struct signet_sign_item *item,
                            const char *output,
                            const struct stat *file)
{
    char *inside = NULL;
    if (signet_sign_same_file(file, signet_sign_own_path(run, item))) {
        return NULL;
    }
    if (signet_sign_same_file(file, item->path)) {
        return "what is to be signed";
    }
    const char *key = signet_opts_value(&run->tool->opts, SIGNET_SIGN_KEY);
    if (signet_sign_same_file(file, key != NULL ? key : getenv("SIGNET_KEY"))) {
        return "the key";
    }
    if (is_part_manifest(&run->tool->opts, file)) {
        return "a part manifest";
    }
    if (signet_sign_same_file(file, signet_opts_value(&run->tool->opts, SIGNET_SIGN_PREDICATE))) {
        return "the predicate";
    }
    if (signet_sign_same_file(file, signet_opts_value(&run->tool->opts, SIGNET_SIGN_ADD_TO))) {
        return "the signature to add to";
    }
    bool content = signet_artifact_kind(item->artifact) == SIGNET_ARTIFACT_BUNDLE &&
                   signet_sidecar_inside(output, item->path, &inside, NULL) == SIGNET_OK &&
                   inside != NULL && !is_signature_file(output, &run->tool->limits);
    free(inside);
    return content ? "a file of the bundle and no signature" : NULL;
}

int signet_sign_check_output(const struct signet_sign_run *run,
                             const struct signet_sign_item *item,
                             const char *output,
                             struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    if (strcmp(output, "-") == 0 || lstat(output, &st) != 0) {
        return SIGNET_OK;
    }
    signet_utf8_show(signet_span_str(output), shown);
    if (S_ISDIR(st.st_mode)) {
        return signet_err_set(err, SIGNET_E_USAGE, "%s: expected a file name, found a directory",
                              shown);
    }
    if (!signet_opts_has(&run->tool->opts, SIGNET_SIGN_FORCE)) {
        return signet_err_set(err, SIGNET_E_EXISTS, "%s: exists", shown);
    }
    const char *what = precious(run, item, output, &st);
    return what == NULL ? SIGNET_OK
                        : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                         "%s: is %s, which --force will not replace", shown, what);
}
