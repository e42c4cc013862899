/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that comes from outside: shown so that no terminal and no log reader is deceived by it, and
 * numbers with one spelling each.
 */
#ifndef SIGNET_TEXT_H
#define SIGNET_TEXT_H

#include <signet/api.h>
#include <signet/buf.h>

SIGNET_BEGIN_DECLS

/** Room for what signet_utf8_show() writes. */
#define SIGNET_SHOW_MAX 128

/**
 * Writes untrusted text in a form that no terminal and no log reader can be deceived by: control
 * characters (C0, DEL, C1), invalid bytes, backslash, line separators, zero-width and
 * direction-changing characters become \xHH or \u{HEX}; what does not fit is cut and ends in "...".
 * Returns out, always NUL-terminated, so that it can stand in an argument list.
 */
SIGNET_API const char *signet_utf8_show(struct signet_span text, char out[SIGNET_SHOW_MAX]);

/** As signet_utf8_show(), whole, appended to a buffer. Result as signet_buf_reserve(). */
SIGNET_API int signet_utf8_escape(struct signet_buf *out, struct signet_span text);

/** What signet_utf8_next() found. */
enum signet_utf8_class {
    SIGNET_UTF8_PLAIN = 1, /* may be printed as it is; backslash is plain */
    SIGNET_UTF8_DECEIVES,  /* a character that signet_utf8_show() would escape */
    SIGNET_UTF8_INVALID,   /* one byte that belongs to no valid sequence */
};

/** Takes the first character off *text, which is not empty; *code_point is it, or the byte. */
SIGNET_API enum signet_utf8_class signet_utf8_next(struct signet_span *text, uint32_t *code_point);

/**
 * Reads an unsigned decimal: digits only, no sign, no white space, no leading zero but "0" itself.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, or SIGNET_E_LIMIT (above UINT64_MAX); *value is set on
 * success only.
 */
SIGNET_API SIGNET_NODISCARD int signet_num_parse(struct signet_span text, uint64_t *value);

SIGNET_END_DECLS

#endif
