/* SPDX-License-Identifier: Apache-2.0
 *
 * What every unit test includes: cmocka with its traps closed. A program ends with
 * CHECK_RUN(tests), which fails if no test ran; CHECK_BYTES refuses a comparison of nothing.
 */
#ifndef SIGNET_TESTS_CHECK_H
#define SIGNET_TESTS_CHECK_H

#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signet/err.h>
#include <signet/span.h>

/* A call that must succeed; the recorded message is shown if it does not. */
#define CHECK_OK(call, err)                                                                        \
    do {                                                                                           \
        int check_rc = (call);                                                                     \
        if (check_rc != SIGNET_OK) {                                                               \
            fail_msg("%s: %s: %s", #call, signet_err_name(check_rc), (err)->msg);                  \
        }                                                                                          \
    } while (0)

/* A call that must fail with exactly this code. */
#define CHECK_CODE(call, expected)                                                                 \
    do {                                                                                           \
        int check_rc = (call);                                                                     \
        if (check_rc != (expected)) {                                                              \
            fail_msg("%s: expected %s, got %s", #call, signet_err_name(expected),                  \
                     signet_err_name(check_rc));                                                   \
        }                                                                                          \
    } while (0)

#define CHECK_BYTES(actual, expected, len)                                                         \
    do {                                                                                           \
        assert_true((len) > 0);                                                                    \
        assert_memory_equal((actual), (expected), (len));                                          \
    } while (0)

#define CHECK_SPAN(span, text)                                                                     \
    do {                                                                                           \
        struct signet_span check_span = (span);                                                    \
        assert_int_equal(check_span.len, strlen(text));                                            \
        if (check_span.len > 0) {                                                                  \
            assert_memory_equal(check_span.ptr, (text), check_span.len);                           \
        }                                                                                          \
    } while (0)

#define CHECK_RUN(tests)                                                                           \
    (sizeof(tests) / sizeof((tests)[0]) > 0 && cmocka_run_group_tests((tests), NULL, NULL) == 0    \
         ? EXIT_SUCCESS                                                                            \
         : EXIT_FAILURE)

#endif
