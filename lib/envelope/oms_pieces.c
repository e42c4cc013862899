/* SPDX-License-Identifier: Apache-2.0
 *
 * Pieces of files (OpenSSF Model Signing v1.0, method "shards"). Owns their names and that they
 * make up whole files; digests nothing.
 */
#include "envelope/oms_pieces.h"

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "json/num.h"

static int bad_name(struct signet_span name, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "OMS predicate: name of a shard: expected PATH:START:END, found \"%s\"",
                          signet_utf8_show(name, shown));
}

/* Takes the last ":NUMBER" off name. */
static bool take_number(struct signet_span *name, uint64_t *number)
{
    size_t colon = name->len;
    while (colon > 0 && name->ptr[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0) {
        return false;
    }
    struct signet_span digits = signet_span_of(name->ptr + colon, name->len - colon);
    *name = signet_span_of(name->ptr, colon - 1);
    return signet_num_parse(digits, number) == SIGNET_OK && *number <= INT64_MAX;
}

int signet_oms_piece(struct signet_span name,
                     struct signet_oms_piece *piece,
                     struct signet_err *err)
{
    struct signet_span rest = name;
    if (!take_number(&rest, &piece->end) || !take_number(&rest, &piece->start)) {
        return bad_name(name, err);
    }
    piece->path = rest;
    return SIGNET_OK;
}

struct signet_oms_piece signet_oms_piece_of(const struct signet_oms_resource *resource)
{
    struct signet_oms_piece piece = {0};
    /* It was read before; if it could not be now, it would be of no file. */
    SIGNET_IGNORE(signet_oms_piece(signet_oms_name(resource), &piece, NULL));
    return piece;
}

int signet_oms_shard_size(struct signet_json_value value, uint64_t *size, struct signet_err *err)
{
    static const uint64_t most = (UINT64_C(1) << 53) - 1;
    char shown[SIGNET_SHOW_MAX];
    char text[SIGNET_JSON_NUMBER_TEXT];
    *size = 0;
    size_t len = value.kind == SIGNET_JSON_NUMBER && signet_json_number_fits(value.text)
                     ? signet_json_number_canon(value.text, text)
                     : 0;
    if (len == 0 || signet_num_parse(signet_span_of(text, len), size) != SIGNET_OK || *size == 0 ||
        *size > most) {
        return signet_err_set(
            err, SIGNET_E_MALFORMED,
            "OMS predicate: \"shard_size\": expected a whole number of bytes from "
            "1 to 2^53 - 1, found %s",
            signet_utf8_show(value.text, shown));
    }
    return SIGNET_OK;
}

int signet_oms_by_piece(const void *a, const void *b)
{
    struct signet_oms_piece first = signet_oms_piece_of(a);
    struct signet_oms_piece second = signet_oms_piece_of(b);
    int order = signet_span_order(first.path, second.path);
    if (order != 0) {
        return order;
    }
    return first.start < second.start ? -1 : first.start > second.start;
}

static int
bad_tile(const struct signet_oms_resource *resource, const char *why, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_MALFORMED, "OMS predicate: shard \"%s\": %s",
                          signet_utf8_show(signet_oms_name(resource), shown), why);
}

int signet_oms_check_tiles(const struct signet_oms *oms, struct signet_err *err)
{
    struct signet_oms_piece before = {{NULL, 0}, 0, 0};
    for (size_t i = 0; i < oms->count; i++) {
        const struct signet_oms_resource *resource = &oms->resources[i];
        struct signet_oms_piece piece = signet_oms_piece_of(resource);
        bool follows = i > 0 && signet_span_eq(piece.path, before.path);
        uint64_t start = follows ? before.end : 0;
        if (piece.end <= piece.start) {
            return bad_tile(resource, "expected at least one byte", err);
        }
        if (piece.end - piece.start > oms->shard_size) {
            return bad_tile(resource, "longer than shard_size", err);
        }
        if (follows && piece.start == before.start && piece.end == before.end) {
            return bad_tile(resource, "is listed twice", err);
        }
        if (piece.start < start) {
            return bad_tile(resource, "overlaps with another", err);
        }
        if (piece.start > start) {
            return bad_tile(resource, "nothing covers the bytes before it", err);
        }
        if (follows && before.end - before.start != oms->shard_size) {
            return bad_tile(resource, "follows one that is shorter than shard_size", err);
        }
        before = piece;
    }
    return SIGNET_OK;
}
