/* SPDX-License-Identifier: Apache-2.0
 *
 * A peer of the benchmarks: reads a file and parses it with cJSON, and nothing more. That is the
 * least work of any program that would canonicalize with cJSON.
 */
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_all(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = 0;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0 &&
        fseek(file, 0, SEEK_SET) == 0) {
        text = malloc((size_t)size);
    }
    if (text != NULL && fread(text, 1, (size_t)size, file) != (size_t)size) {
        free(text);
        text = NULL;
    }
    if (file != NULL) {
        fclose(file);
    }
    *len = (size_t)size;
    return text;
}

/* Returns 0 if the file is JSON to cJSON. The tree is left to the end of the process. */
int main(int argc, char **argv)
{
    size_t len = 0;
    char *text = argc == 2 ? read_all(argv[1], &len) : NULL;
    if (text == NULL || cJSON_ParseWithLength(text, len) == NULL) {
        fprintf(stderr, "bench_parse_cjson: expected one FILE of JSON\n");
        return 1;
    }
    return 0;
}
