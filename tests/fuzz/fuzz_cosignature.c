/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/cosignature. Cosignatures that are read are within their bounds, and written one to a
 * note they are read as the same.
 */
#include "fuzz.h"

#include <signet/limits.h>

#include "envelope/cosignature.h"

static void check_said(struct signet_span text, const struct signet_cosignature *said)
{
    FUZZ_CHECK(said->time >= 0 && said->subject.alg == SIGNET_DIGEST_SHA256);
    FUZZ_CHECK(signet_cosignature_is_name(said->name));
    FUZZ_CHECK(said->name.ptr > text.ptr && said->name.ptr + said->name.len < text.ptr + text.len);
}

static struct signet_buf write_all(const struct signet_cosignatures *notes)
{
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < notes->count; i++) {
        FUZZ_CHECK(signet_cosignature_put_note(&notes->list[i], &text) == SIGNET_OK);
    }
    return text;
}

static void check_written(const struct signet_cosignatures *notes)
{
    struct signet_cosignatures again;
    struct signet_buf first = write_all(notes);
    FUZZ_CHECK(signet_cosignatures_parse(signet_buf_span(&first), &again, NULL) == SIGNET_OK);
    struct signet_buf second = write_all(&again);
    FUZZ_CHECK(again.count == notes->count);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(&first), signet_buf_span(&second)));
    signet_buf_free(&first);
    signet_buf_free(&second);
    signet_cosignatures_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span text = signet_span_of(data, size);
    struct signet_cosignatures notes;
    if (signet_cosignatures_parse(text, &notes, NULL) != SIGNET_OK) {
        FUZZ_CHECK(notes.list == NULL && notes.count == 0);
        return 0;
    }
    FUZZ_CHECK(size <= SIGNET_TIME_NOTES);
    FUZZ_CHECK(notes.count <= (size_t)SIGNET_COSIGNATURE_NOTES * SIGNET_COSIGNATURE_LINES);
    for (size_t i = 0; i < notes.count; i++) {
        check_said(text, &notes.list[i]);
    }
    if (notes.count > 0 && notes.count <= SIGNET_COSIGNATURE_NOTES) {
        check_written(&notes);
    }
    signet_cosignatures_free(&notes);
    return 0;
}
