/* SPDX-License-Identifier: Apache-2.0
 *
 * The magic numbers of archives and compressors: POSIX.1-2017 pax (ustar header checksum),
 * APPNOTE.TXT 6.3.10 section 4.3 (zip), RFC 1952 (gzip), RFC 8878 (zstd), the xz format section
 * 2.1.1.1, bzip2 and 7z by their de facto headers. Opens nothing.
 */
#include "artifact/archive_kind.h"

#include "base/compiler.h"

enum {
    TAR_HEADER = 512,
    TAR_SUM_AT = 148,
    TAR_SUM_LEN = 8
};

/* The checksum of a tar header: the sum of its bytes with the checksum itself as blanks, written
 * in octal. No version of tar lacks it, while only some have a magic number. */
static bool is_tar(struct signet_span head)
{
    unsigned sum = 0;
    unsigned stored = 0;
    size_t digits = 0;
    if (head.len < TAR_HEADER) {
        return false;
    }
    for (size_t i = 0; i < TAR_HEADER; i++) {
        bool in_sum = i >= TAR_SUM_AT && i < TAR_SUM_AT + TAR_SUM_LEN;
        sum += in_sum ? ' ' : head.ptr[i];
    }
    for (size_t i = TAR_SUM_AT; i < TAR_SUM_AT + TAR_SUM_LEN; i++) {
        if (head.ptr[i] >= '0' && head.ptr[i] <= '7') {
            stored = stored * 8 + (head.ptr[i] - (unsigned)'0');
            digits++;
        } else if (digits > 0 || head.ptr[i] != ' ') {
            break;
        }
    }
    return digits > 0 && stored == sum;
}

enum signet_archive_kind signet_archive_kind_of(struct signet_span head)
{
    static const struct {
        enum signet_archive_kind kind;
        const char *magic;
        size_t len;
    } formats[] = {
        {SIGNET_ARCHIVE_ZIP, "PK\x03\x04", 4},   {SIGNET_ARCHIVE_ZIP, "PK\x05\x06", 4},
        {SIGNET_ARCHIVE_ZIP, "PK\x07\x08", 4},   {SIGNET_ARCHIVE_7Z, "7z\xBC\xAF\x27\x1C", 6},
        {SIGNET_ARCHIVE_GZIP, "\x1F\x8B", 2},    {SIGNET_ARCHIVE_BZIP2, "BZh", 3},
        {SIGNET_ARCHIVE_XZ, "\xFD\x37zXZ\0", 6}, {SIGNET_ARCHIVE_ZSTD, "\x28\xB5\x2F\xFD", 4},
    };
    for (size_t i = 0; i < SIGNET_COUNT(formats); i++) {
        if (head.len >= formats[i].len && memcmp(head.ptr, formats[i].magic, formats[i].len) == 0) {
            return formats[i].kind;
        }
    }
    return is_tar(head) ? SIGNET_ARCHIVE_TAR : SIGNET_ARCHIVE_NONE;
}

const char *signet_archive_kind_name(enum signet_archive_kind kind)
{
    static const char *const names[] = {
        [SIGNET_ARCHIVE_NONE] = NULL,     [SIGNET_ARCHIVE_TAR] = "tar",
        [SIGNET_ARCHIVE_ZIP] = "zip",     [SIGNET_ARCHIVE_7Z] = "7z",
        [SIGNET_ARCHIVE_GZIP] = "tar.gz", [SIGNET_ARCHIVE_BZIP2] = "tar.bz2",
        [SIGNET_ARCHIVE_XZ] = "tar.xz",   [SIGNET_ARCHIVE_ZSTD] = "tar.zst",
    };
    return names[kind];
}
