/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/model_format.h. No parser reads beyond the end, what is claimed ends where the file ends
 * (one byte more is refused, of GGUF more than any padding), and a claim does not depend on where
 * the bytes lie.
 */
#include "fuzz.h"

#include <stdlib.h>

#include "artifact/model_format.h"

enum {
    PADDING = 1 << 16 /* at most, of GGUF */
};

static int read_span(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    const struct signet_span *bytes = ctx;
    (void)err;
    FUZZ_CHECK(offset <= bytes->len && len <= bytes->len - offset);
    if (len > 0) {
        memcpy(buf, bytes->ptr + offset, len);
    }
    return SIGNET_OK;
}

static unsigned formats_of(struct signet_span bytes)
{
    const struct signet_model_source source = {read_span, &bytes, bytes.len};
    struct signet_err err;
    unsigned formats = 0;
    signet_err_clear(&err);
    FUZZ_CHECK(signet_model_formats(&source, &formats, &err) == SIGNET_OK && err.code == SIGNET_OK);
    return formats;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span bytes = signet_span_of(data, size);
    const struct signet_model_source source = {read_span, &bytes, bytes.len};
    unsigned formats = formats_of(bytes);
    bool text = false;
    FUZZ_CHECK(signet_model_is_text(&source, &text, NULL) == SIGNET_OK);
    FUZZ_CHECK(!text || (formats & SIGNET_MODEL_GGUF) == 0); /* it has a version of 4 bytes */
    if (formats != 0) {
        uint8_t *longer = calloc(1, size + PADDING);
        FUZZ_CHECK(longer != NULL);
        memcpy(longer, data, size);
        unsigned one_more = formats_of(signet_span_of(longer, size + 1));
        FUZZ_CHECK((formats & one_more & (SIGNET_MODEL_SAFETENSORS | SIGNET_MODEL_ONNX)) == 0);
        FUZZ_CHECK((formats & formats_of(signet_span_of(longer, size + PADDING))) == 0);
        free(longer);
    }
    return 0;
}
