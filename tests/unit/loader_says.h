/* SPDX-License-Identifier: Apache-2.0
 *
 * What the dynamic linker of this machine says that it loads for a program, as the other opinion on
 * a closure.
 */
#ifndef SIGNET_TESTS_LOADER_SAYS_H
#define SIGNET_TESTS_LOADER_SAYS_H

#include <signet/closure.h>

#include <limits.h>

#include "scratch.h"

#if defined(__x86_64__)
#define LINKER "/lib64/ld-linux-x86-64.so.2"
#else
#define LINKER "/lib/ld-linux-aarch64.so.1"
#endif

enum {
    FILES_MAX = 512
};

/* Files by device and inode, and one path of each. */
struct files {
    struct stat list[FILES_MAX];
    char paths[FILES_MAX][512];
    size_t count;
};

static inline bool has(const struct files *files, const struct stat *st)
{
    for (size_t i = 0; i < files->count; i++) {
        if (files->list[i].st_dev == st->st_dev && files->list[i].st_ino == st->st_ino) {
            return true;
        }
    }
    return false;
}

static inline void add(struct files *files, const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    if (!has(files, &st)) {
        assert_true(files->count < FILES_MAX);
        files->list[files->count] = st;
        snprintf(files->paths[files->count++], 512, "%s", path);
    }
}

/* Runs a program with neither arguments nor an environment of the caller's choosing, its output in
 * a file; true if it ends well. */
static inline bool run(char *const *arguments, const struct scratch *scratch)
{
    static char *const nothing[] = {NULL};
    posix_spawn_file_actions_t actions;
    char path[512];
    pid_t child = -1;
    int status = -1;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
                                                      scratch_path(scratch, "said", path),
                                                      O_WRONLY | O_CREAT | O_TRUNC, 0600),
                     0);
    assert_int_equal(
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0), 0);
    assert_int_equal(posix_spawn(&child, arguments[0], &actions, NULL, arguments, nothing), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(posix_spawn_file_actions_destroy(&actions), 0);
    return status == 0;
}

/* One line: "name => /path (0x...)", or "/path (0x...)" for the linker itself; false if it says
 * that something is not there. */
static inline bool take_line(char *line, struct files *files)
{
    char *arrow = strstr(line, " => ");
    char *path = arrow != NULL ? arrow + 4 : strchr(line, '/');
    char *end = strstr(line, " (0x");
    if (path != NULL && path[0] == '/' && end != NULL) {
        *end = '\0';
        add(files, path);
    }
    return strstr(line, "not found") == NULL;
}

/* What the dynamic linker lists for a program, which it does not run; false if it would fail. */
static inline bool
ask_linker(const struct scratch *scratch, const char *program, struct files *files)
{
    char linker[] = LINKER;
    char list[] = "--list";
    char line[2 * PATH_MAX];
    char path[512];
    char *real = realpath(program, NULL);
    char *arguments[] = {linker, list, real, NULL};
    assert_non_null(real);
    files->count = 0;
    bool all = run(arguments, scratch);
    free(real);
    FILE *said = fopen(scratch_path(scratch, "said", path), "r");
    assert_non_null(said);
    while (fgets(line, sizeof(line), said) != NULL) {
        all = take_line(line, files) && all;
    }
    assert_int_equal(fclose(said), 0);
    return all;
}

static inline bool is_loaded(enum signet_part_kind kind)
{
    return kind == SIGNET_PART_LIBRARY || kind == SIGNET_PART_INTERPRETER;
}

static inline size_t count_loaded(const struct signet_closure *closure)
{
    size_t count = 0;
    for (size_t i = 0; i < closure->count; i++) {
        count += is_loaded(closure->parts[i].kind) ? 1 : 0;
    }
    return count;
}

/* Whether a closure has exactly the files that the linker lists for a program. */
static inline void
compare_files(const struct signet_closure *closure, const struct files *said, const char *program)
{
    for (size_t i = 0; i < closure->count; i++) {
        struct stat st;
        assert_int_equal(stat(closure->parts[i].path, &st), 0);
        if (is_loaded(closure->parts[i].kind) && !has(said, &st)) {
            fail_msg("%s: the loader does not load %s", program, closure->parts[i].path);
        }
    }
    if (said->count != count_loaded(closure)) {
        fail_msg("%s: the loader loads %zu files, not %zu", program, said->count,
                 count_loaded(closure));
    }
}

#endif
