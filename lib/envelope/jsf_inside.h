/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two halves of JSF share: reading (envelope/jsf.c) and the signed bytes
 * (envelope/jsf_message.c).
 */
#ifndef SIGNET_ENVELOPE_JSF_INSIDE_H
#define SIGNET_ENVELOPE_JSF_INSIDE_H

#include "envelope/jsf.h"

struct signet_jsf_inside {
    struct signet_jsf jsf;
    const struct signet_json_text *text; /* borrowed */
    struct signet_jsf_place place;
    struct signet_json_value *cores; /* in the envelope's storage; as many as signatures */
    /* The canonical form of what is covered, with room for a signature object inside. */
    struct signet_buf message;
    size_t gap;  /* where the object begins; 0: nothing was written yet */
    size_t hole; /* bytes that it has */
};

/** An empty one, or NULL: out of memory. text is borrowed. */
struct signet_jsf_inside *signet_jsf_inside_new(const struct signet_json_text *text,
                                                const struct signet_jsf_place *place,
                                                const struct signet_limits *limits);

#endif
