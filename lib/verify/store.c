/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders of evidence: see <signet/store.h>. Owns which signature texts are claimed to be about an
 * identity; verifies nothing, decides nothing.
 */
#include "verify/store.h"

#include <fcntl.h>
#include <stdlib.h>

#include "artifact/folder.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "verify/lists.h"
#include "verify/store_lane.h"

/* What notes about the time of the signatures in a file are called behind its name. */
#define TIMES ".time"

/* A folder that was opened. */
struct folder {
    char *path;
    int fd;
    struct signet_folder items;
};

struct signet_store {
    struct signet_limits limits;
    struct folder *folders;
    size_t folder_count;
    struct signet_store_file *files;
    size_t file_count, file_room;
    struct signet_store_lane all; /* of all threads; keys are sorted */
    struct signet_lists *lists;   /* or NULL */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for evidence");
}

int signet_store_compare_texts(const void *a, const void *b)
{
    const struct signet_store_text *first = a;
    const struct signet_store_text *second = b;
    if (first->file != second->file) {
        return first->file < second->file ? -1 : 1;
    }
    return first->offset == second->offset ? 0 : first->offset < second->offset ? -1 : 1;
}

static int compare_identities(const struct signet_store_key *a, const struct signet_store_key *b)
{
    return a->type != b->type ? (int)a->type - (int)b->type
                              : memcmp(a->digest, b->digest, sizeof(a->digest));
}

/* A key by how its identity begins: most differ in that, and there can be many. */
struct place {
    uint64_t begin;
    const struct signet_store_key *key;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *first = a;
    const struct place *second = b;
    if (first->begin != second->begin) {
        return first->begin < second->begin ? -1 : 1;
    }
    int order = compare_identities(first->key, second->key);
    return order != 0 ? order : signet_store_compare_texts(&first->key->text, &second->key->text);
}

/* The type, and as many bytes of the digest as there is room for, in the order of identities. */
static uint64_t begin_of(const struct signet_store_key *key)
{
    uint64_t begin = key->type;
    for (size_t i = 0; i < sizeof(begin) - sizeof(key->type); i++) {
        begin = begin << 8 | key->digest[i];
    }
    return begin;
}

static int sort_keys(struct signet_store_lane *all, struct signet_err *err)
{
    struct place *places = calloc(all->count + 1, sizeof(*places));
    struct signet_store_key *sorted = calloc(all->count + 1, sizeof(*sorted));
    if (places == NULL || sorted == NULL) {
        free(places);
        free(sorted);
        return no_memory(err);
    }
    for (size_t i = 0; i < all->count; i++) {
        places[i] = (struct place){begin_of(&all->keys[i]), &all->keys[i]};
    }
    qsort(places, all->count, sizeof(*places), compare_places);
    for (size_t i = 0; i < all->count; i++) {
        sorted[i] = *places[i].key;
    }
    free(places);
    free(all->keys);
    all->keys = sorted;
    return SIGNET_OK;
}

int signet_store_name(const struct signet_store *store,
                      const struct signet_store_text *text,
                      struct signet_buf *out)
{
    signet_store_put_name(&store->files[text->file], text, out);
    return out->status;
}

static int
add_file(struct signet_store *store, const struct signet_store_file *file, struct signet_err *err)
{
    if (store->file_count == SIGNET_STORE_CLAIMS) {
        return signet_store_too_many(err);
    }
    if (store->file_count == store->file_room) {
        struct signet_store_file *grown =
            signet_grow(store->files, &store->file_room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        store->files = grown;
    }
    store->files[store->file_count++] = *file;
    return SIGNET_OK;
}

/* Adds the files of a folder that was listed. */
static int
add_files(struct signet_store *store, const struct folder *folder, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < folder->items.count; i++) {
        const struct signet_folder_item *item = &folder->items.items[i];
        struct signet_err why;
        if (item->name[0] == '.' || signet_span_ends(signet_span_str(item->name), TIMES)) {
            continue;
        }
        if (S_ISREG(item->mode)) {
            const struct signet_store_file file = {
                .name = item->name,
                .folder = folder->path,
                .folder_fd = folder->fd,
                .lines = signet_span_ends(signet_span_str(item->name), ".jsonl")};
            rc = add_file(store, &file, err);
            continue;
        }
        char shown[SIGNET_SHOW_MAX];
        const struct signet_store_text here = {.file = (uint32_t)store->file_count};
        signet_err_clear(&why);
        signet_err_set(&why, SIGNET_E_FORBIDDEN, "%s: expected a regular file, found a %s",
                       signet_utf8_show(signet_span_str(item->name), shown),
                       signet_fd_kind(item->mode));
        signet_store_lane_refuse(&store->all, &here, folder->path, &why);
    }
    return rc;
}

/* What can be opened beneath the root without a link. */
static int list_folder(int root_fd, const char *path, struct folder *folder, struct signet_err *err)
{
    size_t sizes = 0;
    int rc = path[0] == '/' ? signet_fd_open_beneath(root_fd, path + 1, &folder->fd, err)
                            : signet_err_set(err, SIGNET_E_FORBIDDEN, "expected an absolute path");
    return rc == SIGNET_OK ? signet_folder_read(folder->fd, "", &sizes, &folder->items, err) : rc;
}

static int
add_folder(struct signet_store *store, int root_fd, const char *path, struct signet_err *err)
{
    struct folder *folder = &store->folders[store->folder_count];
    const struct signet_store_text here = {.file = (uint32_t)store->file_count};
    struct signet_err why;
    signet_err_clear(&why);
    folder->fd = -1;
    folder->path = strdup(path);
    int rc = folder->path != NULL ? list_folder(root_fd, path, folder, &why) : SIGNET_E_NOMEM;
    if (rc == SIGNET_OK) {
        rc = add_files(store, folder, err);
    } else if (rc == SIGNET_E_NOMEM) {
        rc = no_memory(err);
    } else {
        signet_store_lane_refuse(&store->all, &here, path, &why);
        rc = SIGNET_OK;
    }
    store->folder_count++;
    return rc;
}

static int add_folders(struct signet_store *store,
                       const char *const *folders,
                       size_t count,
                       struct signet_err *err)
{
    int root_fd = -1;
    store->folders = calloc(count + 1, sizeof(*store->folders));
    if (store->folders == NULL) {
        return no_memory(err);
    }
    int rc = signet_fd_open_named("/", &root_fd, err);
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = add_folder(store, root_fd, folders[i], err);
    }
    signet_fd_close(&root_fd);
    return rc;
}

static int
add_packed(struct signet_store *store, const struct signet_pack *pack, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; pack != NULL && rc == SIGNET_OK && i < pack->evidence_count; i++) {
        const struct signet_store_file file = {
            .name = pack->evidence[i].name, .folder_fd = -1, .packed = &pack->evidence[i]};
        rc = add_file(store, &file, err);
    }
    return rc;
}

/* A job of the pool. */
static int read_file(void *ctx, size_t index, size_t worker, struct signet_err *err)
{
    struct signet_store_lane *lanes = ctx;
    return signet_store_lane_read(&lanes[worker], (uint32_t)index, err);
}

static int read_files(struct signet_store *store, size_t jobs, struct signet_err *err)
{
    size_t most = jobs > 0 ? jobs : signet_pool_default_workers();
    size_t workers = most < store->file_count ? most : store->file_count;
    struct signet_store_lane *all = &store->all;
    struct signet_store_lane *lanes = NULL;
    if (workers == 0) {
        return SIGNET_OK;
    }
    lanes = calloc(workers, sizeof(*lanes));
    if (lanes == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < workers; i++) {
        signet_store_lane_init(&lanes[i], &store->limits, store->files);
    }
    int rc = signet_pool_run(workers, store->file_count, read_file, lanes, err);
    for (size_t i = 0; i < workers; i++) {
        rc = rc == SIGNET_OK ? signet_store_lane_merge(all, &lanes[i], err) : rc;
        signet_store_lane_free(&lanes[i]);
    }
    free(lanes);
    return rc == SIGNET_OK ? sort_keys(all, err) : rc;
}

int signet_store_open(const char *const *folders,
                      size_t count,
                      const struct signet_store_opts *opts,
                      struct signet_store **store,
                      struct signet_err *err)
{
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE, "options of another version of the library");
    }
    struct signet_store *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return no_memory(err);
    }
    made->limits = opts->limits != NULL ? *opts->limits : signet_limits_default();
    int rc = add_folders(made, folders, count, err);
    if (rc == SIGNET_OK) {
        rc = add_packed(made, opts->pack, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_files(made, opts->jobs, err);
    }
    if (rc == SIGNET_OK && opts->trust != NULL) {
        rc = signet_lists_new(made, opts->trust, &made->limits, &made->lists, err);
    }
    if (rc != SIGNET_OK) {
        signet_store_close(made);
        return rc;
    }
    *store = made;
    return SIGNET_OK;
}

void signet_store_close(struct signet_store *store)
{
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < store->folder_count; i++) {
        signet_fd_close(&store->folders[i].fd);
        signet_folder_free(&store->folders[i].items);
        free(store->folders[i].path);
    }
    signet_store_lane_free(&store->all);
    signet_lists_free(store->lists);
    free(store->folders);
    free(store->files);
    free(store);
}

struct signet_lists *signet_store_lists(const struct signet_store *store)
{
    return store->lists;
}

uint64_t signet_store_count(const struct signet_store *store)
{
    return store->all.texts;
}

uint64_t signet_store_refused(const struct signet_store *store)
{
    return store->all.refused;
}

const char *signet_store_reason(const struct signet_store *store, size_t number)
{
    return number < SIGNET_STORE_TOLD && number < store->all.refused
               ? store->all.first[number].err.msg
               : NULL;
}

/* The first key that is not below the wanted one, of which the text does not count. */
static size_t lower_bound(const struct signet_store *store, const struct signet_store_key *wanted)
{
    size_t low = 0;
    size_t high = store->all.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_identities(&store->all.keys[middle], wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool signet_store_has(const struct signet_store *store,
                      enum signet_claimed kind,
                      enum signet_digest_alg alg)
{
    const struct signet_store_key first = {.type = signet_store_type(kind, alg)};
    size_t at = lower_bound(store, &first);
    return at < store->all.count && store->all.keys[at].type == first.type;
}

static int add_found(struct signet_store_found *found,
                     const struct signet_store_text *text,
                     struct signet_err *err)
{
    if (found->count == found->room) {
        struct signet_store_text *grown = signet_grow(found->list, &found->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        found->list = grown;
    }
    found->list[found->count++] = *text;
    return SIGNET_OK;
}

int signet_store_find(const struct signet_store *store,
                      enum signet_claimed kind,
                      const struct signet_digest *digest,
                      struct signet_store_found *found,
                      struct signet_err *err)
{
    struct signet_store_key wanted = {.type = signet_store_type(kind, digest->alg)};
    int rc = SIGNET_OK;
    memcpy(wanted.digest, digest->bytes, sizeof(wanted.digest));
    size_t at = lower_bound(store, &wanted);
    while (rc == SIGNET_OK && at < store->all.count &&
           compare_identities(&store->all.keys[at], &wanted) == 0) {
        rc = add_found(found, &store->all.keys[at++].text, err);
    }
    return rc;
}

void signet_store_order(struct signet_store_found *found)
{
    size_t kept = 0;
    if (found->count > 0) {
        qsort(found->list, found->count, sizeof(*found->list), signet_store_compare_texts);
    }
    for (size_t i = 0; i < found->count; i++) {
        if (kept == 0 || signet_store_compare_texts(&found->list[kept - 1], &found->list[i]) != 0) {
            found->list[kept++] = found->list[i];
        }
    }
    found->count = kept;
}

int signet_store_read(const struct signet_store *store,
                      const struct signet_store_text *text,
                      struct signet_store_reader *reader,
                      struct signet_buf *out,
                      struct signet_err *err)
{
    const struct signet_pack_text *packed = store->files[text->file].packed;
    int rc = SIGNET_OK;
    if (signet_buf_reserve(out, text->len) != SIGNET_OK) {
        return no_memory(err);
    }
    if (packed != NULL) {
        return signet_buf_put(out, signet_buf_span(&packed->text)); /* there is room */
    }
    if (reader->fd < 0 || reader->file != text->file) {
        signet_fd_close(&reader->fd);
        reader->file = text->file;
        rc = signet_store_open_file(&store->files[text->file], &reader->fd, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_fd_pread_all(
            reader->fd, (struct signet_fd_run){text->offset, out->data + out->len, text->len}, err);
    }
    if (rc == SIGNET_OK) {
        out->len += text->len;
    }
    return rc;
}

int signet_store_read_times(const struct signet_store *store,
                            const struct signet_store_text *text,
                            struct signet_buf *out,
                            struct signet_err *err)
{
    struct signet_store_file file = store->files[text->file];
    struct signet_buf name;
    struct stat st;
    int fd = -1;
    if (file.packed != NULL) {
        return signet_buf_put(out, signet_buf_span(&file.packed->time)) == SIGNET_OK
                   ? (int)SIGNET_OK
                   : no_memory(err);
    }
    signet_buf_init(&name, SIZE_MAX);
    signet_buf_puts(&name, file.name);
    if (signet_buf_put(&name, signet_span_of(TIMES, sizeof(TIMES))) != SIGNET_OK) {
        return no_memory(err);
    }
    file.name = (const char *)name.data;
    int rc = SIGNET_OK;
    if (fstatat(file.folder_fd, file.name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        rc = signet_store_open_file(&file, &fd, err);
        rc = rc == SIGNET_OK ? signet_fd_read_file(fd, file.name, SIGNET_TIME_NOTES, out, err) : rc;
        signet_fd_close(&fd);
    }
    signet_buf_free(&name);
    return rc;
}
