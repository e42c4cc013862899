/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a document holds the signatures that are over it.
 */
#ifndef SIGNET_ENVELOPE_INPLACE_H
#define SIGNET_ENVELOPE_INPLACE_H

#include "json/read.h"

/** The payload type of what is signed in place; neither JSF nor JSS states one. */
#define SIGNET_PAYLOAD_TYPE_DOCUMENT "application/json"

/** A member that holds signatures, and what they are over. */
struct signet_inplace {
    struct signet_json_value covered;   /* the OBJECT that holds it; JSF: or an ARRAY it ends */
    struct signet_json_value name;      /* of the member, as it stands; none in an ARRAY */
    struct signet_json_value signature; /* its value: an object of JSF, a list of JSS */
};

/** The place of the member of exactly that name; false if object has none. */
bool signet_inplace_find(struct signet_json_value object,
                         const char *name,
                         struct signet_inplace *place);

#endif
