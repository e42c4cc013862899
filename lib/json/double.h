/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact conversion between decimal digits and IEEE 754 doubles, by integers as long as it takes.
 * Correctly rounded to the nearest, ties to even, in one direction; the shortest digits that read
 * back, the closest of them, in the other.
 */
#ifndef SIGNET_JSON_DOUBLE_H
#define SIGNET_JSON_DOUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The midpoint of two doubles has at most 767 significant digits (2^-1074 + 2^-1075 has them), so
 * 800 and the knowledge whether more follow decide every rounding. */
#define SIGNET_JSON_DIGITS 800

/** A decimal 0.DIGITS x 10^point; count is 0 for zero, else neither end of the digits is 0. */
struct signet_decimal {
    bool negative;
    int64_t point;
    size_t count;
    uint8_t digits[SIGNET_JSON_DIGITS + 1]; /* values 0 to 9 */
};

/** Bits of the magnitude of the double nearest to a decimal; those of infinity beyond the range. */
uint64_t signet_double_from_decimal(const struct signet_decimal *decimal);

/**
 * The shortest digits that read back as the double with these bits (finite, sign clear), the
 * closest to it among the shortest; at most 17. Sets all but negative.
 */
void signet_double_to_decimal(uint64_t bits, struct signet_decimal *decimal);

/** Bits of infinity, above those of every finite double. */
#define SIGNET_DOUBLE_INFINITY (UINT64_C(0x7FF) << 52)

#endif
