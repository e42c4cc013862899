/* SPDX-License-Identifier: Apache-2.0
 *
 * Showing a trust root to a reader: see <signet/root.h>. Owns wording; every line says that nobody
 * vouches for it.
 */
#include "trust/draft.h"

#include "base/clock.h"
#include "base/compiler.h"
#include "base/num.h"
#include "base/utf8.h"
#include "trust/root_key.h"

static const char *const statuses[] = {
    [SIGNET_ROOT_ACTIVE] = "active",
    [SIGNET_ROOT_RETIRED] = "retired",
    [SIGNET_ROOT_REVOKED] = "revoked",
};

static void put_begin(struct signet_buf *out)
{
    signet_buf_puts(out, "UNVERIFIED ");
}

static void put_number(struct signet_buf *out, uint64_t number)
{
    char digits[SIGNET_NUM_TEXT];
    signet_num_format(number, digits);
    signet_buf_puts(out, digits);
}

static void put_time(struct signet_buf *out, const char *before, int64_t seconds)
{
    char text[SIGNET_CLOCK_TEXT];
    signet_buf_puts(out, before);
    signet_buf_puts(out, signet_clock_format(seconds, text));
}

static void put_uses(struct signet_buf *out, unsigned uses)
{
    const char *before = ", for ";
#define PUT_USE(name, bit)                                                                         \
    if ((uses & (bit)) != 0) {                                                                     \
        signet_buf_puts(out, before);                                                              \
        signet_buf_puts(out, name);                                                                \
        before = " ";                                                                              \
    }
    SIGNET_ROOT_USES(PUT_USE)
#undef PUT_USE
}

static void put_key(struct signet_buf *out, const struct signet_root_key *key)
{
    put_begin(out);
    signet_buf_puts(out, "  ");
    signet_buf_puts(out, key->id);
    signet_buf_puts(out, " ");
    signet_utf8_escape(out, signet_span_str(key->owner));
    signet_buf_puts(out, ", ");
    signet_buf_puts(out, signet_key_alg_name(key->key.alg));
    put_uses(out, key->uses);
    if (key->not_before != INT64_MIN) {
        put_time(out, ", from ", key->not_before);
    }
    if (key->not_after != INT64_MAX) {
        put_time(out, ", until ", key->not_after);
    }
    if (key->status == SIGNET_ROOT_RETIRED) {
        put_time(out, ", RETIRED at ", key->retired_at);
    }
    if (key->status == SIGNET_ROOT_REVOKED) {
        put_time(out, ", REVOKED at ", key->revoked_at);
    }
    signet_buf_putc(out, '\n');
}

static void put_role(struct signet_buf *out,
                     const struct signet_root *root,
                     const struct signet_root_role *role)
{
    put_begin(out);
    signet_buf_puts(out, "role ");
    signet_utf8_escape(out, signet_span_str(role->name));
    signet_buf_puts(out, ": ");
    put_number(out, role->threshold);
    signet_buf_puts(out, " of ");
    put_number(out, role->key_count);
    signet_buf_putc(out, '\n');
    for (size_t i = 0; i < role->key_count; i++) {
        put_key(out, &root->keys[role->keys[i]]);
    }
}

static bool in_a_role(const struct signet_root *root, size_t key)
{
    for (size_t i = 0; i < root->role_count; i++) {
        for (size_t k = 0; k < root->roles[i].key_count; k++) {
            if (root->roles[i].keys[k] == key) {
                return true;
            }
        }
    }
    return false;
}

/* Keys that may be forgotten, and say nothing. */
static void put_others(struct signet_buf *out, const struct signet_root *root)
{
    bool said = false;
    for (size_t i = 0; i < root->key_count; i++) {
        if (in_a_role(root, i)) {
            continue;
        }
        if (!said) {
            put_begin(out);
            signet_buf_puts(out, "in no role:\n");
            said = true;
        }
        put_key(out, &root->keys[i]);
    }
}

/* The key that made a signature, or NULL: none that may sign this root did. */
static const struct signet_trusted_key *signer_of(const struct signet_root_draft *draft, size_t i)
{
    const bool valid = i < draft->signers.count && draft->signers.list[i].status == SIGNET_OK;
    return valid ? &draft->keys[draft->signers.list[i].key] : NULL;
}

static void put_signature(struct signet_buf *out, const struct signet_root_draft *draft, size_t i)
{
    char id[SIGNET_FINGERPRINT_TEXT];
    const struct signet_trusted_key *signer = signer_of(draft, i);
    put_begin(out);
    if (signer != NULL) {
        signet_buf_puts(out, "  by ");
        signet_buf_puts(out, signet_pubkey_fingerprint(&signer->key, id));
        signet_buf_puts(out, " ");
        signet_utf8_escape(out, signet_span_str(signer->name));
    } else {
        signet_buf_puts(out, "  by no key of its role root that may sign; its key id: ");
        signet_utf8_escape(out, signet_span_str(draft->envelope.signatures[i].keyid));
    }
    signet_buf_putc(out, '\n');
}

static void put_signatures(struct signet_buf *out, const struct signet_root_draft *draft)
{
    put_begin(out);
    if (!draft->is_signed) {
        signet_buf_puts(out, "not signed; ");
    } else {
        signet_buf_puts(out, "signed by ");
        put_number(out, draft->signers.distinct);
        signet_buf_puts(out, " of its keys; ");
    }
    put_number(out, signet_root_draft_signers_needed(draft));
    signet_buf_puts(out, " must");
    signet_buf_puts(out, draft->root.version > 1 ? ", and those that root " : "");
    if (draft->root.version > 1) {
        put_number(out, draft->root.version - 1);
        signet_buf_puts(out, " demands");
    }
    signet_buf_putc(out, '\n');
    for (size_t i = 0; i < draft->envelope.signature_count; i++) {
        put_signature(out, draft, i);
    }
}

int signet_root_draft_text(const struct signet_root_draft *draft, struct signet_buf *out)
{
    const struct signet_root *root = &draft->root;
    put_begin(out);
    signet_buf_puts(out, "root ");
    put_number(out, root->version);
    put_time(out, ", issued ", root->issued);
    put_time(out, ", expires ", root->expires);
    signet_buf_putc(out, '\n');
    for (size_t i = 0; i < root->role_count; i++) {
        put_role(out, root, &root->roles[i]);
    }
    put_others(out, root);
    put_signatures(out, draft);
    return out->status;
}

static void put_instant(struct signet_jsonout *json, const char *name, int64_t seconds)
{
    char text[SIGNET_CLOCK_TEXT];
    bool known = seconds != INT64_MIN && seconds != INT64_MAX;
    signet_jsonout_text(json, name, known ? signet_clock_format(seconds, text) : NULL);
}

static void put_key_member(struct signet_jsonout *json, const struct signet_root_key *key)
{
    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "key", key->id);
    signet_jsonout_text(json, "owner", key->owner);
    signet_jsonout_text(json, "algorithm", signet_key_alg_name(key->key.alg));
    signet_jsonout_text(json, "status", statuses[key->status]);
    put_instant(json, "not_before", key->not_before);
    put_instant(json, "not_after", key->not_after);
    put_instant(json, "retired_at", key->retired_at);
    put_instant(json, "revoked_at", key->revoked_at);
    signet_jsonout_open_array(json, "uses");
#define PUT_USE(name, bit)                                                                         \
    if ((key->uses & (bit)) != 0) {                                                                \
        signet_jsonout_text(json, NULL, name);                                                     \
    }
    SIGNET_ROOT_USES(PUT_USE)
#undef PUT_USE
    signet_jsonout_close_array(json);
    signet_jsonout_close_object(json);
}

static void put_role_member(struct signet_jsonout *json,
                            const struct signet_root *root,
                            const struct signet_root_role *role)
{
    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "role", role->name);
    signet_jsonout_number(json, "threshold", role->threshold);
    signet_jsonout_open_array(json, "keys");
    for (size_t i = 0; i < role->key_count; i++) {
        signet_jsonout_text(json, NULL, root->keys[role->keys[i]].id);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_close_object(json);
}

static void put_signature_members(struct signet_jsonout *json,
                                  const struct signet_root_draft *draft)
{
    char id[SIGNET_FINGERPRINT_TEXT];
    signet_jsonout_bool(json, "signed", draft->is_signed);
    signet_jsonout_number(json, "signers", draft->signers.distinct);
    signet_jsonout_number(json, "signers_needed", signet_root_draft_signers_needed(draft));
    signet_jsonout_open_array(json, "signatures");
    for (size_t i = 0; i < draft->envelope.signature_count; i++) {
        const struct signet_trusted_key *signer = signer_of(draft, i);
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_text(json, "keyid", draft->envelope.signatures[i].keyid);
        signet_jsonout_text(json, "key",
                            signer != NULL ? signet_pubkey_fingerprint(&signer->key, id) : NULL);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}

void signet_root_draft_member(const struct signet_root_draft *draft, struct signet_jsonout *json)
{
    const struct signet_root *root = &draft->root;
    signet_jsonout_open_object(json, "unverified");
    signet_jsonout_number(json, "version", root->version);
    put_instant(json, "issued", root->issued);
    put_instant(json, "expires", root->expires);
    signet_jsonout_open_array(json, "keys");
    for (size_t i = 0; i < root->key_count; i++) {
        put_key_member(json, &root->keys[i]);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_open_array(json, "roles");
    for (size_t i = 0; i < root->role_count; i++) {
        put_role_member(json, root, &root->roles[i]);
    }
    signet_jsonout_close_array(json);
    put_signature_members(json, draft);
    signet_jsonout_close_object(json);
}
