/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of JSS share: reading (envelope/jss.c), metadata (envelope/jss_said.c) and what is
 * signed (envelope/jss_message.c).
 */
#ifndef SIGNET_ENVELOPE_JSS_INSIDE_H
#define SIGNET_ENVELOPE_JSS_INSIDE_H

#include "envelope/inside.h"
#include "envelope/jss.h"

/** The state behind an envelope of this format. */
struct signet_jss_inside {
    struct signet_inside inside;   /* first */
    struct signet_digest digest;   /* the message that was asked for last */
    struct signet_json_value *ids; /* in the envelope's storage; as many as signatures */
};

/**
 * Reads the metadata of one signature (X.590 section 6.3) into it; env owns what it keeps. *id is
 * that of the signature, kind 0 if it has none. Returns SIGNET_OK, SIGNET_E_MALFORMED or
 * SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_jss_said(struct signet_envelope *env,
                                     struct signet_json_value core,
                                     struct signet_signature *signature,
                                     struct signet_json_value *id,
                                     struct signet_err *err);

#endif
