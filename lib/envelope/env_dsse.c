/* SPDX-License-Identifier: Apache-2.0
 *
 * The bare DSSE file: one envelope object (DSSE v1.0.2), one or more signatures over one payload.
 */
#include "base/compiler.h"
#include "envelope/dsse.h"

static bool probe(struct signet_json_value top)
{
    static const char *const names[] = {"payload", "payloadType", NULL};
    struct signet_json_value values[2];
    SIGNET_IGNORE(signet_json_members(top, names, values)); /* the others are refused later */
    return values[0].kind != 0 || values[1].kind != 0;
}

static int parse(struct signet_json_value top,
                 const struct signet_limits *limits,
                 struct signet_envelope *env,
                 struct signet_err *err)
{
    struct signet_doc *rest = NULL;
    int rc = signet_dsse_read_payload(top, limits, env, &rest, err);
    if (rc == SIGNET_OK) {
        rc = signet_dsse_read_rest(signet_doc_top(rest), limits->signatures, env, err);
    }
    signet_doc_free(rest);
    env->hint = "";
    return rc;
}

extern const struct signet_envelope_ops signet_envelope_dsse;
const struct signet_envelope_ops signet_envelope_dsse = {
    .name = "dsse",
    .use = SIGNET_USE_DSSE,
    .probe = probe,
    .parse = parse,
    .write = signet_dsse_write,
};
