/* SPDX-License-Identifier: Apache-2.0
 *
 * gate/loader.h against the dynamic linker itself: for the programs of this machine, the libraries
 * that are found are the files that it lists.
 */
#include <signet/closure.h>

#include <dirent.h>
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

static bool has(const struct files *files, const struct stat *st)
{
    for (size_t i = 0; i < files->count; i++) {
        if (files->list[i].st_dev == st->st_dev && files->list[i].st_ino == st->st_ino) {
            return true;
        }
    }
    return false;
}

static void add(struct files *files, const char *path)
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
static bool run(char *const *arguments, const struct scratch *scratch)
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
static bool take_line(char *line, struct files *files)
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
static bool ask_linker(const struct scratch *scratch, const char *program, struct files *files)
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

static bool is_loaded(enum signet_part_kind kind)
{
    return kind == SIGNET_PART_LIBRARY || kind == SIGNET_PART_INTERPRETER;
}

static size_t count_loaded(const struct signet_closure *closure)
{
    size_t count = 0;
    for (size_t i = 0; i < closure->count; i++) {
        count += is_loaded(closure->parts[i].kind) ? 1 : 0;
    }
    return count;
}

/* Compares one program; true if it is one that has libraries. */
static bool compare(const struct scratch *scratch, const char *path)
{
    const struct signet_closure_opts opts = {.size = sizeof(opts)};
    static struct files said;
    struct signet_closure closure;
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_closure_open(path, &opts, &closure, &err);
    bool compared = rc == SIGNET_OK && closure.word_count == 0 && count_loaded(&closure) > 0;
    bool starts = (rc != SIGNET_OK || compared) && ask_linker(scratch, path, &said);
    if (rc != SIGNET_OK && starts && said.count > 0) {
        fail_msg("%s: the loader loads %zu files: %s", path, said.count, err.msg);
    }
    if (compared && !starts) {
        fail_msg("%s: all is found, but not by the loader", path);
    }
    for (size_t i = 0; compared && i < closure.count; i++) {
        struct stat st;
        assert_int_equal(stat(closure.parts[i].path, &st), 0);
        if (is_loaded(closure.parts[i].kind) && !has(&said, &st)) {
            fail_msg("%s: the loader does not load %s", path, closure.parts[i].path);
        }
    }
    if (compared && said.count != count_loaded(&closure)) {
        fail_msg("%s: the loader loads %zu files, not %zu", path, said.count,
                 count_loaded(&closure));
    }
    signet_closure_free(&closure);
    return compared;
}

static bool is_elf_program(const char *path)
{
    char head[4] = {0};
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || access(path, X_OK) != 0) {
        return false;
    }
    FILE *file = fopen(path, "rb");
    size_t got = file != NULL ? fread(head, 1, 4, file) : 0;
    if (file != NULL) {
        assert_int_equal(fclose(file), 0);
    }
    return got == 4 && memcmp(head,
                              "\x7f"
                              "ELF",
                              4) == 0;
}

static void programs_of_the_system(void **state)
{
    (void)state;
    static const char *const folders[] = {"/usr/bin", "/usr/sbin", "/usr/lib/jvm/default-java/bin",
                                          "/usr/local/bin"};
    struct scratch scratch;
    size_t compared = 0;
    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        DIR *folder = opendir(folders[i]);
        struct dirent *entry = NULL;
        while (folder != NULL && (entry = readdir(folder)) != NULL) {
            char path[PATH_MAX];
            snprintf(path, sizeof(path), "%s/%s", folders[i], entry->d_name);
            compared += is_elf_program(path) && compare(&scratch, path) ? 1 : 0;
        }
        if (folder != NULL) {
            assert_int_equal(closedir(folder), 0);
        }
    }
    scratch_close(&scratch);
    fprintf(stderr, "# %zu programs have the libraries that the loader says\n", compared);
    assert_true(compared > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_of_the_system),
    };
    return CHECK_RUN(tests);
}
