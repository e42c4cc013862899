/* SPDX-License-Identifier: Apache-2.0
 *
 * One header block of a tar, for the scanner of <artifact/tar_layout.h>.
 */
#ifndef SIGNET_ARTIFACT_TAR_HEADER_H
#define SIGNET_ARTIFACT_TAR_HEADER_H

#include <signet/err.h>
#include <signet/span.h>

/** Bytes of a block. */
#define SIGNET_TAR_BLOCK 512

/** What a header says; spans are parts of its block. */
struct signet_tar_header {
    char type;                 /* '0' and '\0' are files */
    struct signet_span prefix; /* stands before the name with "/"; mostly empty */
    struct signet_span name;
    unsigned permissions; /* with set-id and sticky bits */
    bool has_size;        /* false: the field is blank, and size is 0 */
    uint64_t size;        /* at most INT64_MAX */
};

/** How many zero bytes there are in front of another byte or the end. */
size_t signet_tar_zeros(struct signet_span bytes);

/** Bytes that fill up data of that size to whole blocks. */
uint64_t signet_tar_padding(uint64_t size);

/** The name in a block up to its first NUL, for messages: unchecked, without a prefix. */
struct signet_span signet_tar_header_name(const uint8_t block[SIGNET_TAR_BLOCK]);

/**
 * Checks that the block that begins at byte `at` of the archive holds the sum of its bytes, and
 * gives its type. Returns SIGNET_OK or SIGNET_E_MALFORMED.
 */
SIGNET_NODISCARD int signet_tar_header_type(const uint8_t block[SIGNET_TAR_BLOCK],
                                            uint64_t at,
                                            char *type,
                                            struct signet_err *err);

/**
 * Reads a block whose sum is right. Its dialect is told by the magic: zeros
 * (v7), "ustar" NUL "00" (ustar, pax) or "ustar", two spaces, NUL (GNU).
 * Returns SIGNET_OK or SIGNET_E_MALFORMED: another magic, a number that is none, bytes behind the
 * NUL of a name, or bytes where the dialect has no field.
 */
SIGNET_NODISCARD int signet_tar_header_read(const uint8_t block[SIGNET_TAR_BLOCK],
                                            uint64_t at,
                                            struct signet_tar_header *header,
                                            struct signet_err *err);

#endif
