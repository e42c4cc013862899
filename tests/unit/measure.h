/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring what lies at a path.
 */
#ifndef SIGNET_TESTS_MEASURE_H
#define SIGNET_TESTS_MEASURE_H

#include "scratch.h"

#include <signet/artifact.h>

static inline struct signet_measure_opts standard_opts(void)
{
    struct signet_measure_opts opts = {.size = sizeof(opts)};
    return opts;
}

static inline int measure(const char *path,
                          const struct signet_measure_opts *opts,
                          struct signet_manifest *manifest,
                          struct signet_err *err)
{
    struct signet_artifact *artifact = NULL;
    signet_err_clear(err);
    CHECK_OK(signet_artifact_open(path, &artifact, err), err);
    int rc = signet_artifact_measure(artifact, opts, manifest, err);
    signet_artifact_close(artifact);
    return rc;
}

static inline void check_empty(const struct signet_manifest *manifest)
{
    static const struct signet_manifest empty;
    assert_memory_equal(manifest, &empty, sizeof(empty));
}

#endif
