/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Signature Format 0.82: signatures that stand inside the object they are over. Reads a
 * signature object into an envelope (data only), and gives the bytes that each of its signatures is
 * over. Where such objects may stand, and what covering an object is worth, is for others to know.
 */
#ifndef SIGNET_ENVELOPE_JSF_H
#define SIGNET_ENVELOPE_JSF_H

#include "envelope/envelope.h"
#include "envelope/inplace.h"
#include "json/scan.h"

/** Names that one `excludes` may hold. */
#define SIGNET_JSF_EXCLUDES_MAX 64

/** Forms of a signature object. */
enum signet_jsf_form {
    SIGNET_JSF_SINGLE = 1,
    SIGNET_JSF_MULTI, /* signers: each over the document and itself */
    SIGNET_JSF_CHAIN, /* each over the document, itself and all before it */
};

/** What an envelope of format signet_envelope_jsf holds besides its signatures. Read-only. */
struct signet_jsf {
    enum signet_jsf_form form;
    const struct signet_json_value *excludes; /* STRING values: names of members not signed */
    size_t exclude_count;
    bool certificates; /* certificate paths are present: nobody checks who issued them */
};

/**
 * Reads the signature object at place, inside text, into *env, whose signatures are those of the
 * object in order. text and what it borrows must outlive env; so must place's values, which lie in
 * text. Of limits count signatures and document.
 *
 * Refused: members that JSF does not know and `extensions` does not declare; base64url with
 * padding; an algorithm that is none of a public key (HS256: a shared secret proves no signer); one
 * that does not go with the key beside it; a publicKey and a certificatePath of different keys;
 * `excludes` that leaves nothing signed. Returns SIGNET_OK, SIGNET_E_MALFORMED,
 * SIGNET_E_UNSUPPORTED, SIGNET_E_FORBIDDEN, SIGNET_E_LIMIT, SIGNET_E_NOMEM, or SIGNET_E_INTERNAL
 * (libcrypto). *env is zeroed on failure.
 */
SIGNET_NODISCARD int signet_jsf_read(const struct signet_json_text *text,
                                     const struct signet_inplace *place,
                                     const struct signet_limits *limits,
                                     struct signet_envelope *env,
                                     struct signet_err *err);

/** The rest of what was read; NULL if env is of another format. Valid as long as env. */
const struct signet_jsf *signet_jsf_of(const struct signet_envelope *env);

/** The format of embedded signatures. No file is one, so it is not among the registered. */
extern const struct signet_envelope_ops signet_envelope_jsf;

#endif
