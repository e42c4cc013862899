/* SPDX-License-Identifier: Apache-2.0
 *
 * The records of one pax header, for the scanner of <artifact/tar_layout.h>.
 */
#ifndef SIGNET_ARTIFACT_TAR_PAX_H
#define SIGNET_ARTIFACT_TAR_PAX_H

#include <signet/err.h>
#include <signet/span.h>

/** What a pax header says of the entry behind it; zeroed says nothing. */
struct signet_tar_pax {
    struct signet_span path; /* part of the body; empty if not given */
    bool has_link;           /* gives the target of a link */
    bool has_size;
    uint64_t size; /* at most INT64_MAX */
};

/**
 * Reads the body of a header of type 'x', or 'g' if global, that begins at byte `at` of the
 * archive. A global one may not say anything of names, sizes or links.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED (not made of records, a keyword twice, a NUL, an empty
 * path, a size that is none), SIGNET_E_UNSUPPORTED (sparse files, unknown keywords, another
 * character set) or SIGNET_E_LIMIT (too many records).
 */
SIGNET_NODISCARD int signet_tar_pax_read(struct signet_span body,
                                         bool global,
                                         uint64_t at,
                                         struct signet_tar_pax *pax,
                                         struct signet_err *err);

#endif
