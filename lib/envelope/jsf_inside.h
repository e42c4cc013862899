/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two halves of JSF share: reading (envelope/jsf.c) and the signed bytes
 * (envelope/jsf_message.c).
 */
#ifndef SIGNET_ENVELOPE_JSF_INSIDE_H
#define SIGNET_ENVELOPE_JSF_INSIDE_H

#include "envelope/inside.h"
#include "envelope/jsf.h"

/** The state behind an envelope of this format. */
struct signet_jsf_inside {
    struct signet_inside inside; /* first */
    struct signet_jsf jsf;
};

#endif
