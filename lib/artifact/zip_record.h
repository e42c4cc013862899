/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers of a zip, local and in the central directory, for the scanner of
 * <artifact/zip_layout.h>.
 */
#ifndef SIGNET_ARTIFACT_ZIP_RECORD_H
#define SIGNET_ARTIFACT_ZIP_RECORD_H

#include "artifact/zip_window.h"

/* Bits of signet_zip_record.flags. */
#define SIGNET_ZIP_DESCRIPTOR 0x0008 /* sizes and checksum follow the data */
#define SIGNET_ZIP_UTF8 0x0800

/** One header, numbers settled by its zip64 field. */
struct signet_zip_record {
    uint64_t at;
    uint64_t end;            /* of its name, its extra fields and its comment */
    struct signet_span name; /* bytes of the window */
    uint16_t flags;
    uint16_t method;
    uint32_t crc32;
    uint64_t packed;
    uint64_t size;
    bool zip64; /* there is a zip64 field */
    /* In the central directory alone: */
    uint8_t system;      /* that made the entry */
    uint32_t attributes; /* st_mode in the upper half, attributes of MS-DOS in the lower */
    uint64_t local;      /* where the local header is */
};

/**
 * Reads the header at byte `at` of the central directory. Returns SIGNET_OK, SIGNET_E_MALFORMED (no
 * such header, extra fields that do not fit, a zip64 field of another form than the header asks
 * for, another name in an extra field, a name that is empty or holds a NUL), SIGNET_E_UNSUPPORTED
 * (another volume) or what the source returned.
 */
SIGNET_NODISCARD int signet_zip_central_read(struct signet_zip_window *window,
                                             uint64_t at,
                                             struct signet_zip_record *record,
                                             struct signet_err *err);

/** As signet_zip_central_read(), a local header. */
SIGNET_NODISCARD int signet_zip_local_read(struct signet_zip_window *window,
                                           uint64_t at,
                                           struct signet_zip_record *record,
                                           struct signet_err *err);

#endif
