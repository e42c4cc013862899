/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical manifest: order, duplicates, root digest (OpenSSF Model Signing v1.0) and the
 * signetBundle identity. Owns names and entries; knows neither files nor archives.
 */
#include "artifact/manifest.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/ignore.h"
#include "artifact/path.h"
#include "base/arena.h"
#include "base/codec.h"
#include "base/err.h"
#include "base/grow.h"
#include "base/utf8.h"

/* What signet_manifest.storage points at. */
struct store {
    struct signet_arena names;
    size_t entry_room;
    size_t folder_room;
    uint8_t *digests; /* NULL if the entries' own SHA-256 are all there is */
};

int signet_manifest_begin(struct signet_manifest *manifest,
                          enum signet_artifact_kind kind,
                          enum signet_digest_alg alg,
                          struct signet_err *err)
{
    memset(manifest, 0, sizeof(*manifest));
    manifest->kind = kind;
    manifest->alg = alg;
    struct store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a manifest");
    }
    signet_arena_init(&store->names, SIZE_MAX); /* the limits of files and names bound it */
    manifest->storage = store;
    return SIGNET_OK;
}

void signet_manifest_free(struct signet_manifest *manifest)
{
    if (manifest == NULL) {
        return;
    }
    struct store *store = manifest->storage;
    if (store != NULL) {
        signet_arena_free(&store->names);
        free(store->digests);
    }
    free(store);
    free(manifest->entries);
    free(manifest->ignored);
    free(manifest->uncovered);
    memset(manifest, 0, sizeof(*manifest));
}

static int no_memory(size_t count, struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu names", count);
}

int signet_manifest_add_file(struct signet_manifest *manifest,
                             struct signet_span name,
                             uint64_t size,
                             uint64_t max,
                             struct signet_err *err)
{
    struct store *store = manifest->storage;
    if (manifest->count >= max) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "more than %llu files; --limit entries=N raises the limit",
                              (unsigned long long)max);
    }
    if (manifest->count == store->entry_room) {
        struct signet_entry *grown =
            signet_grow(manifest->entries, &store->entry_room, sizeof(*manifest->entries));
        if (grown == NULL) {
            return no_memory(manifest->count, err);
        }
        manifest->entries = grown;
    }
    const char *kept = signet_arena_copy(&store->names, name);
    if (kept == NULL) {
        return no_memory(manifest->count, err);
    }
    struct signet_entry entry = {.name = kept, .size = size};
    manifest->entries[manifest->count++] = entry;
    return SIGNET_OK;
}

/* Wraps in far years, and tells any two changes apart all the same. */
static uint64_t change_of(const struct stat *st)
{
    return (uint64_t)st->st_ctim.tv_sec * UINT64_C(1000000000) + (uint64_t)st->st_ctim.tv_nsec;
}

void signet_manifest_note_file(struct signet_entry *entry, const struct stat *st)
{
    entry->inode = st->st_ino;
    entry->changed = change_of(st);
}

bool signet_manifest_same_file(const struct signet_entry *entry, const struct stat *st)
{
    return entry->inode != 0 && entry->inode == st->st_ino &&
           entry->size == (uint64_t)st->st_size && entry->changed == change_of(st);
}

int signet_manifest_add_folder(struct signet_manifest *manifest,
                               struct signet_span name,
                               uint64_t max,
                               struct signet_err *err)
{
    struct store *store = manifest->storage;
    if (manifest->uncovered_count >= max) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "more than %llu directories; --limit entries=N raises the limit",
                              (unsigned long long)max);
    }
    if (manifest->uncovered_count == store->folder_room) {
        const char **grown =
            signet_grow(manifest->uncovered, &store->folder_room, sizeof(*manifest->uncovered));
        if (grown == NULL) {
            return no_memory(manifest->uncovered_count, err);
        }
        manifest->uncovered = grown;
    }
    const char *kept = signet_arena_copy(&store->names, name);
    if (kept == NULL) {
        return no_memory(manifest->uncovered_count, err);
    }
    manifest->uncovered[manifest->uncovered_count++] = kept;
    return SIGNET_OK;
}

int signet_manifest_add_ignored(struct signet_manifest *manifest,
                                const struct signet_ignore *ignore,
                                struct signet_err *err)
{
    struct store *store = manifest->storage;
    if (ignore->count == 0) {
        return SIGNET_OK;
    }
    manifest->ignored = calloc(ignore->count, sizeof(*manifest->ignored));
    if (manifest->ignored == NULL) {
        return no_memory(ignore->count, err);
    }
    for (size_t i = 0; i < ignore->count; i++) {
        if (!ignore->met[i]) {
            continue;
        }
        const char *kept = signet_arena_copy(&store->names, signet_span_str(ignore->paths[i]));
        if (kept == NULL) {
            return no_memory(ignore->count, err);
        }
        manifest->ignored[manifest->ignored_count++] = kept;
    }
    return SIGNET_OK;
}

int signet_manifest_set_stripped(struct signet_manifest *manifest,
                                 const char *folder,
                                 struct signet_err *err)
{
    struct store *store = manifest->storage;
    manifest->stripped = signet_arena_copy(&store->names, signet_span_str(folder));
    return manifest->stripped != NULL ? SIGNET_OK : no_memory(manifest->count, err);
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct signet_entry *)a)->name, ((const struct signet_entry *)b)->name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* As a directory is listed. */
static bool are_sorted(const struct signet_manifest *manifest)
{
    size_t i = 1;
    while (i < manifest->count &&
           compare_entries(&manifest->entries[i - 1], &manifest->entries[i]) < 0) {
        i++;
    }
    return i >= manifest->count;
}

static int sort_entries(struct signet_manifest *manifest, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (are_sorted(manifest)) {
        return SIGNET_OK;
    }
    qsort(manifest->entries, manifest->count, sizeof(*manifest->entries), compare_entries);
    for (size_t i = 1; i < manifest->count; i++) {
        const char *name = manifest->entries[i].name;
        if (strcmp(manifest->entries[i - 1].name, name) == 0) {
            return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: two entries have this name",
                                  signet_utf8_show(signet_span_str(name), shown));
        }
    }
    return SIGNET_OK;
}

static int fold(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* Order of names without regard to ASCII case; 0 means that nothing else differs. */
static int compare_folded(const char *a, const char *b)
{
    while (*a != '\0' && fold(*a) == fold(*b)) {
        a++;
        b++;
    }
    return fold(*a) - fold(*b);
}

static int compare_twins(const void *a, const void *b)
{
    int order = compare_folded(*(const char *const *)a, *(const char *const *)b);
    return order != 0 ? order : compare_names(a, b);
}

static bool has_capitals(const char *name)
{
    while (*name != '\0' && (*name < 'A' || *name > 'Z')) {
        name++;
    }
    return *name != '\0';
}

/* The entry that is name but for capitals, and has none itself. */
static const char *find_small(const struct signet_manifest *manifest, const char *name)
{
    size_t low = 0;
    size_t high = manifest->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *at = manifest->entries[middle].name;
        size_t same = 0;
        while (at[same] != '\0' && (unsigned char)at[same] == fold(name[same])) {
            same++;
        }
        int order = (unsigned char)at[same] - fold(name[same]);
        if (order == 0) {
            return at;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

/* Keeps the first pair of all. */
static void note_twins(struct signet_manifest *manifest, const char *first, const char *second)
{
    if (manifest->twins[0] == NULL || compare_twins(&first, &manifest->twins[0]) < 0) {
        manifest->twins[0] = first;
        manifest->twins[1] = second;
    }
}

/* Names that fall together where case does not count, which is how other systems unpack them. Of
 * two such names one has capitals, and most names have none. */
static int find_twins(struct signet_manifest *manifest, struct signet_err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        count += has_capitals(manifest->entries[i].name) ? 1 : 0;
    }
    if (count == 0) {
        return SIGNET_OK;
    }
    const char **names = calloc(count, sizeof(*names));
    if (names == NULL) {
        return no_memory(count, err);
    }
    for (size_t i = 0, at = 0; i < manifest->count; i++) {
        if (has_capitals(manifest->entries[i].name)) {
            names[at++] = manifest->entries[i].name;
        }
    }
    qsort(names, count, sizeof(*names), compare_twins);
    for (size_t i = 0; i < count; i++) {
        bool again = i > 0 && compare_folded(names[i - 1], names[i]) == 0;
        const char *small = again ? NULL : find_small(manifest, names[i]);
        bool more = i + 1 < count && compare_folded(names[i], names[i + 1]) == 0;
        if (more && !again) {
            note_twins(manifest, names[i], names[i + 1]);
        } else if (small != NULL) {
            note_twins(manifest, names[i], small);
        }
    }
    free(names);
    return SIGNET_OK;
}

/* Whether an entry sorts before all that is below folder, is below it, or sorts after. */
static int compare_folder_to_entry(const void *folder, const void *entry)
{
    const char *name = ((const struct signet_entry *)entry)->name;
    size_t len = strlen(folder);
    int order = strncmp(folder, name, len);
    return order != 0 ? order : '/' - (unsigned char)name[len];
}

static void keep_uncovered(struct signet_manifest *manifest)
{
    size_t kept = 0;
    for (size_t i = 0; i < manifest->uncovered_count; i++) {
        const char *folder = manifest->uncovered[i];
        if (manifest->count == 0 ||
            bsearch(folder, manifest->entries, manifest->count, sizeof(*manifest->entries),
                    compare_folder_to_entry) == NULL) {
            manifest->uncovered[kept++] = folder;
        }
    }
    manifest->uncovered_count = kept;
    if (kept > 0) {
        qsort(manifest->uncovered, kept, sizeof(*manifest->uncovered), compare_names);
    }
}

int signet_manifest_settle(struct signet_manifest *manifest, struct signet_err *err)
{
    int rc = sort_entries(manifest, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    keep_uncovered(manifest);
    return find_twins(manifest, err);
}

uint64_t signet_entry_digests(const struct signet_manifest *manifest,
                              const struct signet_entry *entry)
{
    return manifest->shard_size == 0 ? 1
                                     : entry->size / manifest->shard_size +
                                           (entry->size % manifest->shard_size != 0 ? 1 : 0);
}

/* Digests lie in the entries, or all in one array. */
static bool in_entries(const struct signet_manifest *manifest)
{
    return manifest->alg == SIGNET_DIGEST_SHA256 && manifest->shard_size == 0;
}

struct signet_span signet_entry_digest(const struct signet_manifest *manifest,
                                       const struct signet_entry *entry,
                                       uint64_t number)
{
    const struct store *store = manifest->storage;
    size_t len = signet_digest_size(manifest->alg);
    return in_entries(manifest)
               ? signet_span_of(entry->sha256, sizeof(entry->sha256))
               : signet_span_of(store->digests + (size_t)(entry->first + number) * len, len);
}

uint8_t *
signet_manifest_slot(struct signet_manifest *manifest, struct signet_entry *entry, uint64_t number)
{
    const struct store *store = manifest->storage;
    size_t len = signet_digest_size(manifest->alg);
    return in_entries(manifest) ? entry->sha256
                                : store->digests + (size_t)(entry->first + number) * len;
}

int signet_manifest_make_room(struct signet_manifest *manifest,
                              uint64_t max,
                              struct signet_err *err)
{
    struct store *store = manifest->storage;
    uint64_t total = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        uint64_t more = signet_entry_digests(manifest, &manifest->entries[i]);
        manifest->entries[i].first = total;
        if (more > max - total) {
            return signet_err_set(err, SIGNET_E_LIMIT,
                                  "more than %llu digests; take larger shards, or raise the limit "
                                  "with --limit entries=N",
                                  (unsigned long long)max);
        }
        total += more;
    }
    if (in_entries(manifest) || total == 0) {
        return SIGNET_OK;
    }
    store->digests = calloc((size_t)total, signet_digest_size(manifest->alg));
    return store->digests != NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %llu digests",
                                (unsigned long long)total);
}

static int
seal_root(struct signet_manifest *manifest, struct signet_hash *hash, struct signet_err *err)
{
    struct signet_piece *pieces = NULL;
    size_t count = 0;
    int rc = SIGNET_OK;
    if (manifest->shard_size > 0) {
        rc = signet_manifest_pieces(manifest, &pieces, &count, err);
        for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
            rc = signet_hash_update(
                hash, signet_entry_digest(manifest, pieces[i].entry, pieces[i].number));
        }
        free(pieces);
    } else {
        for (size_t i = 0; rc == SIGNET_OK && i < manifest->count; i++) {
            rc = signet_hash_update(hash, signet_entry_digest(manifest, &manifest->entries[i], 0));
        }
    }
    return rc == SIGNET_OK ? signet_hash_final(hash, &manifest->root) : rc;
}

static int seal_bundle(struct signet_manifest *manifest, struct signet_hash *hash)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        char line[2 * sizeof(entry->sha256) + 3];
        signet_hex_encode(signet_span_of(entry->sha256, sizeof(entry->sha256)), line);
        memcpy(line + 2 * sizeof(entry->sha256), "  ", 3);
        rc = signet_hash_update(hash, signet_span_str(line));
        if (rc == SIGNET_OK) { /* the NUL that ends the name ends the line */
            rc = signet_hash_update(hash, signet_span_of(entry->name, strlen(entry->name) + 1));
        }
    }
    return rc == SIGNET_OK ? signet_hash_final(hash, &manifest->identity) : rc;
}

int signet_manifest_seal(struct signet_manifest *manifest, struct signet_err *err)
{
    struct signet_hash *hash = NULL;
    manifest->bytes = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        manifest->bytes += manifest->entries[i].size;
    }
    if (manifest->partial) {
        return SIGNET_OK; /* digests of some entries could be taken for those of a whole bundle */
    }
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &hash, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = seal_root(manifest, hash, err);
    if (rc != SIGNET_OK || manifest->shard_size > 0) {
        memset(&manifest->identity, 0, sizeof(manifest->identity));
    } else if (manifest->kind == SIGNET_ARTIFACT_BUNDLE) {
        rc = seal_bundle(manifest, hash);
    } else {
        manifest->identity.alg = SIGNET_DIGEST_SHA256;
        manifest->identity.len = sizeof(manifest->entries[0].sha256);
        memcpy(manifest->identity.bytes, manifest->entries[0].sha256, manifest->identity.len);
    }
    signet_hash_free(hash);
    return rc == SIGNET_OK ? SIGNET_OK : signet_err_set(err, rc, "cannot compute the root digest");
}

static int compare_name_to_entry(const void *name, const void *entry)
{
    return signet_path_compare(*(const struct signet_span *)name,
                               ((const struct signet_entry *)entry)->name);
}

const struct signet_entry *signet_manifest_find(const struct signet_manifest *manifest,
                                                struct signet_span name)
{
    return manifest->count == 0 ? NULL
                                : bsearch(&name, manifest->entries, manifest->count,
                                          sizeof(*manifest->entries), compare_name_to_entry);
}
