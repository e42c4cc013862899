/* SPDX-License-Identifier: Apache-2.0
 *
 * gate/loader_cache.h: of the cache of this machine each name is found as ldconfig(8) lists it; of
 * caches put together by hand each rule of glibc, and each damage beside a twin without it.
 */
#include "gate/loader_cache.h"

#include "scratch.h"

enum {
    HEAD = 48,
    ENTRY = 24,
    ENTRIES = 8,
    STRINGS = HEAD + ENTRIES * ENTRY,
    STRINGS_LEN = 512,
    EXTENSION = STRINGS + STRINGS_LEN,
    FOLDERS = EXTENSION + 8 + 2 * 16,
    SIZE = FOLDERS + 3 * 4
};

/* A cache by hand. */
struct image {
    uint8_t bytes[SIZE];
    size_t strings;
};

static void put(struct image *image, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++) {
        image->bytes[at + i] = (uint8_t)(value >> 8 * i);
    }
}

static uint32_t put_text(struct image *image, const char *text)
{
    size_t at = STRINGS + image->strings;
    assert_true(image->strings + strlen(text) + 1 <= STRINGS_LEN);
    memcpy(image->bytes + at, text, strlen(text) + 1);
    image->strings += strlen(text) + 1;
    return (uint32_t)at;
}

struct entry {
    const char *name;
    const char *path;
    uint32_t flags;
    uint32_t upper;  /* of the capability */
    uint32_t folder; /* its lower half */
};

static const struct signet_loader_machine machine = {
    .cache_flags = 0x303,
    .level = 2,
    .levels = {"glibc-hwcaps/x86-64-v3", "glibc-hwcaps/x86-64-v2"},
};

#define MARK 0x40000000U

/* The folders are v2, v3 and v4, as they are sorted; names go down. */
static void build(struct image *image, const struct entry *entries, size_t count)
{
    static const char *const folders[] = {"x86-64-v2", "x86-64-v3", "x86-64-v4"};
    *image = (struct image){.strings = 0};
    assert_true(count <= ENTRIES);
    memcpy(image->bytes, "glibc-ld.so.cache1.1", 20);
    put(image, 20, ENTRIES);
    put(image, 24, STRINGS_LEN);
    put(image, 28, 2);
    put(image, 32, EXTENSION);
    for (size_t i = 0; i < ENTRIES; i++) {
        static const struct entry filler = {"a", "/a", 0, 0, 0};
        const struct entry *entry = i < count ? &entries[i] : &filler;
        size_t at = HEAD + i * ENTRY;
        put(image, at, entry->flags);
        put(image, at + 4, put_text(image, entry->name));
        put(image, at + 8, put_text(image, entry->path));
        put(image, at + 16, entry->folder);
        put(image, at + 20, entry->upper);
    }
    put(image, EXTENSION, 0xeaa42174);
    put(image, EXTENSION + 4, 2);
    put(image, EXTENSION + 8 + 8, STRINGS);
    put(image, EXTENSION + 8 + 12, 4);
    put(image, EXTENSION + 24, 1);
    put(image, EXTENSION + 24 + 8, FOLDERS);
    put(image, EXTENSION + 24 + 12, 12);
    for (size_t i = 0; i < 3; i++) {
        put(image, FOLDERS + 4 * i, put_text(image, folders[i]));
    }
}

/* Opens it and looks for a name: the path, or NULL. */
static int look(const struct image *image, size_t len, const char *name, char found[64])
{
    struct scratch scratch;
    struct signet_loader_cache cache;
    struct signet_err err;
    char path[512];
    const char *there = NULL;
    scratch_open(&scratch);
    scratch_write(&scratch, "c", signet_span_of(image->bytes, len));
    signet_err_clear(&err);
    int rc = signet_loader_cache_open(scratch_path(&scratch, "c", path), &cache, &err);
    if (rc == SIGNET_OK) {
        rc = signet_loader_cache_find(&cache, &machine, name, &there, &err);
    }
    assert_true(snprintf(found, 64, "%s", there != NULL ? there : "") < 64);
    signet_loader_cache_free(&cache);
    scratch_close(&scratch);
    return rc;
}

static void the_best_of_a_name_is_found(void **state)
{
    (void)state;
    static const struct entry entries[] = {
        {"libz.so.10", "/ten", 0x303, 0, 0},      {"libz.so.2", "/v4", 0x303, MARK, 2},
        {"libz.so.2", "/v3", 0x303, MARK, 1},     {"libz.so.2", "/v2", 0x303, MARK, 0},
        {"libz.so.2", "/other", 0x803, 0, 0},     {"libz.so.2", "/two", 0x303, 0, 0},
        {"libold.so", "/old", 0x303, 0, 1U << 2}, {"libb.so", "/b", 0x303, 0, 0}};
    static const struct {
        const char *name;
        const char *path;
    } cases[] = {{"libz.so.10", "/ten"},
                 {"libz.so.2", "/v3"},
                 {"libz.so.02", "/v3"},
                 {"libz.so.1", ""},
                 {"libz.so.3", ""},
                 {"libb.so", "/b"},
                 {"libb.so.1", ""},
                 {"libb", ""},
                 {"", ""},
                 {"zzz", ""},
                 {"LIBB.SO", ""}};
    struct image image;
    char found[64];
    build(&image, entries, ENTRIES);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(look(&image, SIZE, cases[i].name, found), SIGNET_OK);
        assert_string_equal(found, cases[i].path);
    }
    assert_int_equal(look(&image, SIZE, "libold.so", found), SIGNET_E_UNSUPPORTED);
    assert_int_equal(look(&image, SIZE, "libb.so.0123456789", found), SIGNET_E_UNSUPPORTED);
    put(&image, HEAD + 2 * ENTRY + 20, MARK | 2); /* asks for v3 itself */
    assert_int_equal(look(&image, SIZE, "libz.so.2", found), SIGNET_OK);
    assert_string_equal(found, "/v3");
    put(&image, HEAD + 2 * ENTRY + 20, MARK | 3);
    assert_int_equal(look(&image, SIZE, "libz.so.2", found), SIGNET_OK);
    assert_string_equal(found, "/v2");
    put(&image, HEAD + 3 * ENTRY + 16, 3); /* no folder of the table */
    assert_int_equal(look(&image, SIZE, "libz.so.2", found), SIGNET_OK);
    assert_string_equal(found, "/two");
    put(&image, 32, 0); /* no table */
    assert_int_equal(look(&image, SIZE, "libz.so.2", found), SIGNET_OK);
    assert_string_equal(found, "/two");
}

static void damage_is_refused(void **state)
{
    (void)state;
    static const struct entry entries[] = {{"libc.so", "/c", 0x303, 0, 0},
                                           {"libb.so.10", "/b10", 0x303, 0, 0},
                                           {"libb.so.9", "/b9", 0x303, 0, 0}};
    static const struct {
        size_t at;
        uint32_t value;
    } damages[] = {
        {0, 0x62696c68},                   /* another beginning */
        {16, 0x322e3165},                  /* another version */
        {28, 3},                           /* of the other byte order */
        {20, ENTRIES + 1000},              /* more entries than it has */
        {20, UINT32_MAX},                  /* far more */
        {24, SIZE},                        /* a longer string table */
        {24, 8},                           /* a shorter one */
        {24, UINT32_MAX},                  /* far longer */
        {HEAD + 4, STRINGS + STRINGS_LEN}, /* a name behind the string table */
        {HEAD + 4, UINT32_MAX},            /* far behind */
        {HEAD + 4, HEAD},                  /* before it */
        {HEAD + 8, STRINGS + STRINGS_LEN}, /* a path */
        {HEAD + 4, STRINGS + 27},          /* a name that is out of order */
        {32, EXTENSION + 1},               /* an extension that is not aligned */
        {32, SIZE - 4},                    /* cut */
        {32, SIZE + 4},                    /* beyond the end */
        {EXTENSION, 0},                    /* without its mark */
        {EXTENSION + 4, 4},                /* with more sections */
        {EXTENSION + 4, UINT32_MAX},       /* far more */
        {EXTENSION + 8 + 8, SIZE + 4},     /* a section beyond the end */
        {EXTENSION + 24 + 12, 16},         /* a longer one */
        {EXTENSION + 24 + 12, 11},         /* no whole number of folders */
        {EXTENSION + 24 + 8, FOLDERS - 2}, /* not aligned */
        {FOLDERS, SIZE - 1},               /* a folder that is no text */
        {EXTENSION + 8, 1},                /* two tables of folders */
    };
    struct image image;
    char found[64];
    build(&image, entries, 3);
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        struct image damaged = image;
        put(&damaged, damages[i].at, damages[i].value);
        if (look(&damaged, SIZE, "libc.so", found) != SIGNET_E_MALFORMED) {
            fail_msg("damage %zu at %zu is not noticed", i, damages[i].at);
        }
        assert_int_equal(look(&image, SIZE, "libc.so", found), SIGNET_OK);
        assert_string_equal(found, "/c");
    }
    for (size_t len = 0; len < SIZE; len += 7) {
        assert_int_equal(look(&image, len, "libc.so", found), SIGNET_E_MALFORMED);
    }
}

/* No single byte has it read beyond the file: what is found is a text of the string table. */
static void any_byte_may_be_another(void **state)
{
    (void)state;
    static const struct entry entries[] = {{"libc.so", "/c", 0x303, 0, 0},
                                           {"libb.so", "/b", 0x303, MARK, 1}};
    struct image image;
    char found[64];
    build(&image, entries, 2);
    for (size_t i = 0; i < SIZE; i++) {
        struct image damaged = image;
        damaged.bytes[i] ^= (uint8_t)(i % 2 == 0 ? 0xff : 1);
        int rc = look(&damaged, SIZE, i % 3 == 0 ? "libb.so" : "libc.so", found);
        assert_true(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED);
    }
}

/* Whether each line of ldconfig, "name (libc6,x86-64) => path", is what is found; of a name that it
 * lists twice the first. */
static void this_machine_is_read_as_by_ldconfig(void **state)
{
    (void)state;
    struct signet_loader_machine here;
    struct signet_loader_cache cache;
    struct signet_err err;
    struct scratch scratch;
    char line[2048];
    char path[512];
    char before[512] = "";
    size_t count = 0;
    signet_loader_machine(&here);
    if (here.machine != 62 || access("/sbin/ldconfig", X_OK) != 0) {
        skip();
    }
    scratch_open(&scratch);
    const char *const argv[] = {"sh", "-c",         "/sbin/ldconfig -p >\"$1/list\"",
                                "sh", scratch.path, NULL};
    scratch_run(argv);
    signet_err_clear(&err);
    CHECK_OK(signet_loader_cache_open("/etc/ld.so.cache", &cache, &err), &err);
    FILE *list = fopen(scratch_path(&scratch, "list", path), "r");
    assert_non_null(list);
    while (fgets(line, sizeof(line), list) != NULL) {
        const char *found = NULL;
        char *kind = strstr(line, " (libc6,x86-64)");
        char *arrow = strstr(line, " => ");
        if (kind == NULL || arrow == NULL || strstr(line, "hwcap") != NULL) {
            continue;
        }
        *kind = '\0';
        arrow[strcspn(arrow, "\n")] = '\0';
        const char *name = line + strspn(line, "\t ");
        if (strcmp(name, before) != 0) {
            CHECK_OK(signet_loader_cache_find(&cache, &here, name, &found, &err), &err);
            assert_non_null(found);
            assert_string_equal(found, arrow + 4);
            count++;
        }
        assert_true(snprintf(before, sizeof(before), "%s", name) < (int)sizeof(before));
    }
    assert_int_equal(fclose(list), 0);
    assert_true(count > 10);
    signet_loader_cache_free(&cache);
    scratch_close(&scratch);
}

static void one_that_is_not_there_is_empty(void **state)
{
    (void)state;
    struct signet_loader_cache cache;
    struct signet_err err;
    const char *found = "x";
    signet_err_clear(&err);
    CHECK_OK(signet_loader_cache_open("/nowhere/ld.so.cache", &cache, &err), &err);
    CHECK_OK(signet_loader_cache_find(&cache, &machine, "libc.so.6", &found, &err), &err);
    assert_null(found);
    signet_loader_cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_of_a_name_is_found),
        cmocka_unit_test(damage_is_refused),
        cmocka_unit_test(any_byte_may_be_another),
        cmocka_unit_test(this_machine_is_read_as_by_ldconfig),
        cmocka_unit_test(one_that_is_not_there_is_empty),
    };
    return CHECK_RUN(tests);
}
