/* SPDX-License-Identifier: Apache-2.0
 *
 * The benchmarks' view of SHA-256 alone: hashes MIB mebibytes out of buffers that stay in the
 * cache, as one stream or as two at once that make up as many, and says how fast, in processor
 * time.
 *
 * usage: bench_sha256 one|two MIB [best|portable]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/sha256.h"

enum {
    BUFFER = 128 * 1024,
    IN_A_MIB = 1024 * 1024 / BUFFER
};

static uint8_t buffers[2][BUFFER];

static void one_stream(struct signet_sha256 sha[2], long mib)
{
    for (long i = 0; i < mib * IN_A_MIB; i++) {
        signet_sha256_update(&sha[0], signet_span_of(buffers[0], BUFFER));
    }
}

static void two_streams(struct signet_sha256 sha[2], long mib)
{
    for (long i = 0; i < mib * IN_A_MIB / 2; i++) {
        signet_sha256_update_pair(&sha[0], signet_span_of(buffers[0], BUFFER), &sha[1],
                                  signet_span_of(buffers[1], BUFFER));
    }
}

static double seconds(void)
{
    struct timespec now = {0, 0};
    return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec
               : 0;
}

int main(int argc, char **argv)
{
    struct signet_sha256 sha[2];
    uint8_t digest[2][SIGNET_SHA256_BYTES];
    long mib = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    int two = argc > 1 && strcmp(argv[1], "two") == 0;
    int portable = argc > 3 && strcmp(argv[3], "portable") == 0;
    enum signet_sha256_path path = portable ? SIGNET_SHA256_PORTABLE : SIGNET_SHA256_BEST;
    if (mib < 1 || argc > 4 || (!two && strcmp(argv[1], "one") != 0) ||
        (argc > 3 && !portable && strcmp(argv[3], "best") != 0) ||
        !signet_sha256_init(&sha[0], path) || !signet_sha256_init(&sha[1], path)) {
        fprintf(stderr, "usage: bench_sha256 one|two MIB [best|portable]\n");
        return 2;
    }
    memset(buffers[0], 1, BUFFER);
    memset(buffers[1], 2, BUFFER);
    double start = seconds();
    (two ? two_streams : one_stream)(sha, mib);
    double taken = seconds() - start;
    signet_sha256_final(&sha[0], digest[0]);
    signet_sha256_final(&sha[1], digest[1]);
    printf("%.2f GB/s, %s with %s; digests begin %02x %02x\n",
           (double)mib * 1024 * 1024 / taken / 1e9, two ? "two streams" : "one stream",
           signet_sha256_path_name(path), digest[0][0], digest[1][0]);
    return 0;
}
