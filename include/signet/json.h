/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of JSON documents: RFC 8785 (JCS) over a strict scan of the original bytes.
 */
#ifndef SIGNET_JSON_H
#define SIGNET_JSON_H

#include <signet/buf.h>
#include <signet/err.h>
#include <signet/limits.h>

SIGNET_BEGIN_DECLS

/** Where canonical bytes go, piece by piece and in order. */
struct signet_sink {
    /** Takes one piece (borrowed for the call). Returns SIGNET_OK or a code that ends the work. */
    int (*write)(void *ctx, struct signet_span piece, struct signet_err *err);
    void *ctx; /* borrowed, passed to write() */
};

/** A sink that appends to buf (borrowed). */
SIGNET_API struct signet_sink signet_sink_to_buf(struct signet_buf *buf);

/**
 * Writes the RFC 8785 form of one JSON text to sink.
 *
 * The text is scanned to its end before the first byte is written: RFC 8259 grammar, valid UTF-8,
 * no byte order mark, no lone surrogate, no two members of one name (compared unescaped), no
 * number beyond the range of a double, nothing but white space after the value.
 *
 * limits bounds nesting (json_depth) and size (document); NULL means the defaults. Time is
 * n log n in the worst case. Memory beside text and sink is at most twice text.len, and for most
 * documents a tenth of it, plus 128 KiB and 64 bytes a level of nesting.
 *
 * Returns SIGNET_OK; SIGNET_E_MALFORMED or SIGNET_E_LIMIT with err->offset at the byte that is
 * wrong; SIGNET_E_NOMEM; or what the sink returned. Only in the last case was anything written.
 */
SIGNET_API SIGNET_NODISCARD int signet_json_canon(struct signet_span text,
                                                  const struct signet_limits *limits,
                                                  struct signet_sink sink,
                                                  struct signet_err *err);

SIGNET_END_DECLS

#endif
