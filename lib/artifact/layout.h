/* SPDX-License-Identifier: Apache-2.0
 *
 * What the strict scanners of archives find. They stand beside the archive library that reads the
 * contents: an entry counts only if both agree on its name, kind and size.
 */
#ifndef SIGNET_ARTIFACT_LAYOUT_H
#define SIGNET_ARTIFACT_LAYOUT_H

#include <signet/err.h>
#include <signet/span.h>
#include <stdbool.h>

/** One entry of an archive, and where its data lies. */
struct signet_layout_item {
    /* The name that counts, after pax and GNU long names; not empty, no NUL, at most limits->path
     * bytes, otherwise unchecked; a directory's may end with "/". Valid until the next call. */
    struct signet_span name;
    unsigned mode;   /* st_mode: the S_IFMT bits, permissions, set-id and sticky bits */
    bool hard_link;  /* a tar hard link; mode says S_IFREG then */
    uint64_t size;   /* bytes of contents; 0 for anything but a file, but for a link in a zip */
    uint64_t offset; /* of the first byte of data, from the start of the archive, decompressed */
    bool stored;     /* the contents lie there as they are; else by zip method 8 (deflate) */
    uint64_t packed; /* bytes that the data takes in the archive; size if stored */
    uint32_t crc32;  /* of the contents; zip only, else 0 */
};

#endif
