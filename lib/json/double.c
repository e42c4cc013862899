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
    /* The longest is 10^1124, beneath 801 digits at 10^-323: 3,734 bits, and less than 64 to align
     * and to divide by. */
    LIMBS = 120,
    FRACTION_BITS = 52,
    LOWEST_EXPONENT = -1074, /* of the last bit of a subnormal */
    QUOTIENT_STEP = 28,      /* bits of one step of the long division */
    QUOTIENT_BITS = 57,      /* at most, after two; 53 are needed, and enough to round by */
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

/* A power that is not positive changes nothing. */
static void big_scale_power_of_ten(struct big *a, int power)
{
    int fives = power;
    for (; fives >= 13; fives -= 13) {
        big_scale(a, 1220703125, 0); /* 5^13, the highest in a limb */
    }
    for (; fives > 0; fives--) {
        big_scale(a, 5, 0);
    }
    if (power > 0) {
        big_shift(a, (unsigned)power);
    }
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

/* a = a - b * factor, which is not negative */
static void big_subtract(struct big *a, const struct big *b, uint32_t factor)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < a->len; i++) {
        uint64_t product = (i < b->len ? (uint64_t)b->limb[i] * factor : 0) + borrow;
        uint32_t low = (uint32_t)product;
        borrow = (product >> LIMB_BITS) + (a->limb[i] < low);
        a->limb[i] -= low;
    }
    big_trim(a);
}

/* a = a mod b; returns a / b, which is less than 2^32. The highest bit of b's highest limb is set,
 * so that the leading limbs alone give the quotient or a little less. */
static uint32_t big_divide(struct big *a, const struct big *b)
{
    uint32_t quotient = 0;
    if (a->len >= b->len) {
        uint64_t leading = a->limb[a->len - 1];
        if (a->len > b->len) {
            leading = leading << LIMB_BITS | a->limb[a->len - 2];
        }
        quotient = (uint32_t)(leading / ((uint64_t)b->limb[b->len - 1] + 1));
        big_subtract(a, b, quotient);
    }
    for (; big_compare(a, b) >= 0; quotient++) {
        big_subtract(a, b, 1);
    }
    return quotient;
}

/* Bits above the highest one in its limb. */
static unsigned big_unused(const struct big *a)
{
    return (unsigned)SIGNET_LEADING_ZEROS(a->limb[a->len - 1]) - LIMB_BITS;
}

static int big_bits(const struct big *a)
{
    return (int)(a->len * LIMB_BITS - big_unused(a));
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

    /* Aligned, the quotient is more than 1/2 and less than 2. */
    int exponent = big_bits(&above) - big_bits(&below);
    big_shift(exponent >= 0 ? &below : &above, (unsigned)(exponent >= 0 ? exponent : -exponent));
    unsigned unused = big_unused(&below);
    big_shift(&below, unused);
    big_shift(&above, unused);
    uint64_t quotient = big_divide(&above, &below);
    for (int step = 0; step < 2; step++) {
        big_shift(&above, QUOTIENT_STEP);
        quotient = quotient << QUOTIENT_STEP | big_divide(&above, &below);
    }
    return round_to_even(quotient, exponent - 2 * QUOTIENT_STEP, above.len > 0);
}

/* A double as value / scale * 10^point, and how far it is to the middles between it and its
 * neighbours; the highest bit of scale's highest limb is set, for big_divide(). */
struct interval {
    struct big value, scale, up, down;
    int point;
    bool closed; /* the middles read back as this double: its last bit is even */
};

/* product = a * factor */
static void big_multiply(struct big *product, const struct big *a, uint64_t factor)
{
    struct big low = *a;
    struct big high = *a;
    big_scale(&low, (uint32_t)factor, 0);
    big_trim(&low);
    big_scale(&high, (uint32_t)(factor >> LIMB_BITS), 0);
    big_trim(&high);
    big_shift(&high, LIMB_BITS);
    big_add(product, &high, &low);
}

/* The point is that of the first digit, or up to 2 places before it. */
static void interval_of(uint64_t bits, struct interval *in)
{
    int biased = (int)(bits >> FRACTION_BITS);
    uint64_t hidden = UINT64_C(1) << FRACTION_BITS;
    uint64_t whole = biased == 0 ? bits : (bits & (hidden - 1)) + hidden;
    int exponent = LOWEST_EXPONENT + (biased == 0 ? 0 : biased - 1);
    /* At a power of two the neighbour below is only half as far away. */
    unsigned lopsided = whole == hidden && biased > 1;

    /* Middle and all are at most 2^bits_before_point; log10(2) is 0.30102999. */
    int bits_before_point = 64 - SIGNET_LEADING_ZEROS(whole) + exponent;
    in->point = bits_before_point * (bits_before_point < 0 ? 30102 : 30103) / 100000 + 1;
    in->closed = whole % 2 == 0;

    big_set(&in->scale, 1);
    big_scale_power_of_ten(&in->scale, in->point);
    big_shift(&in->scale, (exponent < 0 ? (unsigned)-exponent : 0) + 1 + lopsided);
    unsigned unused = big_unused(&in->scale);
    big_shift(&in->scale, unused);

    big_set(&in->down, 1);
    big_scale_power_of_ten(&in->down, -in->point);
    big_shift(&in->down, (exponent > 0 ? (unsigned)exponent : 0) + unused);
    in->up = in->down;
    big_shift(&in->up, lopsided);
    big_multiply(&in->value, &in->up, whole);
    big_shift(&in->value, 1);
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

static bool rounds_up(const struct interval *in, uint32_t digit)
{
    struct big twice;
    big_add(&twice, &in->value, &in->value);
    int order = big_compare(&twice, &in->scale);
    return order > 0 || (order == 0 && digit % 2 == 1);
}

void signet_double_to_decimal(uint64_t bits, struct signet_decimal *decimal)
{
    struct interval in;
    decimal->count = 0;
    decimal->point = 0;
    if (bits == 0) {
        return;
    }
    interval_of(bits, &in);
    decimal->point = in.point;
    for (;;) {
        big_scale(&in.value, 10, 0);
        big_scale(&in.up, 10, 0);
        big_scale(&in.down, 10, 0);
        uint32_t digit = big_divide(&in.value, &in.scale);
        bool down = reaches_down(&in);
        bool up = reaches_up(&in);
        digit += up && (!down || rounds_up(&in, digit));
        if (digit > 0 || decimal->count > 0) {
            decimal->digits[decimal->count++] = (uint8_t)digit;
        } else {
            decimal->point--;
        }
        if (up || down) {
            return;
        }
    }
}
