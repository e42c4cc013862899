/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of signature algorithms (JSF 0.82 section 6, RFC 7518 section 3.1). Owns the names alone.
 */
#include "crypto/sigalg.h"

#include "base/compiler.h"

static const struct {
    enum signet_sig_alg alg;
    const char *name;
    bool in_jsf;
} names[] = {
    {SIGNET_SIG_ED25519, "Ed25519", true}, {SIGNET_SIG_ED448, "Ed448", true},
    {SIGNET_SIG_ES256, "ES256", true},     {SIGNET_SIG_ES384, "ES384", true},
    {SIGNET_SIG_ES512, "ES512", true},     {SIGNET_SIG_RS256, "RS256", true},
    {SIGNET_SIG_RS384, "RS384", true},     {SIGNET_SIG_RS512, "RS512", true},
    {SIGNET_SIG_PS256, "PS256", true},     {SIGNET_SIG_PS384, "PS384", true},
    {SIGNET_SIG_PS512, "PS512", true},     {SIGNET_SIG_ED25519PH, "Ed25519ph", false},
    {SIGNET_SIG_ECDSA, "ECDSA", false},
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
