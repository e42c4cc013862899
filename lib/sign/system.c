/* SPDX-License-Identifier: Apache-2.0
 *
 * The code of a system: see <signet/system.h>. Owns which files are looked at and chosen; what they
 * are for is told again of the bytes that are signed.
 */
#include <signet/system.h>

#include <errno.h>
#include <fcntl.h>
#include <signet/artifact.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "artifact/opener.h"
#include "artifact/tree.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/texts.h"
#include "base/utf8.h"
#include "sign/look.h"

struct signet_system {
    struct signet_limits limits;
    const char **files;
    size_t count, room;
    struct signet_system_left_out left_out;
    struct signet_arena names;
};

/* One looking. */
struct finding {
    struct signet_system *system;
    const struct signet_system_opts *opts;
    int root_fd;
    struct signet_opener opener; /* below the root */
    char *name;                  /* that it opened last, which it still needs */
    char *parent;                /* the folder of the last file that was named, */
    char *real_parent;           /* and its real path, or NULL */
    dev_t device;                /* of the last file, */
    bool made_up;                /* and whether the kernel makes its files up; */
    bool known;                  /* if there was one */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the files of a system");
}

/* The names of file systems whose files are no bytes on any medium: reading can do anything, and
 * nobody starts or loads them (statfs(2), "f_type"). */
static bool is_made_up(int fd)
{
    static const unsigned long types[] = {
        0x9fa0,     /* proc */
        0x62656572, /* sysfs */
        0x64626720, /* debugfs */
        0x74726163, /* tracefs */
        0x73636673, /* securityfs */
        0x27e0eb,   /* cgroup */
        0x63677270, /* cgroup2 */
        0xcafe4a11, /* bpf */
        0xde5e81e4, /* efivarfs */
    };
    struct statfs fs;
    bool found = false;
    if (fstatfs(fd, &fs) != 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        found = found || (unsigned long)fs.f_type == types[i];
    }
    return found;
}

/* A device is asked once in a row. */
static bool is_of_medium(struct finding *finding, int fd, const struct stat *st)
{
    if (!finding->known || finding->device != st->st_dev) {
        finding->made_up = is_made_up(fd);
        finding->device = st->st_dev;
        finding->known = true;
    }
    return !finding->made_up;
}

/* A name below a folder of that path, both without a leading "/"; owned, NULL: out of memory. */
static char *join(const char *folder, struct signet_span name)
{
    struct signet_buf whole;
    char *text = NULL;
    signet_buf_init(&whole, SIZE_MAX);
    signet_buf_puts(&whole, folder);
    if (folder[0] != '\0' && name.len > 0) {
        signet_buf_putc(&whole, '/');
    }
    if (signet_buf_put(&whole, name) == SIGNET_OK) {
        text = strndup(whole.len > 0 ? (const char *)whole.data : "", whole.len);
    }
    signet_buf_free(&whole);
    return text;
}

static int add_file(struct finding *finding, const char *name, struct signet_err *err)
{
    struct signet_system *system = finding->system;
    if (signet_path_check(signet_span_str(name), system->limits.path, NULL) != SIGNET_OK) {
        system->left_out.unnamable++;
        return SIGNET_OK;
    }
    if (system->count >= system->limits.entries) {
        return signet_err_set(err, SIGNET_E_LIMIT, "more than %llu files of code",
                              (unsigned long long)system->limits.entries);
    }
    if (system->count + 1 >= system->room) { /* NULL stands behind them */
        const char **grown = signet_grow(system->files, &system->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        system->files = grown;
    }
    const char *kept = signet_arena_copy(&system->names, signet_span_str(name));
    if (kept == NULL) {
        return no_memory(err);
    }
    system->files[system->count++] = kept;
    return SIGNET_OK;
}

/* Whether an opened file is code. What cannot be read is left out. */
static bool is_code(struct finding *finding, int fd)
{
    struct signet_system_left_out *left_out = &finding->system->left_out;
    enum signet_usage usage = SIGNET_USAGE_NONE;
    uint8_t bytes[SIGNET_LANE_HEAD];
    const struct signet_fd_run run = {.buf = bytes, .len = sizeof(bytes)};
    struct stat st;
    size_t got = 0;
    bool cold = false;
    if (fstat(fd, &st) != 0) {
        left_out->unreadable++;
        return false;
    }
    if (!S_ISREG(st.st_mode) || !is_of_medium(finding, fd, &st)) {
        left_out->special++;
        return false;
    }
    if (st.st_size == 0) {
        left_out->others++;
        return false;
    }
    if (signet_fd_pread(fd, &run, true, &got, &cold, NULL) != SIGNET_OK ||
        signet_sign_look()->look(fd, signet_span_of(bytes, got), &usage, NULL) != SIGNET_OK) {
        left_out->unreadable++;
        return false;
    }
    left_out->others += usage == SIGNET_USAGE_NONE ? 1 : 0;
    return usage != SIGNET_USAGE_NONE;
}

/* A regular file, by its name below the root, which is taken over. */
static int look_at(struct finding *finding, char *name, struct signet_err *err)
{
    int fd = -1;
    if (name == NULL) {
        return no_memory(err);
    }
    int rc = signet_opener_open(&finding->opener, name, &fd, NULL);
    free(finding->name);
    finding->name = name;
    if (rc == SIGNET_E_NOMEM) {
        return no_memory(err);
    }
    if (rc != SIGNET_OK) {
        finding->system->left_out.unreadable++;
        return SIGNET_OK;
    }
    bool code = is_code(finding, fd);
    signet_fd_close(&fd);
    return code ? add_file(finding, name, err) : SIGNET_OK;
}

/* Counts what is neither file nor folder. */
static void leave_out(struct finding *finding, unsigned mode)
{
    struct signet_system_left_out *left_out = &finding->system->left_out;
    *(S_ISLNK(mode) ? &left_out->links : &left_out->special) += 1;
}

static int take_item(struct finding *finding,
                     const char *folder,
                     struct signet_tree *tree,
                     const struct signet_tree_item *item,
                     struct signet_err *err)
{
    if (S_ISDIR(item->mode)) {
        int rc = signet_tree_enter(tree, NULL);
        finding->system->left_out.unreadable += rc == SIGNET_OK ? 0 : 1;
        return rc == SIGNET_E_NOMEM ? no_memory(err) : (int)SIGNET_OK;
    }
    if (S_ISREG(item->mode)) {
        return look_at(finding, join(folder, item->name), err);
    }
    leave_out(finding, item->mode);
    return SIGNET_OK;
}

static int check_stop(const struct finding *finding, struct signet_err *err)
{
    const struct signet_system_opts *opts = finding->opts;
    return opts->stop != NULL && opts->stop(opts->stop_ctx)
               ? signet_err_set(err, SIGNET_E_UNVERIFIED, "stopped before all was looked at")
               : (int)SIGNET_OK;
}

/* A folder by its real path without the leading "/". */
static int go_through(struct finding *finding, const char *folder, struct signet_err *err)
{
    struct signet_tree *tree = NULL;
    struct signet_tree_item item = {.name = {NULL, 0}};
    int fd = -1;
    int rc = signet_tree_open_beneath(finding->root_fd, folder[0] != '\0' ? folder : ".", &fd, err);
    if (rc == SIGNET_OK) {
        rc = signet_tree_open_dir(fd, 0, &tree, err);
    }
    do {
        if (rc == SIGNET_OK) {
            rc = check_stop(finding, err);
        }
        if (rc == SIGNET_OK) {
            rc = signet_tree_next(tree, &item, err);
        }
        if (rc == SIGNET_OK && item.name.len > 0) {
            rc = take_item(finding, folder, tree, &item, err);
        }
    } while (rc == SIGNET_OK && item.name.len > 0);
    signet_tree_close(tree);
    signet_fd_close(&fd);
    return rc;
}

/* A file or a folder that was named, by its real path. */
static int take_named(struct finding *finding, const char *path, struct signet_err *err)
{
    struct stat st;
    char *real = realpath(path, NULL);
    if (real == NULL || stat(real, &st) != 0) {
        int rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot be found");
        free(real);
        return rc;
    }
    const char *name = real + 1;
    int rc = S_ISREG(st.st_mode)   ? look_at(finding, join("", signet_span_str(name)), err)
             : S_ISDIR(st.st_mode) ? go_through(finding, name, err)
                                   : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                                    "expected a file or a folder, found a %s",
                                                    signet_fd_kind(st.st_mode));
    free(real);
    return rc;
}

/* The real path of the folder that a file was said to lie in, NULL: there is none. Files of one
 * folder mostly follow one another. */
static const char *real_parent(struct finding *finding, const char *path, size_t len)
{
    if (finding->parent == NULL || strncmp(finding->parent, path, len) != 0 ||
        finding->parent[len] != '\0') {
        free(finding->parent);
        free(finding->real_parent);
        finding->parent = strndup(path, len);
        finding->real_parent =
            finding->parent != NULL ? realpath(len > 0 ? finding->parent : "/", NULL) : NULL;
    }
    return finding->real_parent;
}

/* A file where a list says that there is one. */
static int take_listed(struct finding *finding, const char *path, struct signet_err *err)
{
    struct stat st;
    const char *slash = strrchr(path, '/');
    const char *parent = slash != NULL ? real_parent(finding, path, (size_t)(slash - path)) : NULL;
    if (parent == NULL || slash[1] == '\0') {
        return SIGNET_OK;
    }
    char *name = join(parent + 1, signet_span_str(slash + 1));
    if (name == NULL) {
        return no_memory(err);
    }
    bool there = fstatat(finding->root_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISREG(st.st_mode)) {
        return look_at(finding, name, err);
    }
    if (there && !S_ISDIR(st.st_mode)) {
        leave_out(finding, st.st_mode);
    }
    free(name);
    return SIGNET_OK;
}

static int
find_all(struct finding *finding, const char *const *paths, size_t count, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = signet_fd_open_named("/", &finding->root_fd, err);
    signet_opener_init(&finding->opener, finding->root_fd, NULL);
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = check_stop(finding, err);
        if (rc == SIGNET_OK) {
            rc = finding->opts->no_folders ? take_listed(finding, paths[i], err)
                                           : take_named(finding, paths[i], err);
        }
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(paths[i]), shown));
        }
    }
    signet_opener_clear(&finding->opener);
    signet_fd_close(&finding->root_fd);
    free(finding->name);
    free(finding->parent);
    free(finding->real_parent);
    return rc;
}

/* What lies below two of the paths was found twice. */
static int settle(struct signet_system *system, struct signet_err *err)
{
    if (system->count == 0) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "no program, library or script was found that can be read");
    }
    system->count = signet_texts_sort(system->files, system->count);
    system->files[system->count] = NULL;
    return SIGNET_OK;
}

int signet_system_find(const char *const *paths,
                       size_t count,
                       const struct signet_system_opts *opts,
                       struct signet_system **system,
                       struct signet_err *err)
{
    struct finding finding = {.opts = opts, .root_fd = -1};
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE, "options of another version of the library");
    }
    finding.system = calloc(1, sizeof(*finding.system));
    if (finding.system == NULL) {
        return no_memory(err);
    }
    finding.system->limits = opts->limits != NULL ? *opts->limits : signet_limits_default();
    signet_arena_init(&finding.system->names, SIZE_MAX); /* the limits bound it */
    int rc = find_all(&finding, paths, count, err);
    if (rc == SIGNET_OK) {
        rc = settle(finding.system, err);
    }
    if (rc != SIGNET_OK) {
        signet_system_free(finding.system);
        return rc;
    }
    *system = finding.system;
    return SIGNET_OK;
}

const char *const *signet_system_files(const struct signet_system *system)
{
    return system->files;
}

size_t signet_system_count(const struct signet_system *system)
{
    return system->count;
}

const struct signet_system_left_out *signet_system_left_out(const struct signet_system *system)
{
    return &system->left_out;
}

void signet_system_free(struct signet_system *system)
{
    if (system != NULL) {
        signet_arena_free(&system->names);
        free(system->files);
        free(system);
    }
}
