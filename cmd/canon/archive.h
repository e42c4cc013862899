/* SPDX-License-Identifier: Apache-2.0
 *
 * Recognising archives by their first bytes, as JSON never begins with those.
 */
#ifndef SIGNET_CANON_ARCHIVE_H
#define SIGNET_CANON_ARCHIVE_H

#include <signet/span.h>

/** Bytes that signet_archive_format() wants to see; fewer if the file is shorter. */
#define SIGNET_ARCHIVE_HEAD 512

/** Name of the format that begins so ("tar archive", "gzip file", …), or NULL; static storage. */
const char *signet_archive_format(struct signet_span head);

#endif
