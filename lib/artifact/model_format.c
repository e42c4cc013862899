/* SPDX-License-Identifier: Apache-2.0
 *
 * Every parser is asked, so that none is believed because it came first: see
 * artifact/model_format.h.
 */
#include "artifact/model_cursor.h"

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

int signet_model_formats(const struct signet_model_source *source,
                         unsigned *formats,
                         struct signet_err *err)
{
    static const struct {
        enum signet_model_format format;
        int (*parse)(const struct signet_model_source *source, struct signet_err *err);
    } parsers[] = {
        {SIGNET_MODEL_SAFETENSORS, signet_model_safetensors},
        {SIGNET_MODEL_GGUF, signet_model_gguf},
        {SIGNET_MODEL_ONNX, signet_model_onnx},
    };
    unsigned found = 0;
    *formats = 0;
    for (size_t i = 0; i < SIGNET_COUNT(parsers); i++) {
        struct signet_err why;
        signet_err_clear(&why);
        int rc = parsers[i].parse(source, &why);
        if (rc != SIGNET_OK && rc != SIGNET_E_MALFORMED) {
            signet_err_copy(err, &why);
            return rc;
        }
        found |= rc == SIGNET_OK ? (unsigned)parsers[i].format : 0;
    }
    *formats = found;
    return SIGNET_OK;
}

static bool is_plain(uint32_t point)
{
    bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
    return !control || point == '\t' || point == '\r' || point == '\n';
}

int signet_model_is_text(const struct signet_model_source *source,
                         bool *text,
                         struct signet_err *err)
{
    enum {
        LONGEST = 4 /* bytes of a character */
    };
    struct signet_model_cursor cursor;
    *text = false;
    signet_model_begin(&cursor, source, err);
    while (cursor.at < source->size) {
        uint64_t start = cursor.at;
        uint64_t left = source->size - start;
        size_t some = left < LONGEST ? (size_t)left : LONGEST;
        const uint8_t *bytes = signet_model_bytes(&cursor, some);
        if (bytes == NULL) {
            return cursor.rc;
        }
        size_t len = signet_utf8_sequence(signet_span_of(bytes, some));
        if (len == 0 || !is_plain(signet_utf8_decode(bytes, len))) {
            return SIGNET_OK;
        }
        cursor.at = start + len;
    }
    *text = true;
    return SIGNET_OK;
}
