/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifies a file or a folder with libsignet-verify:
 *
 *     verify_artifact PUBLIC-KEY SIGNATURE ARTIFACT
 */
#include <signet/io.h>
#include <signet/key.h>
#include <signet/report.h>
#include <signet/verify.h>
#include <stdio.h>

enum {
    SMALL_FILE = 1 << 16,
    SIGNATURE_FILE = 1 << 26
};

static int read_key(const char *path, struct signet_trusted_key *key, struct signet_err *err)
{
    struct signet_buf text;
    int rc = signet_io_read(path, SMALL_FILE, &text, err);
    if (rc == SIGNET_OK) {
        rc = signet_pubkey_read(signet_buf_span(&text), &key->key, err);
    }
    signet_buf_free(&text);
    key->uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE;
    key->name = path;
    return rc;
}

static int verify(const char *path,
                  const struct signet_trusted_key *key,
                  struct signet_signature_file *signature,
                  struct signet_err *err)
{
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = key,
        .key_count = 1,
        .signatures = signature,
        .signature_count = 1,
    };
    struct signet_artifact *artifact = NULL;
    struct signet_verification *verification = NULL;
    int rc = signet_artifact_open(path, &artifact, err);
    if (rc == SIGNET_OK) {
        rc = signet_verify(artifact, path, &opts, &verification, err);
    }
    if (rc == SIGNET_OK) {
        struct signet_buf line;
        signet_buf_init(&line, SMALL_FILE);
        rc = signet_report_verdict(verification, &line);
        if (rc == SIGNET_OK && fwrite(line.data, 1, line.len, stdout) != line.len) {
            rc = signet_err_set(err, SIGNET_E_IO, "cannot write the verdict");
        }
        signet_buf_free(&line);
    }
    signet_verification_free(verification);
    signet_artifact_close(artifact);
    return rc;
}

int main(int argc, char **argv)
{
    struct signet_trusted_key key;
    struct signet_err err;

    if (argc != 4) {
        fprintf(stderr, "usage: verify_artifact PUBLIC-KEY SIGNATURE ARTIFACT\n");
        return 2;
    }
    signet_err_clear(&err);
    int rc = read_key(argv[1], &key, &err);
    if (rc == SIGNET_OK) {
        struct signet_signature_file signature = {.name = argv[2]};
        rc = signet_io_read(argv[2], SIGNATURE_FILE, &signature.text, &err);
        if (rc == SIGNET_OK) {
            rc = verify(argv[3], &key, &signature, &err);
        }
        signet_buf_free(&signature.text); /* empty by now, if it was verified */
    }
    if (rc != SIGNET_OK) {
        fprintf(stderr, "refused: %s\n", err.msg);
    }
    return signet_err_exit(rc);
}
