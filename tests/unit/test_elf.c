/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/elf.h: what a file says is read in both classes and orders; each thing that can be wrong
 * with it is refused beside a twin that differs in that alone, at a bounded cost.
 */
#include "artifact/elf.h"

#include "build_elf.h"

static int read_image(const void *bytes, size_t len, struct signet_elf *elf, struct signet_err *err)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fflush(file), 0);
    signet_err_clear(err);
    int rc = signet_elf_read(fileno(file), elf, err);
    assert_int_equal(rc, err->code);
    assert_int_equal(fclose(file), 0);
    return rc;
}

static void expect(const struct elf_image *image, size_t len, int code, const char *text)
{
    struct signet_elf elf;
    struct signet_err err;
    int rc = read_image(image->bytes, len, &elf, &err);
    signet_elf_free(&elf);
    if (rc != code || (text != NULL && strstr(err.msg, text) == NULL)) {
        fail_msg("expected %s and \"%s\", got %s: %s", signet_err_name(code), text,
                 signet_err_name(rc), err.msg);
    }
}

static void what_it_says_is_read(void **state)
{
    (void)state;
    static const char *const needed[] = {"libone.so.1", "libtwo.so", NULL};
    for (unsigned i = 0; i < 4; i++) {
        const struct elf_plan plan = {.narrow = (i & 1) != 0,
                                      .big = (i & 2) != 0,
                                      .machine = 183,
                                      .interpreter = "/lib/ld-linux.so.2",
                                      .soname = "libself.so.3",
                                      .rpath = "$ORIGIN/a",
                                      .runpath = "/opt/b:/c",
                                      .needed = needed,
                                      .flags_1 = SIGNET_ELF_PIE | SIGNET_ELF_NODEFLIB};
        struct elf_image image;
        struct signet_elf elf;
        struct signet_err err;
        elf_build(&plan, &image);
        CHECK_OK(read_image(image.bytes, ELF_ROOM, &elf, &err), &err);
        assert_int_equal(elf.bits, plan.narrow ? 32 : 64);
        assert_int_equal(elf.big, plan.big);
        assert_int_equal(elf.type, SIGNET_ELF_SHARED);
        assert_int_equal(elf.machine, 183);
        assert_string_equal(elf.interpreter, plan.interpreter);
        assert_string_equal(elf.soname, plan.soname);
        assert_string_equal(elf.rpath, plan.rpath);
        assert_string_equal(elf.runpath, plan.runpath);
        assert_int_equal(elf.needed_count, 2);
        assert_string_equal(elf.needed[0], needed[0]);
        assert_string_equal(elf.needed[1], needed[1]);
        assert_null(elf.unusual);
        assert_int_equal(elf.flags_1, plan.flags_1);
        signet_elf_free(&elf);
        assert_null(elf.interpreter);
    }
}

static void what_it_does_not_say_is_absent(void **state)
{
    (void)state;
    struct elf_image image;
    struct signet_elf elf;
    struct signet_err err;
    elf_build(&(struct elf_plan){.type = SIGNET_ELF_EXEC}, &image);
    CHECK_OK(read_image(image.bytes, ELF_ROOM, &elf, &err), &err);
    assert_int_equal(elf.type, SIGNET_ELF_EXEC);
    assert_true(elf.interpreter == NULL && elf.soname == NULL && elf.rpath == NULL &&
                elf.runpath == NULL && elf.needed_count == 0 && elf.flags_1 == 0);
    signet_elf_free(&elf);
    elf_put(&image, 16, 2, 1); /* an object, which has no program headers */
    elf_put(&image, 56, 2, 0);
    CHECK_OK(read_image(image.bytes, 64, &elf, &err), &err);
    assert_int_equal(elf.type, 1);
    signet_elf_free(&elf);
    CHECK_CODE(read_image("#!/bin/sh\n", 10, &elf, &err), SIGNET_E_UNSUPPORTED);
    CHECK_CODE(read_image("\x7f"
                          "EL",
                          3, &elf, &err),
               SIGNET_E_UNSUPPORTED);
    CHECK_CODE(read_image("", 0, &elf, &err), SIGNET_E_UNSUPPORTED);
}

static void tags_that_load_more_are_named(void **state)
{
    (void)state;
    static const struct {
        uint64_t tag;
        const char *name;
    } tags[] = {{0x6ffffefb, "DT_DEPAUDIT"},
                {0x6ffffefc, "DT_AUDIT"},
                {0x7ffffffd, "DT_AUXILIARY"},
                {0x7fffffff, "DT_FILTER"}};
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        struct elf_image image;
        struct signet_elf elf;
        struct signet_err err;
        elf_build(&(struct elf_plan){.tag = tags[i].tag}, &image);
        CHECK_OK(read_image(image.bytes, ELF_ROOM, &elf, &err), &err);
        assert_string_equal(elf.unusual, tags[i].name);
        signet_elf_free(&elf);
    }
}

/* One field of an image is set to a value that breaks it, and refused; the image itself is not. */
static void broken_fields_are_refused(void **state)
{
    (void)state;
    static const char *const needed[] = {"libone.so.1", NULL};
    const struct elf_plan plan = {
        .interpreter = "/lib64/ld-linux-x86-64.so.2", .soname = "a.so", .needed = needed};
    struct elf_image image;
    elf_build(&plan, &image);
    const struct {
        size_t at;
        size_t len;
        uint64_t value;
        const char *text;
    } breaks[] = {
        {4, 1, 3, "a known class"},
        {4, 1, 0, "a known class"},
        {4, 1, 1, "program headers"}, /* of the other class */
        {5, 1, 3, "order"},
        {6, 1, 2, "version"},
        {32, 8, ELF_ROOM - 100, "a program header table within"},
        {32, 8, UINT64_MAX - 8, "a program header table within"},
        {54, 2, 57, "program headers"},
        {56, 2, 0, "program headers"},
        {56, 2, 0xffff, "program headers"},
        {56, 2, 1170, "a program header table within"},
        {elf_segment_at(&image, 0, 1), 8, 1, "a segment within"},
        {elf_segment_at(&image, 0, 1), 8, UINT64_MAX, "a segment within"},
        {elf_segment_at(&image, 0, 3), 8, ELF_ROOM + 1, "a segment within"},
        {elf_segment_at(&image, 0, 4), 8, ELF_ROOM - 1, "a loaded segment of its own"},
        {elf_segment_at(&image, 0, 4), 8, UINT64_MAX, "a loaded segment of its own"},
        {elf_segment_at(&image, 0, 0), 4, 4, "bytes of a loaded segment"}, /* PT_NOTE */
        {elf_segment_at(&image, 0, 2), 8, ELF_ADDRESS + 0x1001, "bytes of a loaded segment"},
        {elf_segment_at(&image, 1, 0), 4, 3, "one interpreter"},
        {elf_segment_at(&image, 1, 1), 8, ELF_DYNAMIC + 16, "loaded from where it lies"},
        {elf_segment_at(&image, 1, 2), 8, ELF_ADDRESS - 1, "bytes of a loaded segment"},
        {elf_segment_at(&image, 1, 3), 8, image.dynamic_len - 1, "an end of the dynamic"},
        {elf_segment_at(&image, 1, 3), 8, 0, "neither of them empty"},
        {elf_segment_at(&image, 2, 0), 4, 1, "a loaded segment of its own"}, /* overlapping */
        {elf_segment_at(&image, 2, 0), 4, 2, "one interpreter"},
        {elf_segment_at(&image, 2, 3), 8, 27, "a text with an end"},
        {elf_segment_at(&image, 2, 3), 8, 29 + ELF_ROOM, "a segment within"},
        {elf_segment_at(&image, 2, 1), 8, ELF_INTERPRETER + 27, "the path of an interpreter"},
        {ELF_DYNAMIC + 8, 8, image.strings_len, "a name within the string table"},
        {ELF_DYNAMIC + 8, 8, UINT64_MAX, "a name within the string table"},
        {ELF_DYNAMIC + 8, 8, 0, "a name that is not empty"},
        {ELF_DYNAMIC, 8, 14, "each dynamic entry once"},
        {ELF_DYNAMIC + 32 + 8, 8, ELF_ADDRESS + ELF_ROOM, "bytes of a loaded segment"},
        {ELF_DYNAMIC + 48 + 8, 8, ELF_ROOM, "bytes of a loaded segment"},
        {ELF_DYNAMIC + 48 + 8, 8, UINT64_MAX, "bytes of a loaded segment"},
        {ELF_DYNAMIC + 48 + 8, 8, image.strings_len - 1, "a text with an end"},
        {ELF_DYNAMIC + 48, 8, 0, "a name within the string table"}, /* no length of it */
    };
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        struct elf_image broken = image;
        elf_put(&broken, breaks[i].at, breaks[i].len, breaks[i].value);
        expect(&broken, ELF_ROOM, SIGNET_E_MALFORMED, breaks[i].text);
        expect(&image, ELF_ROOM, SIGNET_OK, NULL);
    }
    for (size_t len = 4; len < ELF_ROOM; len += len < 300 ? 1 : 499) {
        expect(&image, len, SIGNET_E_MALFORMED, "expected ");
    }
}

static void segments_out_of_order_are_refused(void **state)
{
    (void)state;
    struct elf_image image;
    elf_build(&(struct elf_plan){.interpreter = "/i"}, &image);
    elf_put_segment(&image, 2, 1, 0, 16);
    elf_put(&image, elf_segment_at(&image, 2, 2), 8, ELF_ADDRESS + ELF_ROOM);
    expect(&image, ELF_ROOM, SIGNET_OK, NULL);
    elf_put(&image, elf_segment_at(&image, 2, 2), 8, ELF_ADDRESS - 16);
    expect(&image, ELF_ROOM, SIGNET_E_MALFORMED, "behind those before it");
    elf_put(&image, elf_segment_at(&image, 2, 2), 8, ELF_ADDRESS + ELF_ROOM - 1);
    expect(&image, ELF_ROOM, SIGNET_E_MALFORMED, "behind those before it");
}

/* A large file of 64 bits: its first segment is as long as it. */
struct large {
    uint8_t *bytes;
    size_t len;
};

static struct large large_of(size_t len, const struct elf_image *image)
{
    struct large large = {calloc(1, len), len};
    assert_non_null(large.bytes);
    memcpy(large.bytes, image->bytes, ELF_ROOM);
    for (size_t field = 3; field < 5; field++) {
        for (size_t i = 0; i < 8; i++) {
            large.bytes[elf_segment_at(image, 0, field) + i] = (uint8_t)(len >> 8 * i);
        }
    }
    return large;
}

/* Dynamic entries of a large file, from where ELF_ROOM ends; all of them need the same. */
static void put_dynamic(struct large *large, size_t needed, uint64_t name)
{
    struct elf_image window = {0};
    uint64_t at = ELF_ROOM;
    for (size_t i = 0; i < needed + 3; i++, at += 16) {
        const uint64_t tags[] = {5, 10, 0};
        const uint64_t values[] = {ELF_ADDRESS, ELF_ROOM, 0};
        elf_put(&window, 0, 8, i < needed ? 1 : tags[i - needed]);
        elf_put(&window, 8, 8, i < needed ? name : values[i - needed]);
        memcpy(large->bytes + at, window.bytes, 16);
    }
    memcpy(window.bytes, large->bytes, 4096);
    elf_put_segment(&window, 1, 2, ELF_ROOM, (needed + 3) * 16);
    memcpy(large->bytes, window.bytes, 4096);
}

static void expect_large(struct large large, int code, const char *text)
{
    struct signet_elf elf;
    struct signet_err err;
    CHECK_CODE(read_image(large.bytes, large.len, &elf, &err), code);
    assert_true(text == NULL || strstr(err.msg, text) != NULL);
    assert_true(elf.storage.total <= (size_t)2 << 20);
    signet_elf_free(&elf);
    free(large.bytes);
}

static void large_files_cost_no_more(void **state)
{
    (void)state;
    static const struct {
        size_t needed;
        int code;
        const char *text;
    } counts[] = {{4096, SIGNET_OK, NULL},
                  {4097, SIGNET_E_LIMIT, "at most 4096 needed libraries"},
                  {8189, SIGNET_E_LIMIT, "at most 4096 needed libraries"},
                  {10000, SIGNET_E_LIMIT, "at most 128 KiB of dynamic entries"}};
    struct elf_image image;
    elf_build(&(struct elf_plan){.soname = NULL}, &image);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct large large = large_of((size_t)1 << 20, &image);
        put_dynamic(&large, counts[i].needed, 1);
        expect_large(large, counts[i].code, counts[i].text);
    }
    for (size_t i = 0; i < 2; i++) { /* names of 7 KiB */
        struct large large = large_of((size_t)1 << 20, &image);
        put_dynamic(&large, i == 0 ? 73 : 74, 1024);
        memset(large.bytes + 1024, 'a', 7167);
        memset(large.bytes + 8191, '\0', ELF_ROOM - 8191);
        expect_large(large, i == 0 ? SIGNET_OK : SIGNET_E_LIMIT,
                     i == 0 ? NULL : "512 KiB of names");
    }
}

static void a_huge_interpreter_is_refused(void **state)
{
    (void)state;
    struct elf_image image;
    elf_build(&(struct elf_plan){.interpreter = "/i"}, &image);
    for (size_t i = 0; i < 2; i++) {
        struct large large = large_of((size_t)1 << 20, &image);
        struct elf_image window = {0};
        memcpy(window.bytes, large.bytes, 4096);
        elf_put_segment(&window, 2, 3, ELF_ROOM, i == 0 ? 1 << 14 : (1 << 14) + 256);
        memcpy(large.bytes, window.bytes, 4096);
        memset(large.bytes + ELF_ROOM, 'a', i == 0 ? (1 << 14) - 1 : (1 << 14) + 255);
        expect_large(large, i == 0 ? SIGNET_OK : SIGNET_E_LIMIT,
                     i == 0 ? NULL : "a text of at most 16 KiB");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says_is_read),
        cmocka_unit_test(what_it_does_not_say_is_absent),
        cmocka_unit_test(tags_that_load_more_are_named),
        cmocka_unit_test(broken_fields_are_refused),
        cmocka_unit_test(segments_out_of_order_are_refused),
        cmocka_unit_test(large_files_cost_no_more),
        cmocka_unit_test(a_huge_interpreter_is_refused),
    };
    return CHECK_RUN(tests);
}
