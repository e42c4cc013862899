/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for a document in which there is no signature that was asked for.
 */
#include "base/err.h"
#include "base/utf8.h"
#include "verify/embedded.h"

/* Whether a text that is no strict JSON, or no BOM as it stands, is meant as one. */
static bool looks_like_bom(struct signet_span text)
{
    static const char mark[] = "\"bomFormat\"";
    const uint8_t *p = text.ptr;
    const uint8_t *end = text.ptr + text.len;
    while (p != NULL && (size_t)(end - p) >= sizeof(mark)) {
        p = memchr(p, '"', (size_t)(end - p) - sizeof(mark));
        if (p != NULL && memcmp(p, mark, sizeof(mark) - 1) == 0) {
            return true;
        }
        p = p != NULL ? p + 1 : NULL;
    }
    return false;
}

static int explain_whole(const struct signet_embedded *embedded, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (embedded->inner_count == 0) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "no signature found, neither in the document nor beside it");
    }
    signet_utf8_show(signet_span_str(embedded->inner[0].pointer), shown);
    if (embedded->inner_count == 1) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "the document is not signed as a whole: only %s is signed", shown);
    }
    return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                          "the document is not signed as a whole: only %s and %zu other %s signed",
                          shown, embedded->inner_count - 1,
                          embedded->inner_count == 2 ? "part is" : "parts are");
}

int signet_embedded_explain(const struct signet_embedded *embedded,
                            size_t place,
                            struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (embedded->bom.kind == 0 && looks_like_bom(embedded->json.bytes) &&
        embedded->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &embedded->unread);
    }
    if (embedded->bom.kind == 0 || embedded->places == NULL) {
        return embedded->unread.code == SIGNET_OK
                   ? signet_err_set(err, SIGNET_E_NO_SIGNATURE, "no signature file found")
                   : signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                                    "no signature file found, and none inside: %s",
                                    embedded->unread.msg);
    }
    if (embedded->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &embedded->unread);
    }
    if (embedded->format == NULL) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "no signature file found, and this version of the document has no "
                              "place for a signature inside");
    }
    const struct signet_embedded_place *asked = &embedded->places[place];
    return asked->pointer[0] == '\0'
               ? explain_whole(embedded, err)
               : signet_err_set(err, SIGNET_E_NO_SIGNATURE, "the %s at %s is not signed by itself",
                                asked->type,
                                signet_utf8_show(signet_span_str(asked->pointer), shown));
}
