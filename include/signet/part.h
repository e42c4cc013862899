/* SPDX-License-Identifier: Apache-2.0
 *
 * Part manifests: the digests of some files of a bundle, computed by one of several machines that
 * share the work. The format is defined in lib/artifact/PARTS.md. Making one is
 * signet_measure_opts.part, joining them signet_measure_opts.part_files.
 */
#ifndef SIGNET_PART_H
#define SIGNET_PART_H

#include <signet/artifact.h>
#include <signet/json.h>

SIGNET_BEGIN_DECLS

/** Parts that a bundle can be shared out into. */
#define SIGNET_PART_MAX 65536

/** A part manifest, read by the caller. */
struct signet_part_file {
    const char *name;        /* borrowed; for messages */
    struct signet_span text; /* borrowed */
};

/**
 * Writes the part manifest of a manifest that was measured as a part. Returns SIGNET_OK,
 * SIGNET_E_USAGE (it was not), SIGNET_E_NOMEM, SIGNET_E_INTERNAL, or what the sink returned.
 */
SIGNET_API SIGNET_NODISCARD int signet_part_write(const struct signet_manifest *manifest,
                                                  struct signet_sink sink,
                                                  struct signet_err *err);

SIGNET_END_DECLS

#endif
