/* SPDX-License-Identifier: Apache-2.0
 *
 * Splicing signature objects into a document: see sign/splice.h.
 */
#include "sign/splice.h"

#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"

#define MEMBER "\"signature\""

enum {
    VALUE_TEXT = 86, /* base64url digits of an Ed25519 signature */
    OBJECT_MAX = 1 << 20
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

/* {"algorithm":…,"publicKey":…,"value":…} */
static int write_core(const struct signet_splice_rules *rules, struct signet_splice *splice)
{
    struct signet_buf *out = &splice->text;
    struct signet_buf jwk;
    const char *key_id = rules->key_id;
    signet_buf_puts(out, "{\"algorithm\":\"Ed25519\",");
    if (key_id != NULL) {
        signet_buf_puts(out, "\"keyId\":");
        signet_json_put_string(out, signet_span_str(key_id));
    } else {
        signet_buf_init(&jwk, OBJECT_MAX);
        signet_pubkey_write(rules->key, SIGNET_KEY_FORM_JWK, &jwk);
        signet_buf_puts(out, "\"publicKey\":");
        signet_buf_put(out, signet_span_of(jwk.data, jwk.len > 0 ? jwk.len - 1 : 0));
        signet_buf_free(&jwk);
    }
    signet_buf_puts(out, ",\"value\":\"");
    splice->value = out->len;
    for (size_t i = 0; i < VALUE_TEXT; i++) {
        signet_buf_putc(out, 'A');
    }
    return signet_buf_puts(out, "\"}");
}

/* A new signature object behind the last member, set off as the first one is. */
static int splice_object(const struct signet_splices *splices,
                         const struct signet_splice_rules *rules,
                         struct signet_splice *splice)
{
    static const char *const lists[] = {"", "{\"signers\":[", "{\"chain\":["};
    struct signet_span object = splice->place->jsf.covered.text;
    struct signet_buf *out = &splice->text;
    const uint8_t *end = trim(object.ptr + object.len - 1);
    const uint8_t *inside = object.ptr + 1;
    splice->offset = (size_t)(end - splices->document->json.bytes.ptr);
    if (end > inside) { /* it has a member */
        signet_buf_putc(out, ',');
        for (; is_space(*inside); inside++) {
            signet_buf_putc(out, (char)*inside);
        }
    }
    splice->name = out->len;
    signet_buf_puts(out, MEMBER ":");
    signet_buf_puts(out, lists[rules->form]);
    SIGNET_IGNORE(write_core(rules, splice) != SIGNET_OK); /* an error sticks */
    return signet_buf_puts(out, rules->form == SIGNET_EMBED_SINGLE ? "" : "]}");
}

/* One more signature in the list that is there. */
static int splice_core(const struct signet_splices *splices,
                       const struct signet_splice_rules *rules,
                       struct signet_splice *splice,
                       struct signet_err *err)
{
    const char *list = rules->form == SIGNET_EMBED_CHAIN ? "chain" : "signers";
    struct signet_json_value array;
    if (!signet_json_member(splice->place->jsf.signature, list, &array) ||
        array.kind != SIGNET_JSON_ARRAY) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "a list of signatures that is none");
    }
    const uint8_t *end = trim(array.text.ptr + array.text.len - 1);
    splice->offset = (size_t)(end - splices->document->json.bytes.ptr);
    signet_buf_putc(&splice->text, ',');
    return write_core(rules, splice);
}

static int by_offset(const void *a, const void *b)
{
    const struct signet_splice *left = a;
    const struct signet_splice *right = b;
    return left->offset < right->offset ? -1 : left->offset > right->offset;
}

/* All signature objects, with values that say nothing. */
static int write_splices(struct signet_splices *splices,
                         const struct signet_splice_rules *rules,
                         struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < splices->count; i++) {
        struct signet_splice *splice = &splices->list[i];
        signet_buf_init(&splice->text, OBJECT_MAX);
        rc = splice->place->is_signed ? splice_core(splices, rules, splice, err)
                                      : splice_object(splices, rules, splice);
    }
    qsort(splices->list, splices->count, sizeof(*splices->list), by_offset);
    return signet_err_set(err, rc, "no room for a signature object");
}

/* The document with all splices in it. */
static int join(struct signet_splices *splices, struct signet_err *err)
{
    struct signet_span original = splices->document->json.bytes;
    struct signet_buf *out = &splices->text;
    size_t added = 0;
    size_t from = 0;
    for (size_t i = 0; i < splices->count; i++) {
        added += splices->list[i].text.len;
    }
    signet_buf_init(out, original.len + added);
    int rc = signet_buf_reserve(out, original.len + added);
    for (size_t i = 0; rc == SIGNET_OK && i < splices->count; i++) {
        struct signet_splice *splice = &splices->list[i];
        splice->before = out->len + (splice->offset - from) - splice->offset;
        signet_buf_put(out, signet_span_of(original.ptr + from, splice->offset - from));
        rc = signet_buf_put(out, signet_buf_span(&splice->text));
        from = splice->offset;
    }
    if (rc == SIGNET_OK) {
        rc = signet_buf_put(out, signet_span_of(original.ptr + from, original.len - from));
    }
    return signet_err_set(err, rc, "out of memory to sign a document");
}

/* The last splice at or before an offset of the original; NULL: there is none. */
static const struct signet_splice *splice_until(const struct signet_splices *splices, size_t offset)
{
    size_t from = 0;
    size_t until = splices->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (splices->list[middle].offset <= offset) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from > 0 ? &splices->list[from - 1] : NULL;
}

/* Where a byte of the original stands now. */
static size_t moved(const struct signet_splices *splices, size_t offset)
{
    const struct signet_splice *splice = splice_until(splices, offset);
    return offset + (splice != NULL ? splice->before + splice->text.len : 0);
}

/* A value of the original where it stands now, with all that was spliced into it. */
static struct signet_json_value moved_value(const struct signet_splices *splices,
                                            struct signet_json_value value)
{
    const uint8_t *original = splices->document->json.bytes.ptr;
    size_t first = moved(splices, (size_t)(value.text.ptr - original));
    size_t last = moved(splices, (size_t)(value.text.ptr + value.text.len - 1 - original));
    value.text = signet_span_of(splices->text.data + first, last - first + 1);
    return value;
}

struct signet_jsf_place signet_splices_place(const struct signet_splices *splices,
                                             const struct signet_splice *splice)
{
    const struct signet_jsf_place *old = &splice->place->jsf;
    struct signet_jsf_place place = {.covered = moved_value(splices, old->covered)};
    if (splice->place->is_signed) {
        place.name = moved_value(splices, old->name);
        place.signature = moved_value(splices, old->signature);
        return place;
    }
    const uint8_t *name = splices->text.data + splice->offset + splice->before + splice->name;
    size_t to_value = sizeof(MEMBER ":") - 1;
    place.name.kind = SIGNET_JSON_STRING;
    place.name.text = signet_span_of(name, sizeof(MEMBER) - 1);
    place.signature.kind = SIGNET_JSON_OBJECT;
    place.signature.text =
        signet_span_of(name + to_value, splice->text.len - splice->name - to_value);
    return place;
}

int signet_splices_make(struct signet_splices *splices,
                        const struct signet_embedded *document,
                        const struct signet_splice_rules *rules,
                        struct signet_err *err)
{
    splices->document = document;
    splices->list = calloc(document->place_count, sizeof(*splices->list));
    if (splices->list == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory to sign a document");
    }
    splices->count = document->place_count;
    for (size_t i = 0; i < splices->count; i++) {
        splices->list[i].place = &document->places[i];
    }
    int rc = write_splices(splices, rules, err);
    return rc == SIGNET_OK ? join(splices, err) : rc;
}

int signet_splices_fill(struct signet_splices *splices,
                        const struct signet_splice *splice,
                        struct signet_span signature)
{
    struct signet_buf value;
    signet_buf_init(&value, 2 * VALUE_TEXT);
    int rc = signet_b64_encode(&value, signature, SIGNET_B64_URL_UNPADDED);
    if (rc == SIGNET_OK && value.len != VALUE_TEXT) {
        rc = SIGNET_E_INTERNAL;
    }
    if (rc == SIGNET_OK) {
        memcpy(splices->text.data + splice->offset + splice->before + splice->value, value.data,
               VALUE_TEXT);
    }
    signet_buf_free(&value);
    return rc;
}

size_t signet_splices_settled(const struct signet_splices *splices)
{
    const struct signet_splice *first = &splices->list[0];
    return splices->count > 0 ? first->offset + first->before + first->value : splices->text.len;
}

void signet_splices_free(struct signet_splices *splices)
{
    for (size_t i = 0; i < splices->count; i++) {
        signet_buf_free(&splices->list[i].text);
    }
    free(splices->list);
    signet_buf_free(&splices->text);
    memset(splices, 0, sizeof(*splices));
}
