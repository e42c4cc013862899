/* SPDX-License-Identifier: Apache-2.0
 *
 * The fields of a tar header (POSIX.1-2017 pax, "ustar Interchange Format"; the GNU tar manual,
 * "Basic Tar Format"). Owns what a field may look like; knows nothing of the headers around it.
 * Fields that change neither names nor places are not read: owners, times, device numbers, the
 * target of a link.
 */
#include "artifact/tar_header.h"

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

/* Where fields stand in a block. */
struct field {
    uint16_t at, len;
};

static const struct field name_field = {0, 100};
static const struct field mode_field = {100, 8};
static const struct field size_field = {124, 12};
static const struct field sum_field = {148, 8};
static const struct field magic_field = {257, 8}; /* with the version */
static const struct field prefix_field = {345, 155};
static const struct field short_prefix = {345, 131}; /* of star and npm, who put times behind it */
static const struct field access_time = {476, 12};
static const struct field change_time = {488, 12};
static const struct field ustar_rest = {500, 12};
static const struct field other_rest = {345, 167}; /* unused by v7; in GNU sparse maps and so on */

static const uint8_t ustar_magic[] = {'u', 's', 't', 'a', 'r', '\0', '0', '0'};
static const uint8_t gnu_magic[] = {'u', 's', 't', 'a', 'r', ' ', ' ', '\0'};

enum {
    TYPE_AT = 156,
    PERMISSIONS = 07777,
};

static struct signet_span get(const uint8_t *block, struct field field)
{
    return signet_span_of(block + field.at, field.len);
}

size_t signet_tar_zeros(struct signet_span bytes)
{
    size_t count = 0;
    while (count < bytes.len && bytes.ptr[count] == 0) {
        count++;
    }
    return count;
}

static bool is_zero(struct signet_span bytes)
{
    return signet_tar_zeros(bytes) == bytes.len;
}

uint64_t signet_tar_padding(uint64_t size)
{
    return (SIGNET_TAR_BLOCK - size % SIGNET_TAR_BLOCK) % SIGNET_TAR_BLOCK;
}

static bool is_blank(struct signet_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != ' ' && text.ptr[i] != '\0') {
            return false;
        }
    }
    return true;
}

/* Spaces, octal digits, then spaces and NULs alone. */
static bool read_octal(struct signet_span text, uint64_t *value)
{
    size_t i = 0;
    while (i < text.len && text.ptr[i] == ' ') {
        i++;
    }
    size_t first = i;
    *value = 0;
    while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '7') {
        *value = *value << 3 | (uint64_t)(text.ptr[i] - '0'); /* 12 digits are 36 bits */
        i++;
    }
    return i > first && is_blank(signet_span_of(text.ptr + i, text.len - i));
}

/* The way of GNU: 0x80, then a positive number in binary. */
static bool read_binary(struct signet_span text, uint64_t *value)
{
    *value = 0;
    for (size_t i = 1; i < text.len; i++) {
        if (*value > INT64_MAX >> 8) {
            return false;
        }
        *value = *value << 8 | text.ptr[i];
    }
    return true;
}

static bool read_number(struct signet_span text, uint64_t *value)
{
    return text.ptr[0] == 0x80 ? read_binary(text, value) : read_octal(text, value);
}

static int refuse_field(const uint8_t *block,
                        uint64_t at,
                        struct field field,
                        const char *expected,
                        struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_at(err, SIGNET_E_MALFORMED, at + field.at, "expected %s, found \"%s\"",
                         expected, signet_utf8_show(get(block, field), shown));
}

/* Refuses a part of the block that is not all zeros; says where the first other byte is. */
static int check_zeros(const uint8_t *block,
                       uint64_t at,
                       struct field field,
                       const char *expected,
                       struct signet_err *err)
{
    size_t zeros = signet_tar_zeros(get(block, field));
    return zeros == field.len ? SIGNET_OK
                              : signet_err_at(err, SIGNET_E_MALFORMED, at + field.at + zeros,
                                              "expected %s, found byte 0x%02x", expected,
                                              (unsigned)block[field.at + zeros]);
}

static uint64_t sum_of(const uint8_t *block)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < SIGNET_TAR_BLOCK; i++) {
        bool own = i >= sum_field.at && i < (size_t)sum_field.at + sum_field.len;
        sum += own ? ' ' : block[i];
    }
    return sum;
}

static struct signet_span up_to_nul(struct signet_span field)
{
    const uint8_t *nul = memchr(field.ptr, 0, field.len);
    return signet_span_of(field.ptr, nul != NULL ? (size_t)(nul - field.ptr) : field.len);
}

struct signet_span signet_tar_header_name(const uint8_t block[SIGNET_TAR_BLOCK])
{
    return up_to_nul(get(block, name_field));
}

/* Up to the first NUL, behind which nothing may hide. */
static int read_text(const uint8_t *block,
                     uint64_t at,
                     struct field field,
                     struct signet_span *text,
                     struct signet_err *err)
{
    *text = up_to_nul(get(block, field));
    struct field behind = {(uint16_t)(field.at + text->len), (uint16_t)(field.len - text->len)};
    return check_zeros(block, at, behind, "zeros behind the end of a name", err);
}

static bool is_time(struct signet_span text)
{
    uint64_t ignored = 0;
    return is_zero(text) || read_octal(text, &ignored);
}

/* Two times may stand in the last bytes of the prefix; every reader takes the prefix up to its
 * first NUL. */
static bool has_times(const uint8_t *block)
{
    return block[access_time.at - 1] == 0 && is_time(get(block, access_time)) &&
           is_time(get(block, change_time));
}

/* What follows the device numbers. Some readers take a prefix, others a sparse map or a size, from
 * headers in whose dialect it is none. */
static int read_dialect(const uint8_t *block,
                        uint64_t at,
                        struct signet_tar_header *header,
                        struct signet_err *err)
{
    struct signet_span magic = get(block, magic_field);
    struct field prefix = has_times(block) ? short_prefix : prefix_field;
    if (is_zero(magic) || signet_span_eq(magic, signet_span_of(gnu_magic, sizeof(gnu_magic)))) {
        return check_zeros(block, at, other_rest, "zeros at the end of a header", err);
    }
    if (!signet_span_eq(magic, signet_span_of(ustar_magic, sizeof(ustar_magic)))) {
        return refuse_field(block, at, magic_field, "the mark of a tar header", err);
    }
    int rc = check_zeros(block, at, ustar_rest, "zeros at the end of a header", err);
    if (rc == SIGNET_OK) {
        rc = read_text(block, at, prefix, &header->prefix, err);
    }
    if (rc == SIGNET_OK && header->prefix.len > 0 &&
        header->prefix.ptr[header->prefix.len - 1] == '/') {
        return signet_err_at(err, SIGNET_E_MALFORMED, at + prefix.at,
                             "expected a prefix of a name without \"/\" at its end");
    }
    return rc;
}

int signet_tar_header_type(const uint8_t block[SIGNET_TAR_BLOCK],
                           uint64_t at,
                           char *type,
                           struct signet_err *err)
{
    uint64_t sum = 0;
    if (!read_octal(get(block, sum_field), &sum)) {
        return refuse_field(block, at, sum_field, "an octal sum of a header's bytes", err);
    }
    if (sum != sum_of(block)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at + sum_field.at,
                             "expected %llo as the sum of a header's bytes, found %llo",
                             (unsigned long long)sum_of(block), (unsigned long long)sum);
    }
    *type = (char)block[TYPE_AT];
    return SIGNET_OK;
}

int signet_tar_header_read(const uint8_t block[SIGNET_TAR_BLOCK],
                           uint64_t at,
                           struct signet_tar_header *header,
                           struct signet_err *err)
{
    uint64_t mode = 0;
    memset(header, 0, sizeof(*header));
    if (!read_number(get(block, mode_field), &mode)) {
        return refuse_field(block, at, mode_field, "a mode in octal", err);
    }
    header->has_size = !is_blank(get(block, size_field));
    if (header->has_size && !read_number(get(block, size_field), &header->size)) {
        return refuse_field(block, at, size_field, "a size in octal or in binary", err);
    }
    header->type = (char)block[TYPE_AT];
    header->permissions = (unsigned)(mode & PERMISSIONS);
    int rc = read_text(block, at, name_field, &header->name, err);
    return rc == SIGNET_OK ? read_dialect(block, at, header, err) : rc;
}
