/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target without libFuzzer: over each file of its corpus, and over each with a byte
 * changed at a few places and cut short. Speaks TAP: one test a file.
 */
#include "fuzz.h"

#include <dirent.h>

enum {
    INPUT_MAX = 1024 * 1024,
    PLACES = 64 /* where a byte is changed, and where the input is cut */
};

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static size_t read_input(const char *name, uint8_t *data)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/%s", SIGNET_CORPUS, name);
    FUZZ_CHECK(len > 0 && (size_t)len < sizeof(path));
    FILE *file = fopen(path, "rb");
    FUZZ_CHECK(file != NULL);
    size_t size = fread(data, 1, INPUT_MAX, file);
    FUZZ_CHECK(ferror(file) == 0 && fgetc(file) == EOF);
    fclose(file);
    return size;
}

/* An exact copy on the heap, so that a sanitizer sees a read behind its end. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void run_with_changes(uint8_t *data, size_t size)
{
    size_t step = size / PLACES + 1;
    run(data, size);
    for (size_t at = 0; at < size; at += step) {
        uint8_t kept = data[at];
        run(data, at);
        data[at] = kept ^ (uint8_t)(1U << at % 8);
        run(data, size);
        data[at] = kept;
    }
}

int main(void)
{
    static uint8_t data[INPUT_MAX];
    struct dirent **entries = NULL;
    int count = scandir(SIGNET_CORPUS, &entries, is_input, alphasort);
    printf("1..%d\n", count > 0 ? count : 0);
    for (int i = 0; i < count; i++) {
        run_with_changes(data, read_input(entries[i]->d_name, data));
        printf("ok %d - %s\n", i + 1, entries[i]->d_name);
        fflush(stdout);
        free(entries[i]);
    }
    free(entries);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
