/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the loader's cache: see gate/loader_cache.h. All of it is checked once: after that every
 * entry's texts are known to end within the file, and the order is the one that is searched by.
 */
#include "gate/loader_cache.h"

#include <errno.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

enum {
    HEAD = 48, /* bytes */
    COUNT_AT = 20,
    STRINGS_LEN_AT = 24,
    ORDER_AT = 28,
    EXTENSION_AT = 32,
    ENTRY = 24,
    KEY_AT = 4, /* in an entry, as those below */
    VALUE_AT = 8,
    CAPABILITY_AT = 16,
    SECTION = 16, /* of the extension */
    SECTION_FOLDERS = 1,
    LITTLE_ENDIAN_ORDER = 2,
    DIGITS_MAX = 9, /* of a number that an int surely holds */
    CACHE_MAX = 64 << 20
};

static const char magic[] = "glibc-ld.so.cache1.1";
static const uint32_t extension_magic = 0xeaa42174;

/* The upper half of an entry's capability: the mark of an entry that is for better processors,
 * whose lower half is a place in the table of folders; and the level that the file itself asks for.
 */
static const uint32_t folder_mark = 1U << 30;
static const uint32_t level_mask = 0x3ff;

static int damaged(uint64_t offset, const char *expected, struct signet_err *err)
{
    return signet_err_at(err, SIGNET_E_MALFORMED, offset, "expected %s at byte %llu", expected,
                         (unsigned long long)offset);
}

static uint32_t word_at(const struct signet_loader_cache *cache, size_t at)
{
    const uint8_t *bytes = cache->text.data + at;
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static const char *text_at(const struct signet_loader_cache *cache, size_t entry, size_t field)
{
    return (const char *)cache->text.data + word_at(cache, HEAD + entry * ENTRY + field);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number that *text begins with, which it is then behind. */
static int skip_number(const char **text)
{
    int value = 0;
    while (is_digit(**text)) {
        value = value * 10 + (*(*text)++ - '0');
    }
    return value;
}

/* Order of names: by the characters, but numbers by their values, and before anything else. */
static int compare(const char *a, const char *b)
{
    while (*a != '\0') {
        if (is_digit(*a) != is_digit(*b)) {
            return is_digit(*a) ? 1 : -1;
        }
        if (is_digit(*a)) {
            int first = skip_number(&a);
            int second = skip_number(&b);
            if (first != second) {
                return first < second ? -1 : 1;
            }
        } else if (*a != *b) {
            return *a < *b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return *b == '\0' ? 0 : -1;
}

/* Whether every number in it is one that is compared alike everywhere. */
static bool numbers_fit(const char *name)
{
    size_t digits = 0;
    for (; *name != '\0' && digits <= DIGITS_MAX; name++) {
        digits = is_digit(*name) ? digits + 1 : 0;
    }
    return digits <= DIGITS_MAX;
}

/* Whether a text of the string table begins there, and ends. */
static bool is_text(const struct signet_loader_cache *cache, size_t at, size_t strings_end)
{
    return at >= HEAD + cache->count * ENTRY && at < strings_end &&
           memchr(cache->text.data + at, '\0', strings_end - at) != NULL;
}

static int
check_entries(const struct signet_loader_cache *cache, size_t strings_end, struct signet_err *err)
{
    for (size_t i = 0; i < cache->count; i++) {
        size_t at = HEAD + i * ENTRY;
        if (!is_text(cache, word_at(cache, at + KEY_AT), strings_end) ||
            !is_text(cache, word_at(cache, at + VALUE_AT), strings_end)) {
            return damaged(at, "a name and a path in the string table", err);
        }
        const char *key = text_at(cache, i, KEY_AT);
        if (!numbers_fit(key) || (i > 0 && compare(text_at(cache, i - 1, KEY_AT), key) < 0)) {
            return damaged(at, "names in order", err);
        }
    }
    return SIGNET_OK;
}

/* One section of the extension. */
static int take_section(struct signet_loader_cache *cache,
                        size_t at,
                        size_t strings_end,
                        struct signet_err *err)
{
    size_t offset = word_at(cache, at + 8);
    size_t size = word_at(cache, at + 12);
    if (offset > cache->text.len || size > cache->text.len - offset) {
        return damaged(at, "a section within the file", err);
    }
    if (word_at(cache, at) != SECTION_FOLDERS) {
        return SIGNET_OK;
    }
    if (size % 4 != 0 || offset % 4 != 0 || cache->folder_count > 0) {
        return damaged(at, "one table of folders", err);
    }
    for (size_t i = 0; i < size; i += 4) {
        if (!is_text(cache, word_at(cache, offset + i), strings_end)) {
            return damaged(offset + i, "a folder in the string table", err);
        }
    }
    cache->folders_at = offset;
    cache->folder_count = size / 4;
    return SIGNET_OK;
}

static int
check_extension(struct signet_loader_cache *cache, size_t strings_end, struct signet_err *err)
{
    size_t at = word_at(cache, EXTENSION_AT);
    if (at == 0) {
        return SIGNET_OK;
    }
    if (at % 4 != 0 || at > cache->text.len || cache->text.len - at < 8 ||
        word_at(cache, at) != extension_magic) {
        return damaged(EXTENSION_AT, "an extension within the file", err);
    }
    size_t count = word_at(cache, at + 4);
    at += 8;
    if (count > (cache->text.len - at) / SECTION) {
        return damaged(at - 4, "all sections of the extension", err);
    }
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = take_section(cache, at + i * SECTION, strings_end, err);
    }
    return rc;
}

static int check_all(struct signet_loader_cache *cache, struct signet_err *err)
{
    if (cache->text.len < HEAD || !signet_span_begins(signet_buf_span(&cache->text), magic)) {
        return damaged(0, "a cache as glibc writes it since 2.32", err);
    }
    if (cache->text.data[ORDER_AT] != LITTLE_ENDIAN_ORDER && cache->text.data[ORDER_AT] != 0) {
        return damaged(ORDER_AT, "a cache for this machine", err);
    }
    size_t count = word_at(cache, COUNT_AT);
    if (count > (cache->text.len - HEAD) / ENTRY) {
        return damaged(COUNT_AT, "all entries within the file", err);
    }
    cache->count = count;
    size_t strings_at = HEAD + count * ENTRY;
    size_t strings_len = word_at(cache, STRINGS_LEN_AT);
    if (strings_len > cache->text.len - strings_at) {
        return damaged(STRINGS_LEN_AT, "the string table within the file", err);
    }
    int rc = check_entries(cache, strings_at + strings_len, err);
    return rc == SIGNET_OK ? check_extension(cache, strings_at + strings_len, err) : rc;
}

int signet_loader_cache_open(const char *path,
                             struct signet_loader_cache *cache,
                             struct signet_err *err)
{
    struct signet_err reason;
    int fd = -1;
    *cache = (struct signet_loader_cache){0};
    signet_buf_init(&cache->text, CACHE_MAX);
    signet_err_clear(&reason);
    int rc = signet_fd_open_named(path, &fd, &reason);
    if (rc != SIGNET_OK) {
        return reason.sys_errno == ENOENT ? (int)SIGNET_OK : signet_err_copy(err, &reason);
    }
    rc = signet_fd_read_file(fd, path, CACHE_MAX, &cache->text, err);
    if (rc == SIGNET_OK) {
        rc = check_all(cache, err);
        signet_err_prefix(err, "%s", path);
    }
    signet_fd_close(&fd);
    return rc;
}

/* The first entry whose name is not before this one: the last names of all come first. */
static size_t find_first(const struct signet_loader_cache *cache, const char *name)
{
    size_t from = 0;
    size_t to = cache->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare(name, text_at(cache, middle, KEY_AT)) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/* How good a folder for better processors is: 0 the best; machine->level if it is not for this. */
static unsigned rank_of(const struct signet_loader_cache *cache,
                        const struct signet_loader_machine *machine,
                        size_t entry)
{
    size_t at = HEAD + entry * ENTRY + CAPABILITY_AT;
    size_t folder = word_at(cache, at);
    if ((word_at(cache, at + 4) & level_mask) > machine->level || folder >= cache->folder_count) {
        return machine->level;
    }
    const char *name =
        (const char *)cache->text.data + word_at(cache, cache->folders_at + 4 * folder);
    unsigned rank = 0;
    while (rank < machine->level && strcmp(strrchr(machine->levels[rank], '/') + 1, name) != 0) {
        rank++;
    }
    return rank;
}

int signet_loader_cache_find(const struct signet_loader_cache *cache,
                             const struct signet_loader_machine *machine,
                             const char *name,
                             const char **path,
                             struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    unsigned best = machine->level;
    *path = NULL;
    if (!numbers_fit(name)) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "%s: expected numbers of at most 9 digits in the name of a library",
                              signet_utf8_show(signet_span_str(name), shown));
    }
    for (size_t i = find_first(cache, name);
         i < cache->count && compare(name, text_at(cache, i, KEY_AT)) == 0; i++) {
        size_t at = HEAD + i * ENTRY;
        uint32_t upper = word_at(cache, at + CAPABILITY_AT + 4);
        if (word_at(cache, at) != machine->cache_flags) {
            continue;
        }
        if ((upper & ~level_mask) == folder_mark) {
            unsigned rank = rank_of(cache, machine, i);
            *path = rank < best ? text_at(cache, i, VALUE_AT) : *path;
            best = rank < best ? rank : best;
            continue;
        }
        if (*path != NULL) {
            return SIGNET_OK; /* those for better processors are over */
        }
        if (upper != 0 || word_at(cache, at + CAPABILITY_AT) != 0) {
            return signet_err_set(
                err, SIGNET_E_UNSUPPORTED,
                "%s: the loader's cache has one for some processors, which glibc takes before 2.37 "
                "only; expected one for all, or below glibc-hwcaps",
                signet_utf8_show(signet_span_str(name), shown));
        }
        *path = text_at(cache, i, VALUE_AT);
        return SIGNET_OK;
    }
    return SIGNET_OK;
}

void signet_loader_cache_free(struct signet_loader_cache *cache)
{
    signet_buf_free(&cache->text);
    *cache = (struct signet_loader_cache){0};
}
