/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as RFC 8785 section 3.2.2.3 has them: the ECMAScript text of the double nearest to a
 * JSON number. Integer arithmetic only, so that neither locale, C library nor rounding mode has a
 * say. Knows nothing of the text around a number.
 */
#ifndef SIGNET_JSON_NUM_H
#define SIGNET_JSON_NUM_H

#include <signet/span.h>

/** Room for the longest canonical number, "-0.0000012345678901234567" and its like. */
#define SIGNET_JSON_NUMBER_TEXT 32

/** Whether a number of RFC 8259 grammar is, once rounded, within the range of a double. */
bool signet_json_number_fits(struct signet_span lexeme);

/** Writes the canonical form of a number that fits, without NUL; returns its length. */
size_t signet_json_number_canon(struct signet_span lexeme, char out[SIGNET_JSON_NUMBER_TEXT]);

#endif
