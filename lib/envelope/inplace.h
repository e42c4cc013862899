/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a document holds the signatures that are over it.
 */
#ifndef SIGNET_ENVELOPE_INPLACE_H
#define SIGNET_ENVELOPE_INPLACE_H

#include <signet/buf.h>

#include "json/read.h"

/** The payload type of what is signed in place; neither JSF nor JSS states one. */
#define SIGNET_PAYLOAD_TYPE_DOCUMENT "application/json"

/** The canonical form of what is covered, with room for the signatures inside. */
struct signet_covered {
    struct signet_buf text;
    size_t gap;  /* where they begin; 0: nothing was written yet */
    size_t hole; /* bytes that they have */
};

/** A member that holds signatures, and what they are over. */
struct signet_inplace {
    struct signet_json_value covered;   /* the OBJECT that holds it; JSF: or an ARRAY it ends */
    struct signet_json_value name;      /* of the member, as it stands; none in an ARRAY */
    struct signet_json_value signature; /* its value: an object of JSF, a list of JSS */
    struct signet_covered *made; /* if it was made before: whoever reads the place takes it */
};

/** The place of the member of exactly that name; false if object has none. */
bool signet_inplace_find(struct signet_json_value object,
                         const char *name,
                         struct signet_inplace *place);

#endif
