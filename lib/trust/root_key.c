/* SPDX-License-Identifier: Apache-2.0
 *
 * A key in the schema signet-root/1: see trust/root_key.h.
 */
#include "trust/root_key.h"

#include "base/codec.h"
#include "base/err.h"
#include "crypto/pubkey.h"

/* A key being read. */
struct reading {
    struct signet_arena *storage;
    struct signet_err *err;
};

/* A copy that lives as long as the root. */
static int keep_text(const struct reading *reading, const char *text, const char **kept)
{
    *kept = signet_arena_copy(reading->storage, signet_span_str(text));
    return *kept != NULL
               ? SIGNET_OK
               : signet_err_set(reading->err, SIGNET_E_NOMEM, "out of memory for a trust root");
}

/* A member that may be absent: *seconds then stays. */
static int read_time(const struct reading *reading,
                     const struct signet_field *object,
                     const char *name,
                     int64_t *seconds)
{
    struct signet_field member;
    return signet_field_find(object, name, &member)
               ? signet_field_instant(&member, seconds, reading->err)
               : SIGNET_OK;
}

/* One that is there if and only if it has to be. */
static int read_time_if(const struct reading *reading,
                        const struct signet_field *object,
                        const char *name,
                        bool needed,
                        int64_t *seconds)
{
    struct signet_field member;
    *seconds = INT64_MAX;
    if (!needed && signet_field_find(object, name, &member)) {
        return signet_field_wrong(&member, "no such member with this status", reading->err);
    }
    int rc = needed ? signet_field_get(object, name, &member, reading->err) : SIGNET_OK;
    return rc == SIGNET_OK ? read_time(reading, object, name, seconds) : rc;
}

static int read_status(const struct reading *reading,
                       const struct signet_field *object,
                       struct signet_root_key *key)
{
    static const char *const words[] = {"active", "retired", "revoked", NULL};
    static const enum signet_root_status statuses[] = {SIGNET_ROOT_ACTIVE, SIGNET_ROOT_RETIRED,
                                                       SIGNET_ROOT_REVOKED};
    struct signet_field status;
    size_t index = 0;
    int rc = signet_field_get(object, "status", &status, reading->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_word(&status, words, &index, reading->err);
    }
    key->status = statuses[index];
    if (rc == SIGNET_OK) {
        rc = read_time_if(reading, object, "retired_at", key->status == SIGNET_ROOT_RETIRED,
                          &key->retired_at);
    }
    if (rc == SIGNET_OK) {
        rc = read_time_if(reading, object, "revoked_at", key->status == SIGNET_ROOT_REVOKED,
                          &key->revoked_at);
    }
    return rc;
}

static int read_window(const struct reading *reading,
                       const struct signet_field *object,
                       struct signet_root_key *key)
{
    key->not_before = INT64_MIN;
    key->not_after = INT64_MAX;
    int rc = read_time(reading, object, "not_before", &key->not_before);
    if (rc == SIGNET_OK) {
        rc = read_time(reading, object, "not_after", &key->not_after);
    }
    return rc != SIGNET_OK || key->not_before < key->not_after
               ? rc
               : signet_field_wrong(object, "not_before to be earlier than not_after",
                                    reading->err);
}

static int add_use(const struct reading *reading, const struct signet_field *use, unsigned *uses)
{
#define USE_NAME(name, bit) name,
#define USE_BIT(name, bit) bit,
    static const char *const words[] = {SIGNET_ROOT_USES(USE_NAME) NULL};
    static const unsigned bits[] = {SIGNET_ROOT_USES(USE_BIT)};
#undef USE_NAME
#undef USE_BIT
    size_t index = 0;
    int rc = signet_field_word(use, words, &index, reading->err);
    if (rc == SIGNET_OK && (*uses & bits[index]) != 0) {
        rc = signet_field_wrong(use, "each use once", reading->err);
    }
    *uses |= bits[index];
    return rc;
}

/* A signature over bare bytes could be passed off as one over what a document says, and one that
 * says when as any other: such uses do not meet in one key. */
static int check_uses(const struct reading *reading, const struct signet_field *uses, unsigned bits)
{
    const unsigned embedded = SIGNET_USE_JSF | SIGNET_USE_JSS;
    const unsigned raw = SIGNET_USE_MINISIGN | SIGNET_USE_SIGNIFY;
    if ((bits & embedded) != 0 && (bits & raw) != 0) {
        return signet_field_wrong(uses, "either jsf and jss or minisign and signify, not both",
                                  reading->err);
    }
    if ((bits & SIGNET_USE_TIME) != 0 && bits != SIGNET_USE_TIME) {
        return signet_field_wrong(uses, "no other use beside time", reading->err);
    }
    return SIGNET_OK;
}

static int read_uses(const struct reading *reading,
                     const struct signet_field *object,
                     struct signet_root_key *key)
{
    struct signet_field uses;
    struct signet_field use;
    size_t count = 0;
    if (!signet_field_find(object, "uses", &uses)) {
        key->uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE;
        return SIGNET_OK;
    }
    int rc = signet_field_list(&uses, &count, reading->err);
    bool more = rc == SIGNET_OK && signet_field_first(&uses, &use);
    while (rc == SIGNET_OK && more) {
        rc = add_use(reading, &use, &key->uses);
        more = signet_field_next(&use);
    }
    return rc == SIGNET_OK ? check_uses(reading, &uses, key->uses) : rc;
}

/* Reads the DER of a key; decoded is room for it. */
static int decode_public(const struct reading *reading,
                         const struct signet_field *field,
                         struct signet_buf *decoded,
                         struct signet_pubkey *pubkey)
{
    char pointer[SIGNET_FIELD_POINTER];
    const char *text = NULL;
    int rc = signet_field_text(field, &text, reading->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signet_b64_decode(decoded, signet_span_str(text)) != SIGNET_OK) {
        return signet_field_wrong(field, "base64 of a SubjectPublicKeyInfo", reading->err);
    }
    rc = signet_pubkey_read(signet_buf_span(decoded), pubkey, reading->err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(reading->err, "%s", signet_field_pointer(field, pointer));
    }
    return rc;
}

/* Whether text is the one spelling of a key. */
static bool spells(const char *text, const struct signet_pubkey *pubkey)
{
    uint8_t der[SIGNET_SPKI_DER_MAX];
    struct signet_buf spelled;
    signet_buf_init(&spelled, 2 * sizeof(der));
    bool same = signet_b64_encode(&spelled, signet_pubkey_spki_der(pubkey, der),
                                  SIGNET_B64_STANDARD) == SIGNET_OK &&
                signet_span_is(signet_buf_span(&spelled), text);
    signet_buf_free(&spelled);
    return same;
}

static int read_public(const struct reading *reading,
                       const struct signet_field *object,
                       struct signet_pubkey *pubkey)
{
    struct signet_field algorithm;
    struct signet_field field;
    struct signet_buf decoded;
    int rc = signet_field_get(object, "public", &field, reading->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_init(&decoded, SIGNET_SPKI_DER_MAX);
    rc = decode_public(reading, &field, &decoded, pubkey);
    signet_buf_free(&decoded);
    if (rc == SIGNET_OK && !spells(signet_doc_string(field.value), pubkey)) {
        rc = signet_field_wrong(&field, "padded standard base64 of a SubjectPublicKeyInfo in DER",
                                reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(object, "algorithm", &algorithm, reading->err);
    }
    return rc == SIGNET_OK
               ? signet_field_is(&algorithm, signet_key_alg_name(pubkey->alg), reading->err)
               : rc;
}

/* A name proves nothing: it has to be what the key is called. */
static int check_id(const struct reading *reading,
                    const struct signet_field *object,
                    const struct signet_pubkey *pubkey)
{
    char pointer[SIGNET_FIELD_POINTER];
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    signet_pubkey_fingerprint(pubkey, fingerprint);
    return strcmp(object->name, fingerprint) == 0
               ? SIGNET_OK
               : signet_err_set(reading->err, SIGNET_E_MALFORMED,
                                "%s: expected the id %s, which is that of its key",
                                signet_field_pointer(object, pointer), fingerprint);
}

static int read_owner(const struct reading *reading,
                      const struct signet_field *object,
                      struct signet_root_key *key)
{
    struct signet_field field;
    const char *owner = NULL;
    int rc = signet_field_get(object, "owner", &field, reading->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_text(&field, &owner, reading->err);
    }
    return rc == SIGNET_OK ? keep_text(reading, owner, &key->owner) : rc;
}

int signet_root_key_read(const struct signet_field *object,
                         struct signet_arena *storage,
                         struct signet_root_key *key,
                         struct signet_err *err)
{
    static const char *const members[] = {"algorithm",  "public",    "owner", "status",
                                          "not_before", "not_after", "uses",  "retired_at",
                                          "revoked_at", NULL};
    const struct reading reading = {storage, err};
    int rc = signet_field_closed(object, members, err);
    if (rc == SIGNET_OK) {
        rc = read_public(&reading, object, &key->key);
    }
    if (rc == SIGNET_OK) {
        rc = check_id(&reading, object, &key->key);
    }
    if (rc == SIGNET_OK) {
        rc = keep_text(&reading, object->name, &key->id);
    }
    if (rc == SIGNET_OK) {
        rc = read_owner(&reading, object, key);
    }
    if (rc == SIGNET_OK) {
        rc = read_status(&reading, object, key);
    }
    if (rc == SIGNET_OK) {
        rc = read_window(&reading, object, key);
    }
    return rc == SIGNET_OK ? read_uses(&reading, object, key) : rc;
}
