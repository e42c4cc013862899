/* SPDX-License-Identifier: Apache-2.0
 *
 * What every fuzz target includes. A target states what must hold for any input, with FUZZ_CHECK;
 * a target that only calls a parser finds crashes and nothing else.
 */
#ifndef SIGNET_TESTS_FUZZ_H
#define SIGNET_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <signet/err.h>
#include <signet/span.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops at the first input for which the property does not hold. */
#define FUZZ_CHECK(property)                                                                       \
    do {                                                                                           \
        if (!(property)) {                                                                         \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property);          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
