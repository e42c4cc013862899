/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that must not linger. Owns guarded memory for it (libsodium's: guard pages, locked, wiped on
 * release); knows nothing of what the text means.
 */
#include "sign/secret.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/fd.h"
#include "crypto/sodium.h"

int signet_secret_new(size_t capacity, struct signet_secret **secret, struct signet_err *err)
{
    int rc = signet_sodium_start(err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_secret *made = calloc(1, sizeof(*made));
    if (made != NULL) {
        made->bytes = sodium_malloc(capacity > 0 ? capacity : 1);
        made->capacity = capacity;
    }
    if (made == NULL || made->bytes == NULL) {
        signet_secret_free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "no guarded memory for %zu bytes", capacity);
    }
    *secret = made;
    return SIGNET_OK;
}

void signet_secret_free(struct signet_secret *secret)
{
    if (secret != NULL) {
        sodium_free(secret->bytes);
        free(secret);
    }
}

int signet_secret_append(struct signet_secret *secret, struct signet_span bytes)
{
    if (bytes.len > secret->capacity - secret->len) {
        return SIGNET_E_LIMIT;
    }
    if (bytes.len > 0) {
        memcpy(secret->bytes + secret->len, bytes.ptr, bytes.len);
        secret->len += bytes.len;
    }
    return SIGNET_OK;
}

struct signet_span signet_secret_span(const struct signet_secret *secret)
{
    return signet_span_of(secret->bytes, secret->len);
}

/* Fills secret from fd; *more tells whether fd had more than there is room for. */
static int fill(int fd, struct signet_secret *secret, bool *more, struct signet_err *err)
{
    uint8_t beyond[1];
    size_t got = 1;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && got > 0 && secret->len < secret->capacity) {
        rc = signet_fd_read(fd, secret->bytes + secret->len, secret->capacity - secret->len, &got,
                            err);
        secret->len += rc == SIGNET_OK ? got : 0;
    }
    if (rc == SIGNET_OK && got > 0) {
        rc = signet_fd_read(fd, beyond, sizeof(beyond), &got, err);
        sodium_memzero(beyond, sizeof(beyond));
    }
    *more = got > 0;
    return rc;
}

int signet_secret_read(int fd,
                       size_t capacity,
                       struct signet_secret **secret,
                       struct signet_err *err)
{
    struct signet_secret *made = NULL;
    bool more = false;
    int rc = signet_secret_new(capacity, &made, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = fill(fd, made, &more, err);
    if (rc == SIGNET_OK && more) {
        rc =
            signet_err_set(err, SIGNET_E_LIMIT, "expected at most %zu bytes, found more", capacity);
    }
    if (rc == SIGNET_OK) {
        *secret = made;
    } else {
        signet_secret_free(made);
    }
    return rc;
}

void signet_secret_chomp(struct signet_secret *secret)
{
    if (secret->len > 0 && secret->bytes[secret->len - 1] == '\n') {
        secret->len--;
        if (secret->len > 0 && secret->bytes[secret->len - 1] == '\r') {
            secret->len--;
        }
    }
}
