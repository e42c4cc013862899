/* SPDX-License-Identifier: Apache-2.0
 *
 * PEM (RFC 7468). Owns the text around the bytes; knows nothing of DER and keys. The base64 is
 * libsodium's, which takes the same time whatever the bytes are.
 */
#include "crypto/pem.h"

#include <sodium.h>

#include "base/err.h"
#include "crypto/sodium.h"

static const char begin_mark[] = "-----BEGIN ";
static const char end_mark[] = "-----END ";
static const char close_mark[] = "-----";

enum {
    LINE_BYTES = 48 /* of 64 columns */
};

static struct signet_span after(struct signet_span text, size_t count)
{
    return count == 0 ? text : signet_span_of(text.ptr + count, text.len - count);
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct signet_span skip_space(struct signet_span text)
{
    size_t at = 0;
    while (at < text.len && is_space(text.ptr[at])) {
        at++;
    }
    return after(text, at);
}

/* Takes "-----BEGIN LABEL-----" from the front of *rest. */
static bool take_begin(struct signet_span *rest, struct signet_span *label)
{
    struct signet_span text = skip_space(*rest);
    if (!signet_span_begins(text, begin_mark)) {
        return false;
    }
    text = after(text, strlen(begin_mark));
    size_t len = 0;
    while (len < text.len && text.ptr[len] != '-' && text.ptr[len] >= ' ' && text.ptr[len] < 0x7F) {
        len++;
    }
    if (len == 0 || !signet_span_begins(after(text, len), close_mark)) {
        return false;
    }
    *label = signet_span_of(text.ptr, len);
    *rest = after(text, len + strlen(close_mark));
    return true;
}

/* Takes "-----END LABEL-----" from the front of *rest. */
static bool take_end(struct signet_span *rest, struct signet_span label)
{
    struct signet_span text = *rest;
    if (!signet_span_begins(text, end_mark)) {
        return false;
    }
    text = after(text, strlen(end_mark));
    if (text.len < label.len || !signet_span_eq(signet_span_of(text.ptr, label.len), label) ||
        !signet_span_begins(after(text, label.len), close_mark)) {
        return false;
    }
    *rest = after(text, label.len + strlen(close_mark));
    return true;
}

bool signet_pem_label(struct signet_span text, struct signet_span *label)
{
    return take_begin(&text, label);
}

/* Lines only: the body begins after the end of a line and ends with one. */
static bool is_lines(struct signet_span body)
{
    bool begins = signet_span_begins(body, "\n") || signet_span_begins(body, "\r\n");
    return begins && body.ptr[body.len - 1] == '\n';
}

int signet_pem_decode(struct signet_span text, uint8_t *out, size_t *len, struct signet_err *err)
{
    struct signet_span rest = text;
    struct signet_span label;

    *len = 0;
    if (!take_begin(&rest, &label)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, 0, "expected a \"-----BEGIN ...-----\" line");
    }
    /* A body has no '-', so the first one begins the last line. */
    const uint8_t *dash = rest.len > 0 ? memchr(rest.ptr, '-', rest.len) : NULL;
    struct signet_span body = {rest.ptr, dash != NULL ? (size_t)(dash - rest.ptr) : rest.len};
    rest = after(rest, body.len);
    uint64_t body_end = text.len - rest.len;
    if (!take_end(&rest, label) || !is_lines(body)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, body_end,
                             "expected base64 lines and an \"-----END ...-----\" line with the "
                             "label of the first");
    }
    rest = skip_space(rest);
    if (rest.len > 0) {
        return signet_err_at(err, SIGNET_E_MALFORMED, text.len - rest.len,
                             "expected one PEM block, found more after its \"-----END ...-----\"");
    }
    int rc = signet_sodium_base64(body, SIGNET_SODIUM_B64_LINES, out, body.len, len);
    if (rc != SIGNET_OK || *len == 0) {
        size_t good = rc != SIGNET_OK ? *len : body.len;
        *len = 0;
        return signet_err_at(err, SIGNET_E_MALFORMED, (uint64_t)(body.ptr - text.ptr) + good,
                             "expected padded base64 lines between the PEM boundaries");
    }
    return SIGNET_OK;
}

size_t signet_pem_length(const char *label, size_t len)
{
    size_t lines = (len + LINE_BYTES - 1) / LINE_BYTES;
    size_t boundaries = strlen(begin_mark) + strlen(end_mark) + 2 * strlen(close_mark) + 2;
    return boundaries + 2 * strlen(label) + (len + 2) / 3 * 4 + lines;
}

static char *put(char *out, struct signet_span text)
{
    memcpy(out, text.ptr, text.len);
    return out + text.len;
}

static char *put_boundary(char *out, const char *mark, const char *label)
{
    out = put(out, signet_span_str(mark));
    out = put(out, signet_span_str(label));
    out = put(out, signet_span_str(close_mark));
    *out++ = '\n';
    return out;
}

size_t signet_pem_encode(const char *label, struct signet_span bytes, char *out)
{
    char *to = put_boundary(out, begin_mark, label);
    for (size_t at = 0; at < bytes.len; at += LINE_BYTES) {
        size_t len = bytes.len - at < LINE_BYTES ? bytes.len - at : LINE_BYTES;
        /* libsodium fills all the room it is told of, so it is told of no more than this line. */
        sodium_bin2base64(to, sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL),
                          bytes.ptr + at, len, sodium_base64_VARIANT_ORIGINAL);
        to += strlen(to);
        *to++ = '\n';
    }
    to = put_boundary(to, end_mark, label);
    *to = '\0';
    return (size_t)(to - out);
}
