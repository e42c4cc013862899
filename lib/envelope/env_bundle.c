/* SPDX-License-Identifier: Apache-2.0
 *
 * The sigstore bundle (protobuf-specs sigstore_bundle.proto, v0.1 to v0.3) with a public-key hint
 * and a DSSE envelope: exactly one signature. Certificates, message signatures, log entries and
 * timestamps are named when met, never trusted.
 */
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "envelope/dsse.h"

#define MEDIA_TYPE_V03 "application/vnd.dev.sigstore.bundle.v0.3+json"

enum {
    UNUSED_MAX = 32 /* log entries or timestamps, as other verifiers cap them */
};

static const char *const media_types[] = {
    MEDIA_TYPE_V03,
    "application/vnd.dev.sigstore.bundle+json;version=0.3",
    "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.1",
};

static bool probe(struct signet_json_value top)
{
    static const char *const names[] = {"mediaType", "verificationMaterial", "dsseEnvelope", NULL};
    struct signet_json_value values[3];
    SIGNET_IGNORE(signet_json_members(top, names, values)); /* the others are refused later */
    return values[0].kind != 0 || values[1].kind != 0 || values[2].kind != 0;
}

static int check_media_type(const struct signet_doc_value *value, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *found = signet_doc_string(value);
    for (size_t i = 0; found != NULL && i < SIGNET_COUNT(media_types); i++) {
        if (strcmp(found, media_types[i]) == 0) {
            return SIGNET_OK;
        }
    }
    return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                          "media type: expected \"" MEDIA_TYPE_V03 "\", found \"%s\"",
                          found != NULL ? signet_utf8_show(signet_span_str(found), shown) : "");
}

/* Requires an array of objects with known members, and says whether it holds any. */
static int check_unused_list(const struct signet_doc_value *list,
                             const char *const *members,
                             const char *where,
                             bool *present,
                             struct signet_err *err)
{
    *present = false;
    if (list == NULL) {
        return SIGNET_OK;
    }
    if (!signet_doc_is_array(list)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected an array", where);
    }
    const struct signet_doc_value *entry = signet_doc_first(list);
    for (size_t i = 0; entry != NULL; i++, entry = signet_doc_next(entry)) {
        if (i == UNUSED_MAX) {
            return signet_err_set(err, SIGNET_E_LIMIT, "%s: more than %d", where, (int)UNUSED_MAX);
        }
        int rc = signet_doc_closed(entry, members, where, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        *present = true;
    }
    return SIGNET_OK;
}

static int read_hint(const struct signet_doc_value *material,
                     struct signet_envelope *env,
                     struct signet_err *err)
{
    static const char *const members[] = {"hint", NULL};
    const struct signet_doc_value *key = signet_doc_member(material, "publicKey");
    const struct signet_doc_value *hint = signet_doc_member(key, "hint");
    if (key == NULL) {
        bool certificate = signet_doc_member(material, "certificate") != NULL ||
                           signet_doc_member(material, "x509CertificateChain") != NULL;
        return signet_err_set(err, certificate ? SIGNET_E_UNSUPPORTED : SIGNET_E_MALFORMED,
                              certificate ? "verificationMaterial: signed with a certificate; only "
                                            "signatures by a public key are supported"
                                          : "verificationMaterial: member \"publicKey\" missing");
    }
    int rc = signet_doc_closed(key, members, "verificationMaterial.publicKey", err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    env->hint = "";
    if (hint != NULL) {
        const char *text = signet_doc_string(hint);
        if (text == NULL) {
            return signet_err_set(err, SIGNET_E_MALFORMED,
                                  "verificationMaterial.publicKey.hint: expected a string");
        }
        env->hint = signet_arena_copy(&env->storage, signet_span_str(text));
    }
    return env->hint != NULL ? SIGNET_OK
                             : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the hint");
}

static int read_material(const struct signet_doc_value *material,
                         struct signet_envelope *env,
                         struct signet_err *err)
{
    static const char *const members[] = {"publicKey",
                                          "certificate",
                                          "x509CertificateChain",
                                          "tlogEntries",
                                          "timestampVerificationData",
                                          NULL};
    static const char *const log_members[] = {
        "logIndex",         "logId",          "kindVersion",       "integratedTime",
        "inclusionPromise", "inclusionProof", "canonicalizedBody", NULL};
    static const char *const time_members[] = {"rfc3161Timestamps", NULL};
    static const char *const stamp_members[] = {"signedTimestamp", NULL};
    const struct signet_doc_value *times = signet_doc_member(material, "timestampVerificationData");

    int rc = signet_doc_closed(material, members, "verificationMaterial", err);
    if (rc == SIGNET_OK) {
        rc = check_unused_list(signet_doc_member(material, "tlogEntries"), log_members,
                               "tlogEntries[]", &env->unchecked_log_entries, err);
    }
    if (rc == SIGNET_OK && times != NULL) {
        rc = signet_doc_closed(times, time_members, "timestampVerificationData", err);
    }
    if (rc == SIGNET_OK) {
        rc = check_unused_list(signet_doc_member(times, "rfc3161Timestamps"), stamp_members,
                               "rfc3161Timestamps[]", &env->unchecked_timestamps, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_hint(material, env, err);
    }
    return rc;
}

static int read_bundle(const struct signet_doc_value *top,
                       const struct signet_limits *limits,
                       struct signet_envelope *env,
                       struct signet_err *err)
{
    static const char *const members[] = {"mediaType", "verificationMaterial", "dsseEnvelope",
                                          NULL};
    int rc = check_media_type(signet_doc_member(top, "mediaType"), err);
    if (rc == SIGNET_OK) {
        rc = signet_doc_closed(top, members, "sigstore bundle", err);
    }
    if (rc == SIGNET_OK) {
        rc = read_material(signet_doc_member(top, "verificationMaterial"), env, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_dsse_read_rest(signet_doc_member(top, "dsseEnvelope"), limits->signatures, env,
                                   err);
    }
    if (rc == SIGNET_OK && env->signature_count != 1) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED,
                            "sigstore bundle: expected exactly 1 signature, found %zu",
                            env->signature_count);
    }
    return rc;
}

static int parse(struct signet_json_value top,
                 const struct signet_limits *limits,
                 struct signet_envelope *env,
                 struct signet_err *err)
{
    static const char *const names[] = {"dsseEnvelope", "messageSignature", NULL};
    struct signet_json_value values[2];
    struct signet_doc *rest = NULL;
    SIGNET_IGNORE(signet_json_members(top, names, values)); /* the others are checked below */
    if (values[1].kind != 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "sigstore bundle with a messageSignature: only bundles with a DSSE "
                              "envelope are supported");
    }
    if (values[0].kind == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "sigstore bundle: member \"dsseEnvelope\" missing");
    }
    int rc = signet_dsse_read_payload(values[0], limits, env, &rest, err);
    if (rc == SIGNET_OK) {
        rc = read_bundle(signet_doc_top(rest), limits, env, err);
    }
    signet_doc_free(rest);
    return rc;
}

static int write(const struct signet_envelope *env, struct signet_sink sink, struct signet_err *err)
{
    struct signet_buf out;
    signet_buf_init(&out, SIZE_MAX);
    signet_buf_puts(&out, "{\"mediaType\":\"" MEDIA_TYPE_V03 "\",\"verificationMaterial\":"
                          "{\"publicKey\":{\"hint\":");
    signet_json_put_string(&out, signet_span_str(env->hint));
    signet_buf_puts(&out, "},\"tlogEntries\":[]},\"dsseEnvelope\":");
    int rc = signet_dsse_flush(&out, sink, err);
    if (rc == SIGNET_OK) {
        rc = signet_dsse_write(env, sink, err);
    }
    if (rc == SIGNET_OK) {
        signet_buf_putc(&out, '}');
        rc = signet_dsse_flush(&out, sink, err);
    }
    signet_buf_free(&out);
    return rc;
}

extern const struct signet_envelope_ops signet_envelope_bundle;
const struct signet_envelope_ops signet_envelope_bundle = {
    .name = "bundle",
    .use = SIGNET_USE_BUNDLE,
    .probe = probe,
    .parse = parse,
    .write = write,
};
