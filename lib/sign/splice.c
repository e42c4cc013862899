/* SPDX-License-Identifier: Apache-2.0
 *
 * Splicing signature objects into a document: see sign/splice.h.
 */
#include "sign/splice.h"

#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "crypto/pubkey.h"

enum {
    OBJECT_MAX = 1 << 20
};

/* One place and the text that is spliced in for it. */
struct splice {
    const struct signet_embedded_place *place;
    size_t offset; /* in the original, before which the text goes */
    struct signet_buf text;
    size_t value; /* where in the text the value begins */
};

/* All of a document. */
struct splices {
    struct signet_span original;
    struct splice *list; /* by rising offset */
    size_t count;
};

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* The byte behind the last one before end that is no white space. */
static const uint8_t *trim(const uint8_t *end)
{
    while (is_space(end[-1])) {
        end--;
    }
    return end;
}

/* The public key as JSS has it: SubjectPublicKeyInfo in base64 without padding. */
static void put_spki(const struct signet_pubkey *key, struct signet_buf *out)
{
    uint8_t spki[SIGNET_SPKI_DER_MAX];
    signet_b64_encode(out, signet_pubkey_spki_der(key, spki), SIGNET_B64_STANDARD_BARE);
}

static void put_jwk(const struct signet_pubkey *key, struct signet_buf *out)
{
    struct signet_buf jwk;
    signet_buf_init(&jwk, OBJECT_MAX);
    signet_pubkey_write(key, SIGNET_KEY_FORM_JWK, &jwk);
    signet_buf_put(out, signet_span_of(jwk.data, jwk.len > 0 ? jwk.len - 1 : 0));
    signet_buf_free(&jwk);
}

/* One signature, which says nothing yet. */
static int write_core(const struct signet_splice_rules *rules, struct splice *splice)
{
    struct signet_buf *out = &splice->text;
    signet_buf_puts(out, rules->jss ? "{\"hash_algorithm\":\"sha-256\"," : "{");
    signet_buf_puts(out, "\"algorithm\":\"Ed25519\",");
    if (rules->jss) {
        signet_buf_puts(out, "\"public_key\":\"");
        put_spki(rules->key, out);
        signet_buf_putc(out, '"');
    } else if (rules->key_id != NULL) {
        signet_buf_puts(out, "\"keyId\":");
        signet_json_put_string(out, signet_span_str(rules->key_id));
    } else {
        signet_buf_puts(out, "\"publicKey\":");
        put_jwk(rules->key, out);
    }
    signet_buf_puts(out, ",\"value\":\"");
    splice->value = out->len;
    for (size_t i = 0; i < SIGNET_SPLICE_VALUE; i++) {
        signet_buf_putc(out, 'A');
    }
    return signet_buf_puts(out, "\"}");
}

/* A new signature object behind the last member, set off as the first one is. */
static int splice_object(const struct splices *splices,
                         const struct signet_splice_rules *rules,
                         struct splice *splice)
{
    static const char *const before[] = {"\"signature\":", "\"signature\":{\"signers\":[",
                                         "\"signature\":{\"chain\":["};
    bool list = rules->form != SIGNET_EMBED_SINGLE;
    struct signet_span object = splice->place->at.covered.text;
    struct signet_buf *out = &splice->text;
    const uint8_t *end = trim(object.ptr + object.len - 1);
    const uint8_t *inside = object.ptr + 1;
    splice->offset = (size_t)(end - splices->original.ptr);
    if (end > inside) { /* it has a member */
        signet_buf_putc(out, ',');
        for (; is_space(*inside); inside++) {
            signet_buf_putc(out, (char)*inside);
        }
    }
    signet_buf_puts(out, rules->jss ? "\"signatures\":[" : before[rules->form]);
    SIGNET_IGNORE(write_core(rules, splice) != SIGNET_OK); /* an error sticks */
    return signet_buf_puts(out, rules->jss ? "]" : list ? "]}" : "");
}

/* One more signature in the list that is there. */
static int splice_core(const struct splices *splices,
                       const struct signet_splice_rules *rules,
                       struct splice *splice,
                       struct signet_err *err)
{
    const char *list = rules->form == SIGNET_EMBED_CHAIN ? "chain" : "signers";
    struct signet_json_value array = splice->place->at.signature;
    if ((!rules->jss && !signet_json_member(splice->place->at.signature, list, &array)) ||
        array.kind != SIGNET_JSON_ARRAY) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "a list of signatures that is none");
    }
    const uint8_t *end = trim(array.text.ptr + array.text.len - 1);
    splice->offset = (size_t)(end - splices->original.ptr);
    signet_buf_putc(&splice->text, ',');
    return write_core(rules, splice);
}

static int by_offset(const void *a, const void *b)
{
    const struct splice *left = a;
    const struct splice *right = b;
    return left->offset < right->offset ? -1 : left->offset > right->offset;
}

/* All signature objects, with values that say nothing. */
static int write_splices(struct splices *splices,
                         const struct signet_splice_rules *rules,
                         struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < splices->count; i++) {
        struct splice *splice = &splices->list[i];
        signet_buf_init(&splice->text, OBJECT_MAX);
        rc = splice->place->is_signed ? splice_core(splices, rules, splice, err)
                                      : splice_object(splices, rules, splice);
    }
    qsort(splices->list, splices->count, sizeof(*splices->list), by_offset);
    return signet_err_set(err, rc, "no room for a signature object");
}

/* Puts all splices into the text of the document, the last one first, so that each byte moves once.
 */
static int join(const struct splices *splices, struct signet_buf *text, struct signet_err *err)
{
    size_t added = 0;
    size_t end = text->len;
    for (size_t i = 0; i < splices->count; i++) {
        added += splices->list[i].text.len;
    }
    text->max = text->len + added;
    int rc = signet_buf_reserve(text, added);
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "out of memory to sign a document");
    }
    text->len += added;
    for (size_t i = splices->count; i-- > 0;) {
        const struct splice *splice = &splices->list[i];
        memmove(text->data + splice->offset + added, text->data + splice->offset,
                end - splice->offset);
        added -= splice->text.len;
        memcpy(text->data + splice->offset + added, splice->text.data, splice->text.len);
        end = splice->offset;
    }
    return SIGNET_OK;
}

static void release(struct splices *splices)
{
    for (size_t i = 0; i < splices->count; i++) {
        signet_buf_free(&splices->list[i].text);
    }
    free(splices->list);
}

int signet_splice(struct signet_embedded *document,
                  const struct signet_splice_rules *rules,
                  struct signet_buf *text,
                  size_t *settled,
                  struct signet_err *err)
{
    struct splices splices = {
        .original = document->json.bytes,
        .list = calloc(document->place_count, sizeof(*splices.list)),
        .count = document->place_count,
    };
    signet_buf_init(text, 0);
    if (splices.list == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory to sign a document");
    }
    for (size_t i = 0; i < splices.count; i++) {
        splices.list[i].place = &document->places[i];
    }
    int rc = write_splices(&splices, rules, err);
    *text = document->document.text;
    memset(&document->document.text, 0, sizeof(document->document.text));
    signet_embedded_free(document); /* what it says of the text is void now */
    if (rc == SIGNET_OK) {
        *settled = splices.list[0].offset + splices.list[0].value;
        rc = join(&splices, text, err);
    }
    release(&splices);
    return rc;
}
