/* SPDX-License-Identifier: Apache-2.0
 *
 * gate/loader.h against the dynamic linker itself: for the programs of this machine, the libraries
 * that are found are the files that it lists.
 */
#include <dirent.h>

#include "loader_says.h"

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
    if (compared) {
        compare_files(&closure, &said, path);
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
