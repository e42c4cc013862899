/* SPDX-License-Identifier: Apache-2.0
 *
 * Read by clang-tidy before each source, never by a compiler. The analyzer sees one source at a
 * time and cannot know that the functions that record an error return the code they are given;
 * without that, it takes every failure for a success with its outputs unset.
 */
#include <signet/err.h>

#include "base/err.h"

static inline int signet_tidy_returns(int ignored, int code)
{
    (void)ignored;
    return code;
}

#define signet_err_set(err, code, ...)                                                             \
    signet_tidy_returns(signet_err_set(err, code, __VA_ARGS__), code)
#define signet_err_sys(err, code, ...)                                                             \
    signet_tidy_returns(signet_err_sys(err, code, __VA_ARGS__), code)
#define signet_err_at(err, code, ...)                                                              \
    signet_tidy_returns(signet_err_at(err, code, __VA_ARGS__), code)
