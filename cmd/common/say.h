/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing to a terminal or log whose failure there is nobody to tell.
 */
#ifndef SIGNET_COMMON_SAY_H
#define SIGNET_COMMON_SAY_H

#include <signet/span.h>

/** Writes bytes to fd as far as it takes them; what is printed is safe already. */
void signet_say(int fd, struct signet_span bytes);

#endif
