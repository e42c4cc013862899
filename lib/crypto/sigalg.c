/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of signature algorithms (JSF 0.82 section 6, RFC 7518 section 3.1). Owns the names alone.
 */
#include "crypto/sigalg.h"

#include "base/compiler.h"

static const struct {
    const char *name;
    enum signet_sig_alg alg;
    bool in_jsf;
} names[] = {
    {"Ed25519", SIGNET_SIG_ED25519, true}, {"Ed448", SIGNET_SIG_ED448, true},
    {"ES256", SIGNET_SIG_ES256, true},     {"ES384", SIGNET_SIG_ES384, true},
    {"ES512", SIGNET_SIG_ES512, true},     {"RS256", SIGNET_SIG_RS256, true},
    {"RS384", SIGNET_SIG_RS384, true},     {"RS512", SIGNET_SIG_RS512, true},
    {"PS256", SIGNET_SIG_PS256, true},     {"PS384", SIGNET_SIG_PS384, true},
    {"PS512", SIGNET_SIG_PS512, true},     {"Ed25519ph", SIGNET_SIG_ED25519PH, false},
    {"ECDSA", SIGNET_SIG_ECDSA, false},
};

const char *signet_sig_alg_name(enum signet_sig_alg alg)
{
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        if (names[i].alg == alg) {
            return names[i].name;
        }
    }
    return "none";
}

enum signet_sig_alg signet_sig_alg_by_name(struct signet_span name)
{
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        if (names[i].in_jsf && signet_span_is(name, names[i].name)) {
            return names[i].alg;
        }
    }
    return SIGNET_SIG_NONE;
}
