/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/document: a file in memory is what is identified, within a limit, and as it was at one
 * time. Digests are those that sha256sum prints.
 */
#include "artifact/document.h"

#include "artifact/manifest.h"
#include "base/fd.h"
#include "scratch.h"

/* What happens to the file right after it was read. */
static int (*meanwhile)(const char *path);
static const char *changed_path;

int __real_signet_fd_read_file(
    int fd, const char *name, uint64_t max, struct signet_buf *buf, struct signet_err *err);
int __wrap_signet_fd_read_file(
    int fd, const char *name, uint64_t max, struct signet_buf *buf, struct signet_err *err);

int __wrap_signet_fd_read_file(
    int fd, const char *name, uint64_t max, struct signet_buf *buf, struct signet_err *err)
{
    int rc = __real_signet_fd_read_file(fd, name, max, buf, err);
    if (meanwhile != NULL) {
        assert_int_equal(meanwhile(changed_path), 0);
    }
    return rc;
}

static int open_document(const char *path, uint64_t max, struct signet_document *document)
{
    struct signet_artifact *artifact = NULL;
    struct signet_err err;
    signet_err_clear(&err);
    changed_path = path;
    CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
    int rc = signet_document_read(artifact, max, document, &err);
    if (rc == SIGNET_OK) {
        CHECK_OK(signet_document_describe(document, signet_artifact_name(artifact), &err), &err);
    }
    assert_int_equal(rc, err.code);
    assert_int_equal(rc == SIGNET_OK, document->text.data != NULL);
    signet_artifact_close(artifact);
    return rc;
}

static void what_is_read_is_what_is_identified(void **state)
{
    /* printf '{"a":1}\n' | sha256sum */
    static const char sum[] = "e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c";
    struct signet_document document;
    struct scratch scratch;
    char path[512];
    char hex[SIGNET_DIGEST_HEX];
    (void)state;
    scratch_open(&scratch);
    scratch_put(&scratch, "d.json", "{\"a\":1}\n");
    CHECK_CODE(open_document(scratch_path(&scratch, "d.json", path), 8, &document), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&document.text), "{\"a\":1}\n");
    assert_int_equal(document.manifest.kind, SIGNET_ARTIFACT_FILE);
    assert_int_equal(document.manifest.bytes, 8);
    assert_string_equal(signet_digest_hex(&document.manifest.identity, hex), sum);
    signet_document_free(&document);
    CHECK_CODE(open_document(path, 7, &document), SIGNET_E_LIMIT);
    scratch_close(&scratch);
}

/* Another byte in its place: nothing but the times tells. */
static int overwrite(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && pwrite(fd, " ", 1, 1) == 1;
    return fd >= 0 && close(fd) == 0 && written ? 0 : 1;
}

static int look(const char *path)
{
    return access(path, R_OK);
}

static void a_change_meanwhile_is_noticed(void **state)
{
    struct signet_document document;
    struct scratch scratch;
    char path[512];
    (void)state;
    scratch_open(&scratch);
    scratch_put(&scratch, "d.json", "{ \"a\":1}");
    meanwhile = look;
    CHECK_CODE(open_document(scratch_path(&scratch, "d.json", path), 64, &document), SIGNET_OK);
    signet_document_free(&document);
    meanwhile = overwrite;
    CHECK_CODE(open_document(path, 64, &document), SIGNET_E_IO);
    meanwhile = NULL;
    scratch_close(&scratch);
}

/* Whether a text may be an object. */
static bool probe(const char *text)
{
    struct signet_artifact *artifact = NULL;
    struct scratch scratch;
    struct signet_err err;
    char path[512];
    bool object = false;
    scratch_open(&scratch);
    scratch_put(&scratch, "d", text);
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(scratch_path(&scratch, "d", path), &artifact, &err), &err);
    CHECK_OK(signet_document_probe(artifact, &object, &err), &err);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
    return object;
}

static void what_may_be_an_object(void **state)
{
    char spaces[4098];
    (void)state;
    assert_true(probe("{"));
    assert_true(probe(" \t\r\n{"));
    assert_false(probe(""));
    assert_false(probe("["));
    assert_false(probe("\xEF\xBB\xBF{"));
    memset(spaces, ' ', sizeof(spaces));
    memcpy(spaces + 4095, "{", 2);
    assert_true(probe(spaces));
    memcpy(spaces + 4095, " {", 3);
    assert_false(probe(spaces));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_what_is_identified),
        cmocka_unit_test(a_change_meanwhile_is_noticed),
        cmocka_unit_test(what_may_be_an_object),
    };
    return CHECK_RUN(tests);
}
