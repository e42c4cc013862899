/* SPDX-License-Identifier: Apache-2.0
 *
 * Doubles and decimals, exactly: see json/double.h. Reading is one long division, rounded by the
 * whole remainder (Clinger, "How to read floating point numbers accurately", algorithm M); writing
 * is the free-format algorithm of Steele and White as Burger and Dybvig have it ("Printing
 * floating-point numbers quickly and accurately", 1996). Both are slow and plain; numbers of up to
 * 15 digits never come here.
 */
#include "json/double.h"

#include <assert.h>
#include <string.h>

#include "base/compiler.h"

enum {
    LIMB_BITS = 32,
    /* The longest is 10^1124, beneath 801 digits at 10^-323: 3,734 bits and one of alignment. */
    LIMBS = 120,
    FRACTION_BITS = 52,
    LOWEST_EXPONENT = -1074, /* of the last bit of a subnormal */
    QUOTIENT_BITS = 56,      /* 53, and enough to round by */
    POINT_BEYOND = 310,      /* 0.1e310 and more is infinite */
    POINT_BELOW = -323,      /* less than 1e-323 / 10 is nearer to 0 than to 2^-1074 */
};

/* A natural number, lowest limb first, the highest not 0. */
struct big {
    size_t len;
    uint32_t limb[LIMBS];
};

static void big_trim(struct big *a)
{
    while (a->len > 0 && a->limb[a->len - 1] == 0) {
        a->len--;
    }
}

static void big_set(struct big *a, uint64_t value)
{
    a->limb[0] = (uint32_t)value;
    a->limb[1] = (uint32_t)(value >> LIMB_BITS);
    a->len = 2;
    big_trim(a);
}

/* a = a * factor + carry */
static void big_scale(struct big *a, uint32_t factor, uint32_t carry)
{
    for (size_t i = 0; i < a->len; i++) {
        uint64_t product = (uint64_t)a->limb[i] * factor + carry;
        a->limb[i] = (uint32_t)product;
        carry = (uint32_t)(product >> LIMB_BITS);
    }
    if (carry != 0) {
        assert(a->len < LIMBS);
        a->limb[a->len++] = carry;
    }
}

static void big_scale_power_of_ten(struct big *a, int power)
{
    for (; power >= 9; power -= 9) {
        big_scale(a, 1000000000, 0);
    }
    for (; power > 0; power--) {
        big_scale(a, 10, 0);
    }
}

static void big_shift(struct big *a, unsigned bits)
{
    size_t limbs = bits / LIMB_BITS;
    if (a->len > 0 && limbs > 0) {
        assert(a->len + limbs <= LIMBS);
        memmove(a->limb + limbs, a->limb, a->len * sizeof(a->limb[0]));
        memset(a->limb, 0, limbs * sizeof(a->limb[0]));
        a->len += limbs;
    }
    big_scale(a, UINT32_C(1) << bits % LIMB_BITS, 0);
}

static int big_compare(const struct big *a, const struct big *b)
{
    if (a->len != b->len) {
        return a->len < b->len ? -1 : 1;
    }
    for (size_t i = a->len; i-- > 0;) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] < b->limb[i] ? -1 : 1;
        }
    }
    return 0;
}

/* sum = a + b */
static void big_add(struct big *sum, const struct big *a, const struct big *b)
{
    uint64_t carry = 0;
    size_t longer = a->len > b->len ? a->len : b->len;
    for (size_t i = 0; i < longer; i++) {
        carry += i < a->len ? a->limb[i] : 0;
        carry += i < b->len ? b->limb[i] : 0;
        sum->limb[i] = (uint32_t)carry;
        carry >>= LIMB_BITS;
    }
    sum->len = longer;
    if (carry != 0) {
        assert(sum->len < LIMBS);
        sum->limb[sum->len++] = (uint32_t)carry;
    }
}

/* a = a - b, which is not more than a */
static void big_subtract(struct big *a, const struct big *b)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < a->len; i++) {
        uint64_t difference = (uint64_t)a->limb[i] - (i < b->len ? b->limb[i] : 0) - borrow;
        a->limb[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
    big_trim(a);
}

static int big_bits(const struct big *a)
{
    return ((int)a->len + 1) * LIMB_BITS - SIGNET_LEADING_ZEROS(a->limb[a->len - 1]);
}

/* Bits of the double nearest to quotient * 2^exponent; rest says that a little more is meant. */
static uint64_t round_to_even(uint64_t quotient, int exponent, bool rest)
{
    int drop = 64 - SIGNET_LEADING_ZEROS(quotient) - (FRACTION_BITS + 1);
    if (drop < LOWEST_EXPONENT - exponent) {
        drop = LOWEST_EXPONENT - exponent;
    }
    if (drop > QUOTIENT_BITS) {
        return 0; /* less than half of the least */
    }
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t dropped = quotient & (2 * half - 1);
    uint64_t kept = quotient >> drop;
    if (dropped > half || (dropped == half && (rest || kept % 2 == 1))) {
        kept++;
    }
    /* The hidden bit of a normal number adds 1 to the exponent field, and so does a carry. */
    uint64_t bits = ((uint64_t)(exponent + drop - LOWEST_EXPONENT) << FRACTION_BITS) + kept;
    return bits < SIGNET_DOUBLE_INFINITY ? bits : SIGNET_DOUBLE_INFINITY;
}

uint64_t signet_double_from_decimal(const struct signet_decimal *decimal)
{
    struct big above;
    struct big below;
    if (decimal->count == 0 || decimal->point < POINT_BELOW) {
        return 0;
    }
    if (decimal->point > POINT_BEYOND) {
        return SIGNET_DOUBLE_INFINITY;
    }
    above.len = 0;
    for (size_t i = 0; i < decimal->count; i++) {
        big_scale(&above, 10, decimal->digits[i]);
    }
    big_set(&below, 1);
    int power = (int)decimal->point - (int)decimal->count;
    big_scale_power_of_ten(power >= 0 ? &above : &below, power >= 0 ? power : -power);

    int exponent = big_bits(&above) - big_bits(&below);
    big_shift(exponent >= 0 ? &below : &above, (unsigned)(exponent >= 0 ? exponent : -exponent));
    uint64_t quotient = 0;
    for (int i = 0; i < QUOTIENT_BITS; i++) {
        quotient *= 2;
        if (big_compare(&above, &below) >= 0) {
            big_subtract(&above, &below);
            quotient++;
        }
        big_scale(&above, 2, 0);
    }
    return round_to_even(quotient, exponent - (QUOTIENT_BITS - 1), above.len > 0);
}

/* A double as value / scale, and how far it is to the middles between it and its neighbours. */
struct interval {
    struct big value, scale, up, down;
    bool closed; /* the middles read back as this double: its last bit is even */
};

static void interval_of(uint64_t bits, struct interval *in, int *lowest_point)
{
    int biased = (int)(bits >> FRACTION_BITS);
    uint64_t hidden = UINT64_C(1) << FRACTION_BITS;
    uint64_t whole = biased == 0 ? bits : (bits & (hidden - 1)) + hidden;
    int exponent = LOWEST_EXPONENT + (biased == 0 ? 0 : biased - 1);
    /* At a power of two the neighbour below is only half as far away. */
    unsigned lopsided = whole == hidden && biased > 1;

    in->closed = whole % 2 == 0;
    big_set(&in->value, whole);
    big_set(&in->scale, 1);
    big_set(&in->up, 1);
    big_set(&in->down, 1);
    unsigned left = exponent > 0 ? (unsigned)exponent : 0;
    unsigned right = exponent < 0 ? (unsigned)-exponent : 0;
    big_shift(&in->value, left + 1 + lopsided);
    big_shift(&in->scale, right + 1 + lopsided);
    big_shift(&in->up, left + lopsided);
    big_shift(&in->down, left);

    /* log10(2) is 0.30102..: at most the point of the shortest digits, and at most 2 less. */
    int top = big_bits(&in->value) - big_bits(&in->scale);
    *lowest_point = top >= 0 ? (top - 1) * 30102 / 100000 - 1 : (top - 1) * 30103 / 100000 - 1;
}

static bool reaches_up(const struct interval *in)
{
    struct big sum;
    big_add(&sum, &in->value, &in->up);
    int order = big_compare(&sum, &in->scale);
    return order > 0 || (order == 0 && in->closed);
}

static bool reaches_down(const struct interval *in)
{
    int order = big_compare(&in->value, &in->down);
    return order < 0 || (order == 0 && in->closed);
}

static bool rounds_up(const struct interval *in, uint8_t digit)
{
    struct big twice;
    big_add(&twice, &in->value, &in->value);
    int order = big_compare(&twice, &in->scale);
    return order > 0 || (order == 0 && digit % 2 == 1);
}

void signet_double_to_decimal(uint64_t bits, struct signet_decimal *decimal)
{
    struct interval in;
    int point = 0;
    decimal->count = 0;
    decimal->point = 0;
    if (bits == 0) {
        return;
    }
    interval_of(bits, &in, &point);
    big_scale_power_of_ten(&in.scale, point);
    big_scale_power_of_ten(&in.value, -point);
    big_scale_power_of_ten(&in.up, -point);
    big_scale_power_of_ten(&in.down, -point);
    for (; reaches_up(&in); point++) {
        big_scale(&in.scale, 10, 0);
    }
    decimal->point = point;
    for (;;) {
        uint8_t digit = 0;
        big_scale(&in.value, 10, 0);
        big_scale(&in.up, 10, 0);
        big_scale(&in.down, 10, 0);
        while (big_compare(&in.value, &in.scale) >= 0) {
            big_subtract(&in.value, &in.scale);
            digit++;
        }
        bool down = reaches_down(&in);
        bool up = reaches_up(&in);
        bool next = up && (!down || rounds_up(&in, digit));
        decimal->digits[decimal->count++] = (uint8_t)(digit + next);
        if (up || down) {
            return;
        }
    }
}
