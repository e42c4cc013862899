/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Pointer (RFC 6901) into a checked text: "" is the whole, "/a/0" the first element of member
 * a; in a name "~0" stands for "~" and "~1" for "/".
 */
#ifndef SIGNET_JSON_POINTER_H
#define SIGNET_JSON_POINTER_H

#include "json/read.h"

/**
 * Finds the value that pointer names in top, each byte being looked at once. An index has no
 * leading zero; "-", the place behind the last element, names nothing.
 * Returns SIGNET_OK; SIGNET_E_USAGE (no pointer by its syntax, or one that names nothing here: the
 * message says which); or SIGNET_E_NOMEM. *value borrows from top and is set on success only.
 */
SIGNET_NODISCARD int signet_json_pointer_find(struct signet_json_value top,
                                              struct signet_span pointer,
                                              struct signet_json_value *value,
                                              struct signet_err *err);

/** Appends "/" and one name, escaped, to a pointer. Result as signet_buf_reserve(). */
int signet_json_pointer_put(struct signet_buf *pointer, struct signet_span name);

#endif
