/* SPDX-License-Identifier: Apache-2.0
 *
 * What an archive may hold to be a bundle, and the folder its names begin with. Owns the rules that
 * a directory cannot break (hard links, set-id bits, one name twice, an entry below a file); those
 * that it can are list.c's. Reads archives through archive.c.
 */
#include "artifact/contents.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/archive.h"
#include "artifact/manifest.h"
#include "artifact/path.h"
#include "artifact/unpacked.h"
#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/utf8.h"

enum {
    PROGRESS_STEP = 1 << 20
};

/* A file or a folder. */
struct thing {
    const char *name;
    uint64_t size;
    uint64_t at;    /* of a file: where it lies if direct, else the number of its first digest */
    uint32_t crc32; /* of a zip's file */
    bool folder;
};

struct signet_contents {
    struct signet_arena names;
    struct thing *things; /* sorted by name once all are there */
    size_t count;
    size_t room;
    bool direct;
    bool summed;                      /* crc32 of things is what the archive says */
    struct signet_unpacked *unpacked; /* of what is not direct */
    const char *stripped;
};

/* An archive on its way into contents. */
struct reading {
    const struct signet_contents_rules *rules;
    struct signet_contents *contents;
    struct signet_archive *archive;
    uint64_t size; /* of the archive */
    uint64_t reported;
};

static int refuse(struct signet_span name, const char *why, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: %s", signet_utf8_show(name, shown), why);
}

static int no_memory(const struct signet_contents *contents, struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu entries", contents->count);
}

static int check_kind(const struct signet_layout_item *item, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (item->hard_link) {
        return refuse(item->name, "expected a regular file or a directory, found a hard link", err);
    }
    if (!S_ISREG(item->mode) && !S_ISDIR(item->mode)) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "%s: expected a regular file or a directory, found a %s",
                              signet_utf8_show(item->name, shown), signet_fd_kind(item->mode));
    }
    if ((item->mode & (unsigned)(S_ISUID | S_ISGID)) != 0) {
        return refuse(item->name, "has a set-user-ID or set-group-ID bit", err);
    }
    if ((item->mode & (unsigned)S_ISVTX) != 0) {
        return refuse(item->name, "has the sticky bit", err);
    }
    return SIGNET_OK;
}

struct signet_span signet_contents_name(const struct signet_layout_item *item)
{
    struct signet_span name = item->name;
    if (signet_span_begins(name, "./")) {
        name = signet_span_of(name.ptr + 2, name.len - 2);
    }
    if (S_ISDIR(item->mode)) {
        if (name.len > 1 && name.ptr[name.len - 1] == '/') {
            name.len--;
        }
        if (signet_span_is(name, ".")) {
            name.len = 0;
        }
    }
    return name;
}

static int add_thing(struct signet_contents *contents,
                     struct signet_span name,
                     const struct signet_layout_item *item,
                     struct signet_err *err)
{
    if (contents->count == contents->room) {
        struct thing *grown = signet_grow(contents->things, &contents->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(contents, err);
        }
        contents->things = grown;
    }
    struct thing *thing = &contents->things[contents->count];
    thing->name = signet_arena_copy(&contents->names, name);
    if (thing->name == NULL) {
        return no_memory(contents, err);
    }
    thing->size = item->size;
    thing->crc32 = item->crc32;
    thing->folder = S_ISDIR(item->mode);
    thing->at = item->offset;
    contents->count++;
    return SIGNET_OK;
}

static void advance(struct reading *reading)
{
    uint64_t used = signet_archive_used(reading->archive);
    if (reading->rules->progress != NULL && used - reading->reported >= PROGRESS_STEP) {
        reading->reported = used;
        reading->rules->progress(reading->rules->progress_ctx, used, reading->size);
    }
}

/* Unpacks the current file of the archive, the last of the things. */
static int unpack_file(struct reading *reading, struct signet_err *err)
{
    struct signet_contents *contents = reading->contents;
    struct thing *thing = &contents->things[contents->count - 1];
    struct signet_span bytes = {NULL, 0};
    int rc = signet_unpacked_begin(contents->unpacked, thing->size, &thing->at, err);
    do {
        if (rc == SIGNET_OK) {
            rc = signet_archive_read(reading->archive, &bytes, err);
        }
        if (rc == SIGNET_OK) {
            rc = signet_unpacked_put(contents->unpacked, bytes, err);
        }
        advance(reading);
    } while (rc == SIGNET_OK && bytes.len > 0);
    return rc;
}

static int
take(struct reading *reading, const struct signet_layout_item *item, struct signet_err *err)
{
    const struct signet_limits *limits = reading->rules->limits;
    struct signet_span name = signet_contents_name(item);
    int rc = check_kind(item, err);
    if (rc != SIGNET_OK || (name.len == 0 && S_ISDIR(item->mode))) {
        return rc;
    }
    rc = signet_path_check(name, limits->path, err);
    /* Files and folders have the limit each; here is where a flood of either ends. */
    if (rc == SIGNET_OK && reading->contents->count / 2 >= limits->entries) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "more than %llu files or directories; --limit entries=N raises the "
                              "limit",
                              (unsigned long long)limits->entries);
    }
    if (rc == SIGNET_OK) {
        rc = add_thing(reading->contents, name, item, err);
    }
    bool unpacks = S_ISREG(item->mode) && !reading->contents->direct;
    return rc == SIGNET_OK && unpacks ? unpack_file(reading, err) : rc;
}

static int read_all(struct reading *reading, struct signet_err *err)
{
    struct signet_layout_item item;
    int rc = SIGNET_OK;
    do {
        rc = signet_archive_next(reading->archive, &item, err);
        if (rc == SIGNET_OK && item.name.len > 0) {
            rc = take(reading, &item, err);
        }
    } while (rc == SIGNET_OK && item.name.len > 0);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct thing *)a)->name, ((const struct thing *)b)->name);
}

static size_t common_length(const char *a, const char *b)
{
    size_t common = 0;
    while (a[common] != '\0' && a[common] == b[common]) {
        common++;
    }
    return common;
}

static int check_pair(const struct thing *before,
                      const struct thing *thing,
                      size_t common,
                      const bool *is_file,
                      struct signet_err *err)
{
    struct signet_span name = signet_span_str(thing->name);
    if (before->name[common] == '\0' && thing->name[common] == '\0') {
        return refuse(name,
                      before->folder == thing->folder ? "two entries have this name"
                                                      : "is a file and a directory at once",
                      err);
    }
    if (thing->name[common] == '/' && is_file[common]) {
        return refuse(name, "lies below an entry that is a file", err);
    }
    return SIGNET_OK;
}

/* Sorted names: whatever lies between a file's name and a name below it begins with the file's, so
 * it is enough to look where a name parts from the one before it. */
static int
check_names(const struct signet_contents *contents, uint64_t longest, struct signet_err *err)
{
    /* is_file[n]: the first n bytes of the name at hand are the name of a file */
    bool *is_file = calloc((size_t)longest + 1, sizeof(*is_file));
    int rc = SIGNET_OK;
    if (is_file == NULL) {
        return no_memory(contents, err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < contents->count; i++) {
        const struct thing *thing = &contents->things[i];
        if (i > 0) {
            const struct thing *before = &contents->things[i - 1];
            size_t common = common_length(before->name, thing->name);
            rc = check_pair(before, thing, common, is_file, err);
            memset(is_file + common + 1, 0, strlen(before->name) - common);
        }
        is_file[strlen(thing->name)] = !thing->folder;
    }
    free(is_file);
    return rc;
}

/* Bytes of the first count folders of a name, the slash behind them included; 0 if it has fewer. */
static size_t top_length(const char *name, uint64_t count)
{
    const char *at = name;
    for (; count > 0; count--) {
        const char *slash = strchr(at, '/');
        if (slash == NULL) {
            return 0;
        }
        at = slash + 1;
    }
    return (size_t)(at - name);
}

/* Whether thing is top itself or one of the folders on the way to it. */
static bool leads_to(const struct thing *thing, struct signet_span top)
{
    size_t len = strlen(thing->name);
    return thing->folder && len < top.len && memcmp(thing->name, top.ptr, len) == 0 &&
           top.ptr[len] == '/';
}

/* The count folders that all lies below, as "a/b/"; empty if there are none such. */
static struct signet_span find_top(const struct signet_contents *contents, uint64_t count)
{
    struct signet_span top = {NULL, 0};
    for (size_t i = 0; top.len == 0 && i < contents->count; i++) {
        const char *name = contents->things[i].name;
        top = signet_span_of(name, top_length(name, count));
    }
    for (size_t i = 0; top.len > 0 && i < contents->count; i++) {
        const struct thing *thing = &contents->things[i];
        if (strncmp(thing->name, (const char *)top.ptr, top.len) != 0 && !leads_to(thing, top)) {
            top.len = 0;
        }
    }
    return top;
}

static int strip(struct signet_contents *contents, struct signet_span top, struct signet_err *err)
{
    char *stripped = signet_arena_copy(&contents->names, signet_span_of(top.ptr, top.len - 1));
    size_t kept = 0;
    if (stripped == NULL) {
        return no_memory(contents, err);
    }
    for (size_t i = 0; i < contents->count; i++) {
        struct thing thing = contents->things[i];
        if (strlen(thing.name) > top.len) {
            thing.name += top.len;
            contents->things[kept++] = thing;
        }
    }
    contents->count = kept;
    contents->stripped = stripped;
    return SIGNET_OK;
}

static int
choose_top(struct signet_contents *contents, const struct signet_strip *how, struct signet_err *err)
{
    uint64_t count = how->rule == SIGNET_STRIP_COUNT ? how->count : 1;
    struct signet_span top = {NULL, 0};
    if (how->rule != SIGNET_STRIP_NONE && count > 0) {
        top = find_top(contents, count);
    }
    if (how->rule == SIGNET_STRIP_COUNT && count > 0 && top.len == 0) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "expected all entries below the same %llu folders, found others",
                              (unsigned long long)count);
    }
    if (top.len > 0 && how->rule == SIGNET_STRIP_NAMED &&
        !signet_span_is(signet_span_of(top.ptr, top.len - 1), how->name)) {
        return SIGNET_OK;
    }
    return top.len > 0 ? strip(contents, top, err) : SIGNET_OK;
}

static int begin(struct reading *reading, int fd, struct signet_err *err)
{
    const struct signet_contents_rules *rules = reading->rules;
    struct signet_contents *contents = reading->contents;
    signet_arena_init(&contents->names, SIZE_MAX); /* the limits of entries and names bound it */
    int rc = signet_archive_open(fd, rules->limits, &reading->archive, err);
    if (rc == SIGNET_OK) {
        contents->summed = signet_archive_summed(reading->archive);
        /* A check sum is of a whole file, so that one in pieces is unpacked. */
        contents->direct = signet_archive_direct(reading->archive) &&
                           (rules->shard_size == 0 || !contents->summed);
        reading->size = signet_archive_size(reading->archive);
    }
    if (rc == SIGNET_OK && !contents->direct) {
        rc = signet_unpacked_new(rules->alg, rules->shard_size, rules->jobs != 1,
                                 &contents->unpacked, err);
    }
    return rc;
}

int signet_contents_read(int fd,
                         const struct signet_contents_rules *rules,
                         struct signet_contents **contents,
                         struct signet_err *err)
{
    struct reading reading = {.rules = rules, .contents = calloc(1, sizeof(**contents))};
    if (reading.contents == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for an archive");
    }
    int rc = begin(&reading, fd, err);
    if (rc == SIGNET_OK) {
        rc = read_all(&reading, err);
    }
    signet_archive_close(reading.archive);
    if (rc == SIGNET_OK && reading.contents->unpacked != NULL) {
        rc = signet_unpacked_finish(reading.contents->unpacked, err);
    }
    if (rc == SIGNET_OK && reading.contents->count > 0) {
        qsort(reading.contents->things, reading.contents->count, sizeof(struct thing), by_name);
        rc = check_names(reading.contents, rules->limits->path, err);
    }
    if (rc == SIGNET_OK) {
        rc = choose_top(reading.contents, &rules->strip, err);
    }
    if (rc != SIGNET_OK) {
        signet_contents_free(reading.contents);
        return rc;
    }
    *contents = reading.contents;
    return SIGNET_OK;
}

void signet_contents_free(struct signet_contents *contents)
{
    if (contents != NULL) {
        signet_arena_free(&contents->names);
        free(contents->things);
        signet_unpacked_free(contents->unpacked);
        free(contents);
    }
}

bool signet_contents_direct(const struct signet_contents *contents)
{
    return contents->direct;
}

bool signet_contents_summed(const struct signet_contents *contents)
{
    return contents->summed;
}

const char *signet_contents_stripped(const struct signet_contents *contents)
{
    return contents->stripped;
}

struct tree_contents {
    struct signet_tree tree; /* first: the one is the other */
    const struct signet_contents *contents;
    size_t at;
    size_t given; /* bytes of the name at hand whose folders were given */
};

static int by_span(const void *span, const void *thing)
{
    return signet_path_compare(*(const struct signet_span *)span,
                               ((const struct thing *)thing)->name);
}

/* Whether a folder that things[at] lies in is none of the things and was not given before one. */
static bool is_unsaid(const struct signet_contents *contents, size_t at, struct signet_span folder)
{
    bool sibling = at > 0 && strncmp(contents->things[at - 1].name, (const char *)folder.ptr,
                                     folder.len + 1) == 0;
    return !sibling && bsearch(&folder, contents->things, contents->count, sizeof(struct thing),
                               by_span) == NULL;
}

/* Folders that an archive does not list are given too, as a directory would; those that a file
 * lies in are covered by it, so that only those above a folder can matter. */
static bool give_folder(struct tree_contents *tree, struct signet_tree_item *item)
{
    const char *name = tree->contents->things[tree->at].name;
    for (const char *slash = strchr(name + tree->given, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        struct signet_span folder = signet_span_of(name, (size_t)(slash - name));
        tree->given = folder.len + 1;
        if (is_unsaid(tree->contents, tree->at, folder)) {
            item->name = folder;
            item->mode = S_IFDIR;
            return true;
        }
    }
    return false;
}

static int next(struct signet_tree *tree, struct signet_tree_item *item, struct signet_err *err)
{
    struct tree_contents *given = (struct tree_contents *)tree;
    (void)err;
    memset(item, 0, sizeof(*item));
    if (given->at == given->contents->count) {
        return SIGNET_OK;
    }
    const struct thing *thing = &given->contents->things[given->at];
    if (thing->folder && give_folder(given, item)) {
        return SIGNET_OK;
    }
    given->at++;
    given->given = 0;
    item->name = signet_span_str(thing->name);
    item->mode = thing->folder ? S_IFDIR : S_IFREG;
    item->size = thing->size;
    return SIGNET_OK;
}

static void close_tree(struct signet_tree *tree)
{
    free(tree);
}

int signet_contents_tree(const struct signet_contents *contents,
                         struct signet_tree **tree,
                         struct signet_err *err)
{
    static const struct signet_tree_ops ops = {next, NULL, close_tree};
    struct tree_contents *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a tree");
    }
    fresh->tree.ops = &ops;
    fresh->contents = contents;
    *tree = &fresh->tree;
    return SIGNET_OK;
}

/* The file of that name at or after things[*at], which is moved behind it; NULL if there is none.
 * What is asked for comes in order. */
static const struct thing *
find_next(const struct signet_contents *contents, size_t *at, const char *name)
{
    while (*at < contents->count) {
        const struct thing *thing = &contents->things[(*at)++];
        int order = strcmp(thing->name, name);
        if (order >= 0) {
            return order == 0 && !thing->folder ? thing : NULL;
        }
    }
    return NULL;
}

static int stranger(const struct signet_entry *entry, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_INTERNAL, "%s: is not in the archive",
                          signet_utf8_show(signet_span_str(entry->name), shown));
}

int signet_contents_locate(const struct signet_contents *contents,
                           const struct signet_manifest *manifest,
                           uint64_t *offsets,
                           uint32_t *sums,
                           struct signet_err *err)
{
    size_t at = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        const struct thing *thing = find_next(contents, &at, entry->name);
        if (thing == NULL) {
            return stranger(entry, err);
        }
        offsets[i] = thing->at;
        sums[i] = thing->crc32;
    }
    return SIGNET_OK;
}

int signet_contents_fill(const struct signet_contents *contents,
                         struct signet_manifest *manifest,
                         struct signet_err *err)
{
    size_t len = signet_digest_size(manifest->alg);
    size_t at = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        struct signet_entry *entry = &manifest->entries[i];
        const struct thing *thing = find_next(contents, &at, entry->name);
        if (thing == NULL) {
            return stranger(entry, err);
        }
        if (manifest->shard_size == 0) {
            memcpy(entry->sha256, signet_unpacked_digest(contents->unpacked, thing->at, true),
                   sizeof(entry->sha256));
        }
        for (uint64_t number = 0; number < signet_entry_digests(manifest, entry); number++) {
            memcpy(signet_manifest_slot(manifest, entry, number),
                   signet_unpacked_digest(contents->unpacked, thing->at + number, false), len);
        }
    }
    return SIGNET_OK;
}
