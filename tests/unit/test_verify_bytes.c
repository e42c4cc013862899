/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/: every byte of a signature file and of an artifact counts. Each is flipped four ways, cut
 * and added to; what is accepted all the same is listed in the contract: white space after the end,
 * and a name of a key that is in no known form.
 */
#include "attempt.h"

static bool code_is_a_refusal(int rc)
{
    int exit_status = signet_err_exit(rc);
    return exit_status == 1 || exit_status == 3 || exit_status == 5;
}

/* Whether a byte at this offset is inside the value of the hint, whose judgement is not forgery. */
static bool in_hint(const struct signet_buf *text, size_t at)
{
    const char *start = strstr((const char *)text->data, "\"hint\":\"");
    assert_non_null(start);
    start += strlen("\"hint\":\"");
    size_t from = (size_t)(start - (const char *)text->data);
    size_t to = from + strcspn(start, "\"");
    return at >= from && at < to;
}

static void sweep(const char *path, struct signet_buf *text)
{
    struct attempt_file file = {"s", signet_buf_span(text), NULL};
    struct attempt how = {.path = path, .files = &file, .file_count = 1};
    static const uint8_t masks[] = {0x01, 0x02, 0x20, 0x80};
    size_t tried = 0;
    assert_int_equal(attempt(&how, false), SIGNET_OK);
    for (size_t i = 0; i < text->len; i++) {
        for (size_t j = 0; j < sizeof(masks); j++) {
            text->data[i] ^= masks[j];
            int rc = attempt(&how, false);
            if (!code_is_a_refusal(rc) && !(rc == SIGNET_OK && in_hint(text, i))) {
                fail_msg("byte %zu ^ %02x: %s", i, (unsigned)masks[j], signet_err_name(rc));
            }
            text->data[i] ^= masks[j];
            tried++;
        }
    }
    for (size_t len = 0; len < text->len; len++) {
        file.bytes.len = len;
        assert_true(code_is_a_refusal(attempt(&how, false)));
        tried++;
    }
    char *longer = malloc(text->len + 1);
    assert_non_null(longer);
    memcpy(longer, text->data, text->len);
    for (unsigned c = 0; c < 256; c++) {
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        longer[text->len] = (char)c;
        file.bytes = signet_span_of(longer, text->len + 1);
        int rc = attempt(&how, false);
        assert_true(space ? rc == SIGNET_OK : code_is_a_refusal(rc));
        tried++;
    }
    free(longer);
    file.bytes = signet_buf_span(text);
    assert_int_equal(attempt(&how, false), SIGNET_OK);
    assert_true(tried > 5 * text->len);
}

static void every_flip_truncation_and_addition_is_refused(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char name[SIGNET_FINGERPRINT_TEXT];
    struct signet_trusted_key key = forge_trusted(0);
    char *statement = file_statement(SIGNED, "contents");
    char *oms = oms_statement(two_files, "\".git\"");
    signet_pubkey_fingerprint(&key.key, name);
    struct signet_buf file = forge(&(struct forge){.payload = statement, .hint = name});
    struct signet_buf bundle = forge(&(struct forge){.payload = oms, .hint = name});
    make_bundle(&scratch);
    scratch_put(&scratch, "a", "contents");
    signet_buf_putc(&file, '\0');
    file.len--;
    signet_buf_putc(&bundle, '\0');
    bundle.len--;
    sweep(scratch_path(&scratch, "a", path), &file);
    sweep(scratch_path(&scratch, "m", path), &bundle);
    scratch_close(&scratch);
    signet_buf_free(&file);
    signet_buf_free(&bundle);
    free(statement);
    free(oms);
}

/* The published example: other tools read and write these bytes too. */
static void every_byte_of_the_published_example_counts(void **state)
{
    (void)state;
    struct signet_buf text = check_read_file(SIGNET_SOURCE_DIR "/tests/vectors/oms", "tiny.sig");
    while (text.len > 0 && text.data[text.len - 1] == '\n') {
        text.len--;
    }
    assert_int_equal(signet_buf_putc(&text, '\0'), SIGNET_OK);
    text.len--;
    sweep(SIGNET_SOURCE_DIR "/tests/vectors/artifact/tiny/input", &text);
    signet_buf_free(&text);
}

static void every_byte_of_the_artifact_counts(void **state)
{
    (void)state;
    char contents[] = "contents of a file, some bytes long";
    struct scratch scratch;
    char path[512];
    char *statement = file_statement(SIGNED, contents);
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
    size_t len = strlen(contents);
    scratch_open(&scratch);
    struct attempt how = {
        .path = scratch_path(&scratch, "a", path), .files = &file, .file_count = 1};
    for (size_t i = 0; i < len; i++) {
        contents[i] ^= 1;
        scratch_put(&scratch, "a", contents);
        assert_int_equal(attempt(&how, false), SIGNET_E_MISMATCH);
        contents[i] ^= 1;
        scratch_write(&scratch, "a", signet_span_of(contents, i));
        assert_int_equal(attempt(&how, false), SIGNET_E_MISMATCH);
    }
    scratch_write(&scratch, "a", signet_span_of(contents, len + 1));
    assert_int_equal(attempt(&how, false), SIGNET_E_MISMATCH);
    scratch_put(&scratch, "a", contents);
    assert_int_equal(attempt(&how, false), SIGNET_OK);
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flip_truncation_and_addition_is_refused),
        cmocka_unit_test(every_byte_of_the_published_example_counts),
        cmocka_unit_test(every_byte_of_the_artifact_counts),
    };
    return CHECK_RUN(tests);
}
