/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a public key: see common/public_key.h.
 */
#include "common/public_key.h"

#include <signet/io.h>
#include <signet/jwk.h>
#include <signet/text.h>

enum {
    KEY_FILE_MAX = 1 << 16
};

int signet_public_key_read(const char *path, struct signet_pubkey *key, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_buf text;
    int rc = signet_io_read(path, KEY_FILE_MAX, &text, err);
    if (rc == SIGNET_OK) {
        rc = signet_pubkey_read_any(signet_buf_span(&text), key, err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
        }
    }
    signet_buf_free(&text);
    return rc;
}
