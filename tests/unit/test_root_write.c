/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/root_write: roots as their authors sign them. What is expected was sorted by hand (RFC 8785
 * section 3.2.3).
 */
#include "check.h"

#include "forge_root.h"
#include "trust/root_write.h"

/* The owner is a"b\c and an a with two dots. */
#define READ                                                                                       \
    " {\"version\":12,\"expires\":\"2027-05-01T00:00:00Z\",\"schema\":\"signet-root/1\",\n"        \
    "\"issued\":\"2026-11-01T00:00:01Z\",\"roles\":{\"root\":{\"threshold\":2,\"keys\":[\"" ID1    \
    "\",\"" ID0 "\"]},\"policy\":{\"keys\":[\"" ID0 "\"],\"threshold\":1},"                        \
    "\"\\\"\":{\"keys\":[\"" ID3 "\"],\"threshold\":1}},\"keys\":{\"" ID2                          \
    "\":{\"uses\":[\"time\"],\"status\":\"revoked\",\"revoked_at\":\"2026-10-01T00:00:00Z\","      \
    "\"owner\":\"a\\\"b\\\\c\\u00e4\",\"public\":\"" PUBLIC2 "\",\"algorithm\":\"ed25519\"},"      \
    "\"" ID0 "\":{\"uses\":[\"signify\",\"dsse\",\"minisign\"],\"status\":\"active\","             \
    "\"not_before\":\"2026-01-01T00:00:00Z\",\"not_after\":\"9999-12-31T23:59:59Z\","              \
    "\"owner\":\"o\",\"public\":\"" PUBLIC0 "\",\"algorithm\":\"ed25519\"},"                       \
    "\"" ID1 "\":{\"uses\":[\"dsse\",\"bundle\"],\"status\":\"active\",\"owner\":\"o\","           \
    "\"public\":\"" PUBLIC1 "\",\"algorithm\":\"ed25519\"},"                                       \
    "\"" ID3 "\":{\"uses\":[\"jsf\",\"jss\",\"sshsig\"],\"status\":\"retired\","                   \
    "\"retired_at\":\"1970-01-01T00:00:00Z\",\"owner\":\"o\",\"public\":\"" PUBLIC3                \
    "\",\"algorithm\":\"ecdsa-p256\"}}}\n"

#define WRITTEN                                                                                    \
    "{\"expires\":\"2027-05-01T00:00:00Z\",\"issued\":\"2026-11-01T00:00:01Z\",\"keys\":{"         \
    "\"" ID1 "\":{\"algorithm\":\"ed25519\",\"owner\":\"o\",\"public\":\"" PUBLIC1                 \
    "\",\"status\":\"active\"},"                                                                   \
    "\"" ID3 "\":{\"algorithm\":\"ecdsa-p256\",\"owner\":\"o\",\"public\":\"" PUBLIC3              \
    "\",\"retired_at\":\"1970-01-01T00:00:00Z\",\"status\":\"retired\","                           \
    "\"uses\":[\"jsf\",\"jss\",\"sshsig\"]},"                                                      \
    "\"" ID0 "\":{\"algorithm\":\"ed25519\",\"not_after\":\"9999-12-31T23:59:59Z\","               \
    "\"not_before\":\"2026-01-01T00:00:00Z\",\"owner\":\"o\",\"public\":\"" PUBLIC0                \
    "\",\"status\":\"active\",\"uses\":[\"dsse\",\"minisign\",\"signify\"]},"                      \
    "\"" ID2                                                                                       \
    "\":{\"algorithm\":\"ed25519\",\"owner\":\"a\\\"b\\\\c\xc3\xa4\",\"public\":\"" PUBLIC2        \
    "\",\"revoked_at\":\"2026-10-01T00:00:00Z\",\"status\":\"revoked\",\"uses\":[\"time\"]}},"     \
    "\"roles\":{\"\\\"\":{\"keys\":[\"" ID3 "\"],\"threshold\":1},"                                \
    "\"policy\":{\"keys\":[\"" ID0 "\"],\"threshold\":1},"                                         \
    "\"root\":{\"keys\":[\"" ID1 "\",\"" ID0 "\"],\"threshold\":2}},"                              \
    "\"schema\":\"signet-root/1\",\"version\":12}"

static void read_root(struct signet_span text, struct signet_root *root)
{
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_root_parse(text, root, &err), &err);
}

static void what_was_read_is_written_canonically(void **state)
{
    struct signet_root root;
    struct signet_buf out;
    struct signet_err err;
    (void)state;
    signet_err_clear(&err);
    read_root(signet_span_str(READ), &root);
    signet_buf_init(&out, 1 << 20);
    CHECK_OK(signet_root_write(&root, signet_sink_to_buf(&out), &err), &err);
    CHECK_SPAN(signet_buf_span(&out), WRITTEN);
    signet_root_free(&root);
    /* and it reads itself */
    read_root(signet_buf_span(&out), &root);
    signet_buf_reset(&out);
    CHECK_OK(signet_root_write(&root, signet_sink_to_buf(&out), &err), &err);
    CHECK_SPAN(signet_buf_span(&out), WRITTEN);
    signet_root_free(&root);
    signet_buf_free(&out);
}

static void what_is_too_long_to_read_is_not_written(void **state)
{
    struct signet_root root;
    struct signet_buf out;
    struct signet_err err;
    (void)state;
    read_root(signet_span_str(READ), &root);
    char *owner = malloc(((size_t)1 << 20) + 1);
    assert_non_null(owner);
    memset(owner, 'x', (size_t)1 << 20);
    owner[(size_t)1 << 20] = '\0';
    root.keys[0].owner = owner;
    signet_err_clear(&err);
    signet_buf_init(&out, (size_t)4 << 20);
    CHECK_CODE(signet_root_write(&root, signet_sink_to_buf(&out), &err), SIGNET_E_LIMIT);
    assert_int_equal(out.len, 0);
    signet_buf_free(&out);
    signet_root_free(&root);
    free(owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_read_is_written_canonically),
        cmocka_unit_test(what_is_too_long_to_read_is_not_written),
    };
    return CHECK_RUN(tests);
}
