/* SPDX-License-Identifier: Apache-2.0
 *
 * The ceilings of <signet/limits.h>. Owns names and defaults; enforces nothing itself.
 */
#include <signet/limits.h>

#include <stdio.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"

struct signet_limits signet_limits_default(void)
{
    struct signet_limits limits = {
#define LIMIT_DEFAULT(field, option, standard, highest, meaning) .field = (standard),
        SIGNET_LIMITS_TABLE(LIMIT_DEFAULT)
#undef LIMIT_DEFAULT
    };
    return limits;
}

static uint64_t *
find_limit(struct signet_limits *limits, struct signet_span name, uint64_t *highest)
{
#define LIMIT_FIND(field, option, standard, top, meaning)                                          \
    if (signet_span_is(name, option)) {                                                            \
        *highest = (top);                                                                          \
        return &limits->field;                                                                     \
    }
    SIGNET_LIMITS_TABLE(LIMIT_FIND)
#undef LIMIT_FIND
    return NULL;
}

int signet_limits_set(struct signet_limits *limits,
                      struct signet_span assignment,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    uint64_t highest = 0;
    uint64_t value = 0;
    const uint8_t *equals = memchr(assignment.ptr, '=', assignment.len);
    size_t name_len = equals != NULL ? (size_t)(equals - assignment.ptr) : assignment.len;
    uint64_t *limit = find_limit(limits, signet_span_of(assignment.ptr, name_len), &highest);

    if (limit == NULL) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "limit \"%s\": expected one of json-depth, document, envelope, bundle, "
            "entries, path, ratio, unpacked, subjects, signatures, scrypt-n",
            signet_utf8_show(signet_span_of(assignment.ptr, name_len), shown));
    }
    if (equals == NULL ||
        signet_num_parse(signet_span_of(equals + 1, assignment.len - name_len - 1), &value) != 0 ||
        value == 0 || value > highest) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "limit \"%s\": expected NAME=VALUE with a decimal VALUE from 1 to %llu",
            signet_utf8_show(assignment, shown), (unsigned long long)highest);
    }
    *limit = value;
    return SIGNET_OK;
}
