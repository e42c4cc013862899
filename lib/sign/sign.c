/* SPDX-License-Identifier: Apache-2.0
 *
 * From an artifact to a signature file that verified. Owns the order: measure, state, sign, write,
 * read back, verify. Holds no secret itself; shows no file.
 */
#include <signet/sign.h>

#include <stdlib.h>

#include "artifact/document.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "envelope/dsse.h"
#include "envelope/oms.h"
#include "envelope/predicate.h"
#include "sign/found.h"
#include "sign/ignored.h"
#include "sign/joining.h"
#include "sign/look.h"
#include "sign/own.h"
#include "sign/release.h"
#include "sign/reuse.h"
#include "verify/verification.h"

enum {
    WORTH_A_THREAD = 1 << 16 /* bytes to sign */
};

struct signet_signing {
    struct signet_artifact *artifact; /* borrowed */
    const char *path;                 /* what reports call it */
    const struct signet_envelope_ops *format;
    struct signet_limits limits;
    struct signet_manifest manifest;
    struct signet_buf statement;   /* behind room for the head of its encoding; freed when signed */
    const char **ignore;           /* sorted, NULL-terminated; recorded in what is signed */
    const char *predicate_type;    /* of an attestation; NULL: it is signed */
    struct signet_release release; /* as which it is signed; without a name: as none */
    bool releases;                 /* the release is what is stated now */
    bool joins;                    /* what is signed is the statement of somebody else */
    struct signet_joining joining;
    struct signet_buf predicate; /* of it, in RFC 8785 form; until it is stated */
    struct signet_arena storage;
};

static int choose_format(struct signet_signing *signing,
                         const struct signet_sign_opts *opts,
                         struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *name = opts->format != NULL ? opts->format : "bundle";
    signing->format = signet_envelope_format(signet_span_str(name));
    if (signing->format == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "format \"%s\": expected \"bundle\" or \"dsse\"",
                              signet_utf8_show(signet_span_str(name), shown));
    }
    if (opts->alg != SIGNET_DIGEST_NONE && opts->alg != SIGNET_DIGEST_SHA256 &&
        opts->alg != SIGNET_DIGEST_BLAKE2B) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "signing with %s: expected sha256 or blake2b",
                              signet_digest_name(opts->alg));
    }
    return SIGNET_OK;
}

static int check_reuse(const struct signet_artifact *artifact,
                       const struct signet_sign_opts *opts,
                       struct signet_err *err)
{
    bool fits = signet_artifact_kind(artifact) == SIGNET_ARTIFACT_BUNDLE &&
                (opts->alg == SIGNET_DIGEST_NONE || opts->alg == SIGNET_DIGEST_SHA256) &&
                opts->shard_size == 0;
    return opts->reuse == NULL || fits
               ? SIGNET_OK
               : signet_err_set(
                     err, SIGNET_E_USAGE,
                     "only SHA-256 digests of the whole files of a folder can be reused");
}

/* What goes with an attestation, and with a canonical form. */
static int check_subject(const struct signet_artifact *artifact,
                         const struct signet_sign_opts *opts,
                         struct signet_err *err)
{
    bool file = signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE && !opts->contents;
    bool sha256 = opts->alg == SIGNET_DIGEST_NONE || opts->alg == SIGNET_DIGEST_SHA256;
    if (opts->canonical && (!file || !sha256 || opts->predicate_type != NULL)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "only a JSON file has a canonical form that is signed, by SHA-256");
    }
    if (opts->predicate_type != NULL && (opts->shard_size > 0 || opts->reuse != NULL)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "an attestation is made without shards and without an old signature");
    }
    if (opts->predicate_type != NULL && !file && !sha256) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "an attestation names a bundle by its identity, which is of SHA-256");
    }
    return SIGNET_OK;
}

/* Whether the predicate may be attested, and its canonical form. */
static int read_predicate(struct signet_signing *signing,
                          const struct signet_sign_opts *opts,
                          struct signet_err *err)
{
    struct signet_predicate_type known;
    if (opts->predicate_type == NULL) {
        return SIGNET_OK;
    }
    uint64_t max = signing->limits.envelope;
    signet_buf_init(&signing->predicate, max < SIZE_MAX ? (size_t)max : SIZE_MAX);
    signing->predicate_type =
        signet_arena_copy(&signing->storage, signet_span_str(opts->predicate_type));
    if (signing->predicate_type == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    int rc = signet_predicate_type_find(opts->predicate_type, &known, err);
    return rc == SIGNET_OK ? signet_predicate_read(opts->predicate_type, opts->predicate,
                                                   &signing->limits, &signing->predicate, err)
                           : rc;
}

/* A document is measured as what it says. */
static int measure_form(struct signet_signing *signing, struct signet_err *err)
{
    struct signet_document document;
    uint64_t inexact = SIGNET_NO_OFFSET;
    int rc = signet_document_read(signing->artifact, signing->limits.document, &document, err);
    if (rc == SIGNET_OK) {
        rc = signet_document_describe(&document, signet_artifact_name(signing->artifact), err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_document_canonize(&document, NULL, &signing->limits, &inexact, err);
    }
    if (rc == SIGNET_OK && inexact != SIGNET_NO_OFFSET) {
        rc = signet_err_at(err, SIGNET_E_MALFORMED, inexact,
                           "expected integers within 2^53 - 1 of 0, found one beyond, which "
                           "readers may round to another: write it as a string");
    }
    if (rc == SIGNET_OK) {
        signing->manifest = document.manifest;
        memset(&document.manifest, 0, sizeof(document.manifest));
    }
    signet_document_free(&document);
    return rc;
}

static int
measure(struct signet_signing *signing, const struct signet_sign_opts *opts, struct signet_err *err)
{
    if (opts->canonical) {
        return measure_form(signing, err);
    }
    const char *const own_name[] = {opts->own_name, NULL};
    const struct signet_measure_opts how = {
        .size = sizeof(how),
        .alg = opts->alg,
        .shard_size = opts->shard_size,
        .limits = &signing->limits,
        .ignore = signing->ignore,
        .files = opts->files,
        .files_only = own_name,
        .contents = (opts->contents || signet_found_bundle(opts->found)) &&
                    signet_artifact_kind(signing->artifact) == SIGNET_ARTIFACT_FILE,
        .strip = {.rule = SIGNET_STRIP_ONE},
        .part_files = opts->part_files,
        .part_file_count = opts->part_file_count,
        .jobs = opts->jobs,
        .progress = opts->progress,
        .progress_ctx = opts->progress_ctx,
        .stop = opts->stop,
        .stop_ctx = opts->stop_ctx,
        .memory = opts->reuse != NULL ? signet_reuse_memory(opts->reuse) : NULL,
        .look = signet_sign_look(),
    };
    return signet_artifact_measure(signing->artifact, &how, &signing->manifest, err);
}

/* Whether the statement lists the files of a bundle. */
static bool lists_files(const struct signet_signing *signing)
{
    return signing->joins ? signing->joining.lists_files
                          : signing->manifest.kind == SIGNET_ARTIFACT_BUNDLE &&
                                signing->predicate_type == NULL && !signing->releases;
}

/* Bytes that the signature file may have. */
static uint64_t file_max(const struct signet_signing *signing)
{
    return lists_files(signing) ? signing->limits.bundle : signing->limits.envelope;
}

static const char *subject_of(const struct signet_signing *signing)
{
    const char *stripped = signing->manifest.stripped;
    return stripped != NULL ? stripped : signet_artifact_name(signing->artifact);
}

/* Starts a statement, with room for the head of its encoding. */
static void begin_statement(struct signet_signing *signing)
{
    struct signet_buf *statement = &signing->statement;
    uint64_t max = file_max(signing);
    signet_buf_free(statement);
    signet_buf_init(statement, max < SIZE_MAX ? (size_t)max : SIZE_MAX);
    if (signet_buf_reserve(statement, SIGNET_DSSE_ROOM) == SIGNET_OK) {
        memset(statement->data, 0, SIGNET_DSSE_ROOM);
        statement->len = SIGNET_DSSE_ROOM;
    }
}

/* States the predicate that was made, and lets go of it. */
static int state_predicate(struct signet_signing *signing, const char *type, struct signet_err *err)
{
    const struct signet_statement_draft draft = {
        .manifest = &signing->manifest,
        .name = subject_of(signing),
        .predicate_type = type,
        .predicate = signet_buf_span(&signing->predicate),
    };
    begin_statement(signing);
    int rc = signet_statement_write(&draft, &signing->statement, err);
    signet_buf_free(&signing->predicate);
    return rc;
}

static int state_release(struct signet_signing *signing, struct signet_err *err)
{
    struct signet_release *release = &signing->release;
    release->has_size = signing->manifest.kind == SIGNET_ARTIFACT_FILE;
    release->size = release->has_size ? signing->manifest.bytes : 0;
    signing->releases = true;
    signet_buf_init(&signing->predicate, (size_t)1 << 20);
    int rc = signet_release_write(release, &signing->predicate);
    return rc == SIGNET_OK ? state_predicate(signing, SIGNET_PREDICATE_RELEASE, err)
                           : signet_err_set(err, rc, "cannot state the release");
}

static int state(struct signet_signing *signing, struct signet_err *err)
{
    bool file = signing->manifest.kind == SIGNET_ARTIFACT_FILE;
    if (signing->predicate_type != NULL) {
        return state_predicate(signing, signing->predicate_type, err);
    }
    if (file && signing->release.name != NULL) {
        return state_release(signing, err);
    }
    begin_statement(signing);
    return file ? signet_statement_write_file(&signing->manifest, &signing->statement, err)
                : signet_oms_write(&signing->manifest, subject_of(signing), signing->ignore,
                                   &signing->statement, err);
}

int signet_signing_release(struct signet_signing *signing, struct signet_err *err)
{
    return signing->release.name != NULL && !signing->releases
               ? state_release(signing, err)
               : signet_err_set(err, SIGNET_E_USAGE, "no release is left to be stated");
}

/* Takes over what somebody else stated: nothing is measured before it is verified. */
static int
join(struct signet_signing *signing, const struct signet_sign_opts *opts, struct signet_err *err)
{
    if (opts->predicate_type != NULL || opts->usage != NULL || opts->canonical || opts->contents ||
        opts->reuse != NULL || opts->part_file_count > 0 || opts->shard_size > 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "what somebody else stated is signed as it is, and not otherwise");
    }
    signing->joins = true;
    signing->joining.lists_files = true; /* which may be the largest */
    begin_statement(signing);
    signing->joining.lists_files = false;
    signing->joining.release = opts->release;
    int rc = signet_joining_read(opts->add_to, &signing->limits, &signing->storage,
                                 &signing->statement, &signing->joining, err);
    signing->ignore = signing->joining.ignore;
    return rc;
}

/* Measures the artifact and states what it is. */
static int make_statement(struct signet_signing *signing,
                          const struct signet_sign_opts *opts,
                          struct signet_err *err)
{
    int rc = check_reuse(signing->artifact, opts, err);
    if (rc == SIGNET_OK) {
        rc = check_subject(signing->artifact, opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_predicate(signing, opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_release_read(signing->artifact, opts, &signing->storage, &signing->release,
                                      err);
    }
    if (rc == SIGNET_OK) {
        rc = measure(signing, opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_found_check(opts->found, &signing->manifest, err);
    }
    return rc == SIGNET_OK ? state(signing, err) : rc;
}

int signet_signing_new(struct signet_artifact *artifact,
                       const struct signet_sign_opts *opts,
                       struct signet_signing **signing,
                       struct signet_err *err)
{
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE, "options of another version of the library");
    }
    struct signet_signing *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    fresh->artifact = artifact;
    fresh->limits = opts->limits != NULL ? *opts->limits : signet_limits_default();
    signet_arena_init(&fresh->storage, (size_t)1 << 24);
    const char *path = opts->path != NULL ? opts->path : signet_artifact_name(artifact);
    fresh->path = signet_arena_copy(&fresh->storage, signet_span_str(path));
    int rc = fresh->path != NULL ? choose_format(fresh, opts, err)
                                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    if (rc == SIGNET_OK) {
        rc = signet_ignored_collect(opts, &fresh->storage, &fresh->ignore, err);
    }
    if (rc == SIGNET_OK) {
        rc = opts->add_to.len > 0 ? join(fresh, opts, err) : make_statement(fresh, opts, err);
    }
    if (rc != SIGNET_OK) {
        signet_signing_free(fresh);
        return rc;
    }
    *signing = fresh;
    return SIGNET_OK;
}

void signet_signing_free(struct signet_signing *signing)
{
    if (signing != NULL) {
        signet_manifest_free(&signing->manifest);
        signet_buf_free(&signing->statement);
        signet_buf_free(&signing->predicate);
        signet_arena_free(&signing->storage);
        free(signing);
    }
}

struct signet_span signet_signing_statement(const struct signet_signing *signing)
{
    const struct signet_buf *statement = &signing->statement;
    return statement->len <= SIGNET_DSSE_ROOM ? signet_span_of(NULL, 0)
                                              : signet_span_of(statement->data + SIGNET_DSSE_ROOM,
                                                               statement->len - SIGNET_DSSE_ROOM);
}

const struct signet_manifest *signet_signing_manifest(const struct signet_signing *signing)
{
    return &signing->manifest;
}

/* The bytes that are signed: the statement, and its encoding's head in the room before it. */
static int encode(struct signet_signing *signing, struct signet_span *message)
{
    struct signet_buf head;
    struct signet_span payload = signet_signing_statement(signing);
    signet_buf_init(&head, SIGNET_DSSE_ROOM);
    int rc = signet_dsse_head(signet_span_str(SIGNET_PAYLOAD_TYPE_INTOTO), payload.len, &head);
    if (rc == SIGNET_OK) {
        uint8_t *start = signing->statement.data + SIGNET_DSSE_ROOM - head.len;
        memcpy(start, head.data, head.len);
        *message = signet_span_of(start, head.len + payload.len);
    }
    signet_buf_free(&head);
    return rc;
}

/* Where the signature file goes, and how many bytes it may still have. */
struct target {
    struct signet_output *out;
    uint64_t left;
};

static int put(void *ctx, struct signet_span piece, struct signet_err *err)
{
    struct target *target = ctx;
    if (piece.len > target->left) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "the signature file would exceed its limit; --limit bundle=N raises "
                              "that of a bundle, --limit envelope=N any other");
    }
    target->left -= piece.len;
    return signet_output_write(target->out, piece, err);
}

/* A signature that is made while what it is over is being written. */
struct making {
    const struct signet_seckey *key;
    struct signet_span message;
    uint8_t signature[SIGNET_ED25519_SIGNATURE];
    struct signet_task *task; /* NULL once it was waited for */
};

static int make(void *ctx, struct signet_err *err)
{
    struct making *making = ctx;
    return signet_seckey_sign(making->key, making->message, making->signature, err);
}

static int begin_making(struct making *making, struct signet_err *err)
{
    return making->message.len >= WORTH_A_THREAD
               ? signet_task_start(make, making, &making->task, err)
               : make(making, err);
}

static int end_making(void *ctx, struct signet_err *err)
{
    struct making *making = ctx;
    struct signet_task *task = making->task;
    making->task = NULL;
    return task != NULL ? signet_task_join(task, err) : (int)SIGNET_OK;
}

/* Signs the statement and writes the container. It carries the fingerprint as key id and hint, but
 * a list of files an empty key id and the hint that other OMS tools look for. */
static int seal(struct signet_signing *signing,
                const struct signet_seckey *key,
                struct signet_output *out,
                struct signet_err *err)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    char oms_hint[SIGNET_OMS_HINT_TEXT];
    struct making making = {.key = key};
    const struct signet_pubkey *public_half = signet_seckey_public(key);
    bool oms = lists_files(signing);

    int rc = encode(signing, &making.message);
    if (rc == SIGNET_OK) {
        rc = begin_making(&making, err);
    }
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "cannot sign");
    }
    signet_pubkey_fingerprint(public_half, fingerprint);
    signet_pubkey_oms_hint(public_half, oms_hint);
    struct signet_signature signature = {
        .keyid = oms ? "" : fingerprint,
        .sig = signet_span_of(making.signature, sizeof(making.signature)),
    };
    struct signet_envelope env = {
        .format = signing->format,
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO,
        .payload = signet_signing_statement(signing),
        .message = making.message,
        .signatures = &signature,
        .signature_count = 1,
        .settle = end_making,
        .settle_ctx = &making,
        .hint = oms ? oms_hint : fingerprint,
    };
    struct target target = {out, file_max(signing)};
    rc = signing->format->write(&env, (struct signet_sink){put, &target}, err);
    SIGNET_IGNORE(end_making(&making, NULL) != SIGNET_OK); /* if writing failed before it */
    return rc;
}

static int verify_own(struct signet_signing *signing,
                      const struct signet_seckey *key,
                      struct signet_signature_file *file,
                      struct signet_verification **verification,
                      struct signet_err *err)
{
    const struct signet_trusted_key trusted = {.key = *signet_seckey_public(key),
                                               .uses = signing->format->use};
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = &trusted,
        .key_count = 1,
        .signatures = file,
        .signature_count = 1,
        .accept_ignored = signing->ignore,
        .limits = &signing->limits,
    };
    if (signing->joins) {
        int joined = signet_verify(signing->artifact, signing->path, &opts, verification, err);
        if (joined != SIGNET_OK) {
            signet_verification_free(*verification);
            *verification = NULL;
        }
        return joined;
    }
    int rc = signing->predicate_type != NULL
                 ? signet_verify_attested(signing->artifact, &signing->manifest, signing->path,
                                          &opts, verification, err)
                 : signet_verify_measured(signing->artifact, &signing->manifest, signing->path,
                                          &opts, verification, err);
    return signet_own_verified(rc, verification, err);
}

static int finish(struct signet_signing *signing,
                  const struct signet_seckey *key,
                  const char *signature_name,
                  struct signet_output *out,
                  struct signet_verification **verification,
                  struct signet_err *err)
{
    struct signet_signature_file file = {.name = signature_name};
    if (signet_signing_statement(signing).len == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "a statement is signed once");
    }
    int rc = signet_output_read_back(out, 0, &file.text, err); /* can it be, and is it empty? */
    signet_buf_free(&file.text);
    if (rc == SIGNET_OK) {
        rc = seal(signing, key, out, err);
    }
    /* What is read back is as large as a third more of the statement. */
    signet_buf_free(&signing->statement);
    if (rc == SIGNET_OK) {
        rc = signet_output_read_back(out, file_max(signing), &file.text, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify_own(signing, key, &file, verification, err);
    }
    signet_buf_free(&file.text);
    return rc;
}

int signet_signing_finish(struct signet_signing *signing,
                          const struct signet_seckey *key,
                          const char *signature_name,
                          struct signet_output *out,
                          struct signet_verification **verification,
                          struct signet_err *err)
{
    *verification = NULL;
    int rc = finish(signing, key, signature_name, out, verification, err);
    if (rc != SIGNET_OK) {
        signet_output_abandon(out);
    }
    return rc;
}
