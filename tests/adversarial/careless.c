/* SPDX-License-Identifier: Apache-2.0
 *
 * careless GOOD FILE PROG ARGS: what signet-enforce must not be. It reads FILE, finds the bytes of
 * the file GOOD, and starts PROG, which is what is at FILE by then, or reads it. The suite must
 * catch it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECE = 4096,
    DENIED = 126
};

static bool is_same(const char *one, const char *other)
{
    char bytes[2][PIECE];
    size_t got[2] = {1, 1};
    FILE *files[2] = {fopen(one, "rb"), fopen(other, "rb")};
    bool same = files[0] != NULL && files[1] != NULL;
    while (same && got[0] > 0) {
        for (int i = 0; i < 2; i++) {
            got[i] = fread(bytes[i], 1, PIECE, files[i]);
        }
        same = got[0] == got[1] && memcmp(bytes[0], bytes[1], got[0]) == 0;
    }
    for (int i = 0; i < 2; i++) {
        if (files[i] != NULL) {
            fclose(files[i]);
        }
    }
    return same;
}

int main(int argc, char **argv)
{
    if (argc < 4 || !is_same(argv[1], argv[2])) {
        return DENIED;
    }
    execvp(argv[3], argv + 3);
    return DENIED;
}
