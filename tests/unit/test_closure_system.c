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
static const char linker[] = "/lib64/ld-linux-x86-64.so.2";
#else
static const char linker[] = "/lib/ld-linux-aarch64.so.1";
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

/* What the dynamic linker lists for a program, which it does not run: lines "name => /path
 * (0x...)", or "/path (0x...)" for itself; false if it would fail. */
static bool ask_linker(const char *program, struct files *files)
{
    char command[PATH_MAX + 128];
    char line[2 * PATH_MAX];
    char real[PATH_MAX];
    bool all = true;
    files->count = 0;
    assert_non_null(realpath(program, real));
    snprintf(command, sizeof(command), "env -i %s --list '%s' 2>/dev/null", linker, real);
    FILE *said = popen(command, "r"); /* NOLINT(cert-env33-c): a program of this machine */
    assert_non_null(said);
    while (fgets(line, sizeof(line), said) != NULL) {
        char *path = strchr(line, '/');
        char *arrow = strstr(line, " => ");
        char *end = strstr(line, " (0x");
        all = all && strstr(line, "not found") == NULL;
        path = arrow != NULL ? arrow + 4 : path;
        if (path != NULL && path[0] == '/' && end != NULL) {
            *end = '\0';
            add(files, path);
        }
    }
    return pclose(said) == 0 && all;
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
static bool compare(const char *path)
{
    const struct signet_closure_opts opts = {.size = sizeof(opts)};
    static struct files said;
    struct signet_closure closure;
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_closure_open(path, &opts, &closure, &err);
    bool compared = rc == SIGNET_OK && closure.word_count == 0 && count_loaded(&closure) > 0;
    bool starts = (rc != SIGNET_OK || compared) && ask_linker(path, &said);
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
    size_t compared = 0;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        DIR *folder = opendir(folders[i]);
        struct dirent *entry = NULL;
        while (folder != NULL && (entry = readdir(folder)) != NULL) {
            char path[PATH_MAX];
            snprintf(path, sizeof(path), "%s/%s", folders[i], entry->d_name);
            compared += is_elf_program(path) && compare(path) ? 1 : 0;
        }
        if (folder != NULL) {
            assert_int_equal(closedir(folder), 0);
        }
    }
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
